"""Every sentence that a person reads in Slack, the investigators' own findings aside."""

from collections.abc import Sequence

STARTING = "Starting a new investigation"
PAUSED = "I had to pause this: my storage does not answer. I'll go on by myself once it does."
INTERRUPTED = "I was interrupted in the middle of this; going on now."
QUEUED = (
    "I'm busy with other threads right now; your question is next as soon as one of them ends."
)
STOP_BUTTON = "Stop"
NOTHING_RUNNING = "Nothing is running in this thread."
MUTED = (
    "Muted: I'll only answer in this thread when someone mentions me."
    " Mention me with `unmute` to undo this."
)
UNMUTED = "Unmuted: I'll look at every reply in this thread again."
NO_SESSION = "I have not been asked anything in this thread yet. Mention me with a question."
HELP = """\
Mention me in a thread and I investigate there; after that I look at every reply. I answer one \
question at a time in each thread: whatever arrives meanwhile is dealt with next.
• `@Burrow stop` ends what I'm doing here and keeps what I found
• `@Burrow status` says what I'm doing, for whom, and how many wait
• `@Burrow mute` / `@Burrow unmute`: only mentions count in this thread / every reply again"""
NOTHING_FOUND = "I looked into it but have nothing to report."
REPEATED = "_(This may be a repeat: I could not tell whether it was posted before.)_"


def waiting(asker: str) -> str:
    """Tell somebody whose message has to wait what the bot is busy with."""
    return f"I'm on {asker}'s question; yours is next."


def waiting_behind_yourself() -> str:
    """Tell somebody that their own earlier question comes first."""
    return "I'm still on your earlier question; this one is next."


def failed(request_id: str) -> str:
    """Say that a turn failed, what to do, and how an operator finds it."""
    return (
        "Sorry, this investigation failed because of an error on my side. Mention me again to"
        f" retry; if it keeps failing, give your operator this id: `{request_id}`."
    )


def timed_out(seconds: float, request_id: str) -> str:
    """Say that a turn was ended because it took too long."""
    return (
        f"Sorry, I gave up on this after {duration(seconds)} without an answer. Mention me again,"
        f" perhaps with a narrower question; your operator finds this under `{request_id}`."
    )


def gave_up(request_ids: Sequence[str]) -> str:
    """Say that a message was closed because it ended every turn that took it up."""
    ids = ", ".join(f"`{one}`" for one in dict.fromkeys(request_ids))
    return (
        "Sorry, I could not finish this: each try was cut off. I have stopped trying;"
        f" your operator finds the reason under {ids}."
    )


def idle(waiting_count: int, *, muted: bool) -> str:
    """Say that nothing runs."""
    text = "Nothing is running in this thread"
    if waiting_count:
        text += f"; {_questions(waiting_count)} will be taken up in a moment"
    return text + ("; it is muted." if muted else ".")


def running(asker: str, seconds: float, waiting_count: int, request_id: str) -> str:
    """Say what runs."""
    behind = f", and {_questions(waiting_count)} after it" if waiting_count else ""
    return f"I've been on {asker}'s question for {duration(seconds)}{behind} (`{request_id}`)."


def _questions(count: int) -> str:
    return "one question" if count == 1 else f"{count} questions"


def stopped(name: str, found_something: bool) -> str:
    """Say who stopped a turn."""
    return f"Stopped by {name}." + (" What I found until then:" if found_something else "")


def trace_stopped(seconds: float) -> str:
    """What remains of the progress message of a turn that somebody stopped."""
    return f"Stopped after {duration(seconds)}."


def refused_external() -> str:
    """Refuse a guest or a member of another organisation."""
    return (
        "Sorry, I only work for full members of this workspace. Please ask one of them to mention"
        " me instead."
    )


def trace(steps: int, seconds: float) -> str:
    """What remains of the progress message when the turn has ended."""
    return f"Investigated for {duration(seconds)}" + (f" in {steps} steps." if steps > 1 else ".")


def trace_failed(seconds: float) -> str:
    """What remains of the progress message of a turn that did not succeed."""
    return f"Stopped after {duration(seconds)} without an answer."


def trace_interrupted() -> str:
    """What remains of the progress message of a turn that was cut off."""
    return "Interrupted; I'll go on by myself."


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
