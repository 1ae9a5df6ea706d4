"""The agent's own sentences. Everything else that it says comes from the model."""

from collections.abc import Sequence

THINKING = "Asking the model"
INCONCLUSIVE = "Inconclusive."
FACTS = "Facts"
HYPOTHESES = "Hypotheses"
UNKNOWN = "Unknown"
NEXT_STEPS = "Next steps"
LOOKED_AT = "What I looked at"
NOT_IN_A_SOURCE = "I did not find this in a message or a tool result."
SEEN_IN_IMAGE = "Seen in an image, which I can't check: "
IMAGES_NOT_TAKEN = "The model did not take the images of this thread, so they were left out."
THREAD_ALONE = "This rests on the thread alone: no tool gave a result."
NO_SOURCE = "This comes from the model alone: I found it in no message and in no tool result."
FROM_A_CUT_RESULT = "of a result that was cut"
NOTHING_TO_ADD = "I have nothing to add to this."
FILE_NOT_READ = "not read"
CUT_ANSWER = "The model's answer was cut off. This is the part that came."


def confirm(text: str) -> str:
    """Say what would confirm a hypothesis."""
    return f"To confirm: {text}"


def looked_at(scope: str) -> str:
    """Say which environment and time range the model looked at."""
    return f"Looked at: {scope}"


def calling(tool: str) -> str:
    """Name the tool that runs."""
    return f"Running {tool}"


def for_seconds(what: str, seconds: float) -> str:
    """Say for how long something has been going on."""
    return f"{what} ({seconds:.0f} s)"


def asks_to_wait(seconds: float) -> str:
    """Say that the provider wants fewer requests."""
    return f"The model asks me to wait {max(1, round(seconds))} s"


def tries_again(seconds: float) -> str:
    """Say that the model did not answer, and that it is asked again."""
    return f"The model does not answer. I ask again in {max(1, round(seconds))} s"


def not_available(name: str, why: str) -> str:
    """Name a tool server that cannot be used."""
    return f"Not available: {name} ({why})"


def not_asked(tool: str, why: str) -> str:
    """Say that a tool was wanted that needs an approval, and that nobody was asked."""
    return f"Not run: {tool} ({why})"


ANOTHER_IS_OPEN = "another approval is open, and nothing else can be asked for until it is decided"
ANOTHER_WAITS = "an approval is open, and nothing else is changed until it is decided"
TOO_MANY_AT_ONCE = "at most five calls can be asked for at once"
TOO_LONG_TO_SHOW = "the call is too long to show to people: at most 2,500 characters"
SECRET_IN_IT = "something in the call looks like a secret, so people could not see the whole call"
CANNOT_ASK = "I can't ask for the approval: this conversation is too long to be kept until then."
TOOL_GONE = "the tool is gone"
NOT_BEGUN = "I was stopped before"
FORGOTTEN = "I don't remember the call any more"


def not_usable(name: str) -> str:
    """Name a tool that the provider refuses."""
    return f"Not usable with this model: {name}"


def model_failed(why: str, request_id: str) -> str:
    """Say that the model could not answer, and that a brief follows."""
    return f"{why} Here is what I found without it. For your operator: `{request_id}`."


KEY_REFUSED = "The model's provider refuses my key."
NO_QUOTA = "My quota with the model's provider is used up."
MODEL_UNKNOWN = "The model's provider does not know the model."
UNREACHABLE = "The model cannot be reached."
OVERLOADED = "The model asks me to wait. I tried three times and got no answer."
REFUSED = "The model refuses to answer this."
REJECTED = "The model's provider rejects my request."
TOO_LONG = "This conversation is too long for the model, even when I shorten it."
EARLIER_TURNS = "most of what was asked and answered here before"
LONG_MESSAGES = "the middle of long messages"


def result_left_out(title: str) -> str:
    """Name a call. The model saw only the beginning of its result."""
    return f"all but the beginning of {title}"


def left_out(what: Sequence[str]) -> str:
    """Say what was left out so that the request fits into the model."""
    return f"Left out to make it shorter: {'; '.join(what)}."


NO_ANSWER = "The model gave no answer that I can use."


def out_of(what: str) -> str:
    """Say which limit ended the work."""
    return f"I stopped because {what}. This is what I found until then."


TIME_IS_UP = "the time for one answer is up"
REQUESTS_USED = "the model used all of its requests for one answer"
TOKENS_USED = "the model used all of its tokens for one answer"
CALLS_USED = "the model used all of its tool calls for one answer"
OUTCOMES = {
    "done": "done",
    "empty": "found nothing",
    "failed": "failed",
    "unknown": "outcome not known, it may have been done",
}
STOPPED = "Until then I had looked at this:"


def thread_budget(limit: int) -> str:
    """Say that this thread has used what a day allows."""
    return f"This thread has used its {limit:,} model tokens of today (UTC)."


def day_budget(limit: int) -> str:
    """Say that the installation has used what a day allows."""
    return f"All threads together have used the {limit:,} model tokens of today (UTC)."


REFUSES_TOKEN = "it refuses my token"
WANTS_LOGIN = "it wants a login in a browser, which is not supported"
COMMAND_MISSING = "its command is missing"
FOLDER_MISSING = "the folder where it should start is missing"
COMMAND_FORBIDDEN = "its command may not be run"
NO_CONNECTION = "it cannot be reached"
STARTED_BADLY = "it did not start"
ENDED = "it ended while I used it"
BAD_LIST = "its list of tools cannot be read"
ALL_CALLS_FAILED = "all of its calls failed"
NOT_FOR_SHARED_CHANNELS = "not in a channel shared with another organisation"


def no_answer_in(seconds: float) -> str:
    """Say how long we waited."""
    return f"no answer in {seconds:g} s"
