"""The answer to `status`."""

from bot.words import alert_of, duration, questions

AWAY = "I can't reach my storage just now, so I can't say what I'm doing. Please ask again later."


def idle(queued_count: int, owed_count: int, *, muted: bool) -> str:
    """Say that nothing runs."""
    text = "Nothing is running in this thread."
    if queued_count:
        waits = "waits" if queued_count == 1 else "wait"
        text += f" {questions(queued_count).capitalize()} {waits} to be taken up."
    if owed_count == 1:
        text += " An answer is still to be posted."
    elif owed_count:
        text += f" {owed_count} answers are still to be posted."
    return text + (" The thread is muted." if muted else "")


def running(asker: str, seconds: float, queued_count: int, request_id: str) -> str:
    """Say what runs."""
    behind = f" {questions(queued_count).capitalize()} will follow." if queued_count else ""
    return f"I've been on {asker}'s question for {duration(seconds)} (`{request_id}`).{behind}"


def running_alert(app: str, seconds: float, queued_count: int, request_id: str) -> str:
    """Say that an alert is worked on."""
    behind = f" {questions(queued_count).capitalize()} will follow." if queued_count else ""
    return f"I've been on {alert_of(app)} for {duration(seconds)} (`{request_id}`).{behind}"


def load(running: int, queued: int, own_queued: int, instances: int) -> str:
    """Say how much goes on in all threads."""
    who = "I work" if instances <= 1 else f"This instance of me, one of {instances}, works"
    text = f"{who} in {_threads(running)} now."
    if queued:
        text += f" {_threads(queued).capitalize()} {'waits' if queued == 1 else 'wait'} for a turn"
        text += f", {own_queued} of them with a question of yours." if own_queued else "."
    return text


def _threads(count: int) -> str:
    return "one thread" if count == 1 else f"{count or 'no'} threads"
