"""Finds in the store what became of a message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.messages import ALERT, ALERT_LINES
from session import (
    AlertKey,
    AlertRecord,
    Lease,
    Message,
    MessageState,
    Repository,
    Session,
    SlackThread,
    Turn,
    answer_id,
)

ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """One person's message with all that explains it. All times are dates."""

    message: Message
    session: Session | None
    turn: Turn | None
    """The turn that took it up last."""
    turn_number: int
    holder: Lease | None
    """Who holds its thread now."""
    runs: Turn | None
    """The turn that the holder runs."""
    ahead: int
    """How many people's open messages of its thread are before it."""
    answer: Message | None
    """Of its turn; closed once it stands in the thread, or never will."""
    next_try_at: datetime | None
    """When an answer that Slack did not take is tried again."""
    alert: AlertRecord | None = None
    """What is known of it, if it is an alert."""

    @property
    def thread(self) -> SlackThread | None:
        """Where it stands in Slack."""
        return None if self.session is None else self.session.thread

    @property
    def is_delivered(self) -> bool:
        """Whether its answer stands in the thread."""
        return (
            self.answer is not None
            and self.answer.outcome in (ANSWERED, None)
            and not (self.answer.is_open)
        )


async def whereabouts_of(repository: Repository, message: Message) -> Whereabouts:
    """Read all that explains one message."""
    session = await repository.get_session(message.session_id)
    turns = await repository.turns(message.session_id)
    turn = next((turn for turn in turns if turn.id == message.turn_id), None)
    held = session is not None and session.held_at(repository.now())
    holder = session.lease if session is not None and held else None
    answer = None if turn is None else await repository.get_message(answer_id(turn.id))
    ahead = repository.date() - repository.now()
    return Whereabouts(
        message=message,
        session=session,
        turn=turn,
        turn_number=0 if turn is None else turns.index(turn) + 1,
        holder=holder and _dated(holder, ahead),
        runs=next((turn for turn in turns if holder and turn.fence == holder.fence), None),
        ahead=_ahead(message, await repository.open_messages(message.session_id)),
        answer=answer,
        next_try_at=answer.due_at + ahead if answer and answer.due_at else None,
        alert=await _alert_of(repository, message, session),
    )


async def _alert_of(
    repository: Repository, message: Message, session: Session | None
) -> AlertRecord | None:
    if message.kind != ALERT or session is None or session.thread is None:
        return None
    thread, fingerprint = session.thread, str(message.attributes.get("fingerprint") or "")
    return await repository.find_alert(
        AlertKey(team_id=thread.team_id, channel_id=thread.channel_id, fingerprint=fingerprint)
    )


def _dated(lease: Lease, ahead: timedelta) -> Lease:
    return replace(
        lease, acquired_at=lease.acquired_at + ahead, expires_at=lease.expires_at + ahead
    )


def _ahead(message: Message, entries: Sequence[Message]) -> int:
    if message.state is not MessageState.OPEN:
        return 0
    mine = (message.sent_at, message.id)
    return sum(
        entry.turn_id is None and (entry.sent_at, entry.id) < mine
        for entry in entries
        if not (entry.is_answer or entry.kind in ALERT_LINES)
    )
