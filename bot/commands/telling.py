"""The whereabouts of a message as a paragraph for an operator, and as JSON for programs."""

from datetime import datetime
from typing import Any

from bot.commands.where_alerts import since_it_began
from bot.commands.whereabouts import Whereabouts
from bot.intake.newcomers import DECLINED
from bot.intake.rules import Rule
from bot.messages import (
    ALERT,
    ALERT_LINES,
    OF_ALERTS,
    QUESTION,
    STOP,
    WITHDRAWAL,
    app_of,
    is_taken_back,
    mentions_us,
    ts_of,
)
from session import Lease, Message, MessageState, Outcome, Turn

_LINE = "something to say in an alert's thread"
_CLICKS = {
    STOP: "somebody pressed Stop",
    WITHDRAWAL: "nobody decided about a card in time, or its question was deleted",
}
_LOG = "The log says why under the answer's id,"


def paragraph(found: Whereabouts, *, link: str | None = None, answer: str | None = None) -> str:
    """Say what became of a message; `link` and `answer` are addresses in Slack, if known."""
    message = found.message
    where, why = link or _place(found), rule(found)
    because = f", because {why}" if why else ""
    return " ".join(
        [
            f"{_author(message)}'s message of {shown(message.sent_at)} ({where}) was taken in as"
            f" {_kind(message.kind)} under {message.request_id}{because}.",
            _state(found),
            *_about_answer(found, answer),
            *_about_alert(found),
        ]
    )


def _kind(kind: str) -> str:
    names = {QUESTION: "a question", ALERT: "an alert", **dict.fromkeys(ALERT_LINES, _LINE)}
    return names.get(kind, f"the command `{kind}`")


def _author(message: Message) -> str:
    app = app_of(message)
    return f"{app} ({message.author_id})" if app else message.author_id


def _about_alert(found: Whereabouts) -> list[str]:
    said = since_it_began(found.alert, ts_of(found.message)) if found.alert else ""
    return [said] if said else []


def rule(found: Whereabouts) -> str | None:
    """Say why the message is for the bot; None if nothing is kept that tells."""
    if is_taken_back(found.message):
        return None
    thread = found.thread
    if thread is not None and thread.channel_id.startswith("D"):
        return "it is a direct message"
    if found.message.kind in OF_ALERTS:
        return Rule.ALERT.value
    if not ts_of(found.message):
        return _CLICKS.get(found.message.kind, "somebody pressed a button")
    if mentions_us(found.message):
        return "it mentions the bot"
    return "it is a reply in a thread that has a session"


def as_json(
    found: Whereabouts, *, link: str | None = None, answer: str | None = None
) -> dict[str, Any]:
    """Give the same as fields."""
    message, thread = found.message, found.thread
    return {
        "found": True,
        "message_id": message.id,
        "session_id": message.session_id,
        "team_id": thread and thread.team_id,
        "channel_id": thread and thread.channel_id,
        "thread_ts": thread and thread.thread_ts,
        "ts": ts_of(message) or None,
        "link": link,
        "author_id": message.author_id,
        "kind": message.kind,
        "sent_at": message.sent_at.isoformat(),
        "request_id": message.request_id,
        "rule": rule(found),
        "state": message.state.value,
        "outcome": message.outcome,
        "ahead": found.ahead,
        "tries": message.tries,
        "turn": _turn_json(found),
        "holder": _holder_json(found.holder),
        "answer": _answer_json(found, answer),
        "text": paragraph(found, link=link, answer=answer),
    }


def shown(moment: datetime) -> str:
    """Write a time for people, to the second, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _place(found: Whereabouts) -> str:
    thread = found.thread
    channel = "" if thread is None else f"channel {thread.channel_id}, "
    return f"{channel}ts {ts_of(found.message) or _ts_at(found.message.sent_at)}"


def _ts_at(moment: datetime) -> str:
    """Write a time as a `ts`, which is the time at which Slack took a message."""
    return f"{int(moment.timestamp())}.{moment.microsecond:06d}"


def _state(found: Whereabouts) -> str:
    message = found.message
    if is_taken_back(message) and message.outcome != DECLINED:
        return (
            "Its author took it back: deleted it, or edited it into a command. Nothing of it is"
            " kept."
        )
    if message.state is MessageState.PARKED:
        return _parked(message)
    if message.state is MessageState.OPEN:
        return _open(found)
    if message.outcome == DECLINED:
        return (
            "It was left alone, and its text deleted: its author may not ask here, or Slack never"
            " said who that is."
        )
    if found.turn is None or found.turn.ended_at is None:
        return f"It was closed as {message.outcome or 'done'}, without a turn."
    turn = f"Turn {found.turn_number}, held by {found.turn.holder_id},"
    when = shown(found.turn.ended_at)
    match message.outcome:
        case Outcome.ANSWERED:
            return f"{turn} dealt with it and ended at {when}."
        case Outcome.FAILED:
            return f"{turn} failed at {when}. Recorded reason: {found.turn.note or 'none'}."
        case Outcome.STOPPED:
            return f"{turn} was stopped at {when}. Recorded reason: {found.turn.note or 'none'}."
    return f"{turn} closed it as {message.outcome} at {when}."


def _parked(message: Message) -> str:
    if message.outcome == Outcome.PARKED:
        return "It is parked until people have decided about the card in its thread, for a day."
    return "It is parked until Slack says who its author is, for six minutes."


def _open(found: Whereabouts) -> str:
    tries = f" This is try {found.message.tries}." if found.message.tries > 1 else ""
    holder = found.holder
    if holder is None:
        return (
            "It is open, and nobody holds its thread: a running bot that has room for another turn"
            " takes it up within a minute."
            f"{_queue(found)}{tries}"
        )
    held = f"held by {holder.holder_id} since {shown(holder.acquired_at)}"
    if found.turn is not None and found.turn.fence == holder.fence:
        return f"Turn {found.turn_number} works on it, {held}.{tries}"
    return f"It is queued behind the turn that runs in its thread, {held}.{_queue(found)}{tries}"


def _queue(found: Whereabouts) -> str:
    match found.ahead:
        case 0:
            return ""
        case 1:
            return " One open message is before it."
    return f" {found.ahead} open messages are before it."


def _about_answer(found: Whereabouts, link: str | None) -> list[str]:
    answer = found.answer
    message = found.message
    if message.state is not MessageState.CLOSED or found.turn is None or is_taken_back(message):
        return []
    if answer is None:
        return ["It had nothing new to say."] if found.message.outcome == Outcome.ANSWERED else []
    if found.is_delivered:
        return [f"The answer stands in the thread{f': {link}' if link else '.'}"]
    if answer.is_open:
        later = f" The next try is at {shown(found.next_try_at)}." if found.next_try_at else ""
        return [f"The answer is stored and still to be posted.{later} {_LOG} {answer.id}."]
    return [
        f"The answer is stored and was closed as {answer.outcome}: Slack did not take it, and it"
        f" is not tried again. {_LOG} {answer.id}."
    ]


def _turn_json(found: Whereabouts) -> dict[str, Any] | None:
    turn: Turn | None = found.turn
    if turn is None:
        return None
    return {
        "id": turn.id,
        "number": found.turn_number,
        "holder": turn.holder_id,
        "started_at": turn.started_at.isoformat(),
        "ended_at": turn.ended_at and turn.ended_at.isoformat(),
        "outcome": turn.outcome,
        "note": turn.note,
    }


def _holder_json(holder: Lease | None) -> dict[str, Any] | None:
    if holder is None:
        return None
    return {
        "request_id": holder.holder_id,
        "since": holder.acquired_at.isoformat(),
        "until": holder.expires_at.isoformat(),
    }


def _answer_json(found: Whereabouts, link: str | None) -> dict[str, Any] | None:
    answer = found.answer
    if answer is None:
        return None
    return {
        "id": answer.id,
        "state": answer.state.value,
        "outcome": answer.outcome,
        "is_delivered": found.is_delivered,
        "next_try_at": found.next_try_at and found.next_try_at.isoformat(),
        "link": link,
    }
