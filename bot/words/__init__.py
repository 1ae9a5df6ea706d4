"""The bot's own sentences in Slack. Cards, the brief and the agent have a `words.py` each."""

from collections.abc import Sequence

STARTING = "Starting a new investigation"
INVESTIGATING = "Investigating"
PAUSED = "I've paused because I can't reach my storage. I'll continue on my own when it's back."
INTERRUPTED = "I was interrupted. I'm continuing now."
STOP_BUTTON = "Stop"
NOTHING_RUNNING = "Nothing is running in this thread."
OLD_BUTTON = (
    "That investigation has ended already. Another one runs in this thread now. Mention me with"
    " `stop` to end it."
)
MUTED = (
    "Muted. I now answer in this thread only when someone mentions me."
    " Mention me with `unmute` to change that."
)
MUTED_ALERT = (
    "Muted. I won't say when this alert comes again or is over. I answer in this thread only when"
    " someone mentions me. Mention me with `unmute` to change that."
)
MUTED_MENTIONS = "Muted. I answer in this thread only when someone mentions me, as before."
NOT_MUTED_HERE = (
    "This is a direct message, so I answer everything you write. `mute` works in channels only."
)
UNMUTED = "Unmuted. I read every reply in this thread again."
UNMUTED_MENTIONS = "Unmuted. I answer in this thread when someone mentions me."
UNMUTED_ALERT = "Unmuted. I'll say here when this alert comes again or is over."
NO_SESSION = "Nobody has asked me anything in this thread yet. Mention me with a question."
NO_SESSION_DIRECT = (
    "There is no question in this thread yet. Each message that you send me here begins a thread"
    " of its own. Please write that in the thread of the question that you mean."
)
NOTHING_FOUND = "I looked into it and found nothing to report."
FOUND_UNTIL_THEN = "What I found until then:"
REPEATED = "This may be a repeat. I could not tell whether it was posted before."
REFUSED_EXTERNAL = (
    "Sorry, I only work for full members of this workspace. Please ask one of them to mention me."
)
REFUSED_ASKER = (
    "Sorry, you are not on the list of people who may ask me here. My operator keeps that list."
)
UNKNOWN = "Sorry, I could not find out who you are, so I did not answer you. Please ask me again."
STOP_TOO_LATE = "I found out too late who you are, so I did not stop anything. Please try again."
QUEUED = "I have your question. I'll start on it as soon as I can."
QUEUED_BEHIND_WORK = "My earlier work in this thread has not ended yet. Your question is next."
QUEUED_BEHIND_YOURSELF = "I'm still on your earlier question. This one is next."
LATE_ANSWER_TO = "Late answer to "
YOUR_QUESTION = "this question"
NOT_DELIVERED = (
    "I have an answer to your question, but I can't post it in the thread. Please ask me again in"
    " another one."
)
DONE_UNSAID = "I did what you asked, but I can't say so in the thread."
CAUGHT_UP = "You asked me to catch you up on {thread}. This is for you alone:"
THIS_THREAD = "this thread"
ABOUT = "About {place}:"
CAUGHT_UP_HERE = (
    "You asked me to catch you up, and I can't send you direct messages. This is for you alone:"
)
CAUGHT_UP_IN_PART = (
    "You asked me to catch you up, and I can't send you direct messages. This is the beginning,"
    " for you alone. `@Burrow indicators` posts all indicators in the thread."
)
CAUGHT_UP_MORE = "There is more. `@Burrow indicators` posts all indicators in the thread."
NOT_CAUGHT_UP = "Sorry, I could not read this thread just now. Please ask me again in a minute."
LEFT_ITS_THREAD = "This was meant for a thread whose first message was deleted."
POSTING_STOPPED = "Stopped here. The rest of this answer was not posted."
TRACE_INTERRUPTED = "Interrupted. I'll continue on my own."


def name_of_place(ts: str) -> str:
    """Name what a direct message is about: one message, if its `ts` is known."""
    return "your message" if ts else THIS_THREAD


def queued(ahead: int) -> str:
    """Tell somebody whose question waits because too much runs at once."""
    if ahead == 0:
        return "I'm busy with other threads. Your question is next."
    if ahead == 1:
        return "I'm busy with other threads. One more thread comes before your question."
    return f"I'm busy with other threads. {ahead} more threads come before your question."


def queued_behind_own(count: int) -> str:
    """Tell somebody whose question waits because so many of theirs run already."""
    if count == 1:
        return "I'm on another question of yours. This one is next."
    return (
        f"I'm on {count} other questions of yours, as many as one person may have at once."
        " This one follows when one of them has ended."
    )


def person_limit(most: int, seconds: float) -> str:
    """Tell somebody who asks too much that a question was left alone, and when to ask again."""
    return (
        f"You have asked me {questions(most)} within an hour. That is as many as one person may"
        f" ask here, so I did not take this one. {_ask_again(seconds)}"
    )


def channel_limit(most: int, seconds: float) -> str:
    """Tell somebody that their question is one too many for the channel."""
    return (
        f"I was asked {questions(most)} in this channel within an hour. That is as many as I take"
        f" from one channel, so I did not take yours. {_ask_again(seconds)}"
    )


def _ask_again(seconds: float) -> str:
    again = duration(max(seconds, 1))
    return f"Ask again in {again}. Until then I only put ⛔ on a question that I don't take."


def alert_of(app: str) -> str:
    """Name an alert by the app that posted it."""
    return f"{app}'s alert" if app else "an alert"


def queued_behind_alert(app: str) -> str:
    """Tell somebody whose question waits for an alert in the same thread."""
    return f"I'm on {alert_of(app)}. Your question is next."


def queued_behind(asker: str, *, is_question: bool = True) -> str:
    """Tell somebody whose question waits for what another wrote in the same thread."""
    if not is_question:
        return f"I'm reading what {asker} wrote. Your question is next."
    return f"I'm on {asker}'s question. Yours is next."


def plan_title(done: int, count: int) -> str:
    """Head a plan, which Slack may show folded: how far it is."""
    return f"Plan: {done} of {count} done"


def plan_item(state: str, text: str) -> str:
    """Show one item of a plan, and how far it is."""
    signs = {"complete": "✓", "in_progress": "▸", "error": "✗"}
    return f"{signs.get(state, '·')} {text}"


def failed(request_id: str) -> str:
    """Say that a turn failed, what to do, and how an operator finds it."""
    return (
        "Sorry, this investigation failed because of an error on my side. Mention me again to try"
        f" once more. If it fails again, give your operator this id: `{request_id}`."
    )


def timed_out(seconds: float, request_id: str) -> str:
    """Say that a turn was ended because it took too long."""
    return (
        f"Sorry, I stopped this after {duration(seconds)} because it took too long. Mention me"
        f" again with a narrower question. Your operator finds this under `{request_id}`."
    )


def gave_up(request_ids: Sequence[str]) -> str:
    """Say that a message was closed because it ended every turn that took it up."""
    ids = ", ".join(f"`{request_id}`" for request_id in dict.fromkeys(request_ids))
    return (
        "Sorry, I could not finish this. Each try was cut off, so I have stopped trying."
        f" Your operator finds the reason under {ids}."
    )


def not_known(request_ids: Sequence[str]) -> str:
    """Say that an entry was closed because no running version knows what it is."""
    ids = ", ".join(f"`{request_id}`" for request_id in dict.fromkeys(request_ids))
    return (
        "Sorry, I was asked for something that I do not know how to do. A newer version of me"
        " stored it. No instance of that version worked on it for an hour. Please ask again. Your"
        f" operator finds it under {ids}."
    )


def stopped(
    name: str, whose: Sequence[str], found_something: bool, apps: Sequence[str] = ()
) -> str:
    """Say who stopped a turn, whose questions and alerts ended with it, and what follows."""
    text = f"Stopped by {name}."
    if whose:
        text += f" This ends the questions of {listed(whose)} too."
    if apps:
        text += f" This ends my work on {listed([alert_of(app) for app in apps])}."
    return f"{text} {FOUND_UNTIL_THEN}" if found_something else text


def read_in_part(read: int, count: int) -> str:
    """Say that the answer rests on a part of the thread; `count` may not be known."""
    if count <= read:
        return f"I could read only {read} messages of this thread. There may be more."
    return f"I could read {read} of {count} messages of this thread."


def listed(names: Sequence[str]) -> str:
    """Join names as a person would: `a, b and c`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def trace_of(outcome: str, steps: int, seconds: float) -> str:
    """What remains of the progress message when the turn has ended."""
    match outcome:
        case "stopped":
            return f"Stopped after {duration(seconds)}."
        case "failed":
            return f"Failed after {duration(seconds)}."
        case "parked":
            return f"Investigated for {duration(seconds)}. Now somebody has to decide."
    return f"Investigated for {duration(seconds)}" + (f" in {steps} steps." if steps > 1 else ".")


def duration(seconds: float) -> str:
    """Write a duration as a person would: `8 s`, `3 min`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def questions(count: int) -> str:
    """Write how many questions there are: `one question`, `3 questions`."""
    return "one question" if count == 1 else f"{count} questions"
