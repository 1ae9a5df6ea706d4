"""What the one commit that ends a turn writes."""

from bot.turns.answers import Answer
from bot.turns.ending import Ending
from bot.turns.kept_files import notebooks_of
from bot.turns.reasons import storable
from session import Session, SessionChange, Sighting, TurnEnd


def turn_end(ending: Ending, session: Session, answer: Answer | None, *, said: bool) -> TurnEnd:
    """Make what the commit writes; `said`: the notice that the session begins was posted."""
    files = notebooks_of(answer.message.id, answer.files) if answer and answer.files else ()
    return TurnEnd(
        outcome=ending.outcome,
        message_ids=tuple(message.id for message in ending.messages),
        answer=None if answer is None else answer.message,
        note=storable(ending.note) if ending.note else None,
        session=SessionChange(notice_posted=said, muted=ending.muted),
        notebook=ending.notebook,
        more_notebooks=(*ending.records, *files),
        parked_until=ending.parked_until,
        audit=ending.audit,
        sightings=_kept_of(session, ending.sightings),
        release=answer is None,
    )


def _kept_of(
    session: Session, sightings: tuple[Sighting, ...] | None
) -> tuple[Sighting, ...] | None:
    """Return what the end of a turn keeps of them: nothing of direct messages."""
    is_direct = session.thread is not None and session.thread.channel_id.startswith("D")
    return None if is_direct else sightings
