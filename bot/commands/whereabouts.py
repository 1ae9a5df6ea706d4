"""What became of a message, in words for the person on call."""

from collections.abc import Sequence
from datetime import datetime

from session import (
    Message,
    MessageState,
    Outcome,
    Repository,
    Session,
    Turn,
    answer_id,
    slack_message_id,
)


class Whereabouts:
    """Reads one message, its session and its turns."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    async def of(self, team_id: str, channel_id: str, ts: str) -> str | None:
        """Return the sentence, or None for a message that was never stored."""
        message = await self._repository.get_message(slack_message_id(team_id, channel_id, ts))
        if message is None:
            return None
        session = await self._repository.get_session(message.session_id)
        turns = await self._repository.turns(message.session_id)
        turn = next((one for one in turns if one.id == message.turn_id), None)
        stored = f"Stored {_time(message.stored_at)} under {message.request_id}"
        if message.state is MessageState.CLOSED:
            return f"{stored}; {await self._end(message, turn, turns)}."
        if message.state is MessageState.PARKED:
            return f"{stored}; waiting for an approval."
        return f"{stored}; {self._open(message, session, turn)}."

    async def _end(self, message: Message, turn: Turn | None, turns: Sequence[Turn]) -> str:
        if turn is None or turn.ended_at is None:
            return f"{message.outcome or 'closed'}"
        number = [one.id for one in turns].index(turn.id) + 1
        when = f"turn {number} at {_time(turn.ended_at)} ({turn.holder_id})"
        match message.outcome:
            case Outcome.ANSWERED:
                return f"answered in {when}{await self._posted(turn)}"
            case Outcome.FAILED:
                return f"failed in {when}, because: {turn.note or 'no reason was recorded'}"
            case Outcome.STOPPED:
                return f"ended in {when}: {turn.note or 'stopped'}"
        return f"ended in {when}"

    async def _posted(self, turn: Turn) -> str:
        answer = await self._repository.get_message(answer_id(turn.id))
        if answer is None:
            return ", with nothing new to say"
        return "" if answer.state is MessageState.CLOSED else "; the answer is still to be posted"

    def _open(self, message: Message, session: Session | None, turn: Turn | None) -> str:
        tries = f" (try {message.tries})" if message.tries > 1 else ""
        if session is None or session.lease is None or not session.held_at(self._repository.now()):
            return "open, and nobody works on it: a running bot takes it up within a minute"
        holder, since = session.lease.holder_id, _time(session.lease.acquired_at)
        if turn is not None and turn.fence == session.fence:
            return f"being worked on since {since} by {holder}{tries}"
        return f"waiting behind the turn that {holder} runs since {since}"


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"
