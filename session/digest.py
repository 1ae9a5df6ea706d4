"""A session's whole record, and the digest by which two stores' records are compared."""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime

from session.models import SessionId, SessionRecord
from session.repository import Repository


async def read_record(repository: Repository, session_id: SessionId) -> SessionRecord | None:
    """Read all that is stored of a session, without its lease, which belongs to one store only."""
    session = await repository.get_session(session_id)
    if session is None:
        return None
    return SessionRecord(
        session=replace(session, lease=None),
        messages=tuple(await repository.timeline(session_id)),
        turns=tuple(await repository.turns(session_id)),
    )


def record_digest(record: SessionRecord) -> str:
    """Compute the SHA-256, in hex, of a record: the same whichever engine it was read from."""
    ordered = replace(
        record,
        session=replace(record.session, lease=None),
        messages=tuple(sorted(record.messages, key=lambda one: (one.sent_at, one.id))),
        turns=tuple(sorted(record.turns, key=lambda one: one.fence)),
    )
    text = json.dumps(asdict(ordered), sort_keys=True, default=_time)
    return hashlib.sha256(text.encode()).hexdigest()


def _time(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} is not stored")
    return value.astimezone(UTC).isoformat(timespec="microseconds")
