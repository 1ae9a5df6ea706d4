"""Moving all sessions from one store to another: offline, resumable, verified."""

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import Enum

from session.errors import SessionError
from session.models import Session, SessionId, SessionRecord
from session.repository import Repository

_PAGE = 100


class SessionHeldError(SessionError):
    """A session is being worked on, so the store cannot be copied now."""

    def __init__(self, session: Session) -> None:
        assert session.lease is not None
        self.session = session
        lease = session.lease
        super().__init__(
            f"session {session.id} is held by {lease.holder_id} since {lease.acquired_at:%H:%M:%S}"
            f" UTC (until {lease.expires_at:%H:%M:%S} unless refreshed)"
        )


@dataclass(slots=True)
class CopyReport:
    """What a copy did. The digests are equal if both stores say the same of these sessions."""

    copied: int = 0
    already_there: int = 0
    differing: list[SessionId] = field(default_factory=list)
    """Sessions that the target tells differently; they are left as they are there."""
    source_digest: str = ""
    target_digest: str = ""

    @property
    def is_verified(self) -> bool:
        """Whether everything stands in the target as it does in the source."""
        return not self.differing and self.source_digest == self.target_digest


async def copy_sessions(
    source: Repository,
    target: Repository | None,
    *,
    dry_run: bool = False,
    note: Callable[[CopyReport], None] = lambda report: None,
) -> CopyReport:
    """Copy every session with its messages and turns, one at a time, and read each back.

    A `dry_run` writes nothing and reports what would be done; `target` is None if there is no
    such store yet. Run again after a crash it goes on: a session that is there is compared, not
    written. `note` is called after each session. Raises `SessionHeldError` before anything is
    written if a lease is held on either side, and `StorageError`.
    """
    for store in (source, target):
        if store is not None:
            await _refuse_held(store)
    report = CopyReport()
    digests = hashlib.sha256(), hashlib.sha256()
    async for session in all_sessions(source):
        record = await record_of(source, session)
        wanted = digest_of(record)
        found = None if target is None else await _stored_digest(target, session.id)
        if found is None:
            report.copied += 1
            if target is not None and not dry_run:
                await target.restore_session(record)
                found = await _stored_digest(target, session.id)
        elif found == wanted:
            report.already_there += 1
        if found not in (None, wanted):
            report.differing.append(session.id)
        for digest, one in zip(digests, (wanted, found or wanted), strict=True):
            digest.update(one.encode())
        note(report)
    report.source_digest, report.target_digest = (one.hexdigest() for one in digests)
    return report


async def all_sessions(repository: Repository) -> AsyncIterator[Session]:
    """Yield every session in the order of their ids."""
    after: SessionId | None = None
    while page := await repository.scan_sessions(after=after, limit=_PAGE):
        for session in page:
            yield session
        after = page[-1].id


async def record_of(repository: Repository, session: Session) -> SessionRecord:
    """Read all that is stored of a session."""
    return SessionRecord(
        session=session,
        messages=tuple(await repository.timeline(session.id)),
        turns=tuple(await repository.turns(session.id)),
    )


def digest_of(record: SessionRecord) -> str:
    """Hash what a store says of a session, whichever engine it is; the lease does not count."""
    plain = asdict(replace(record, session=replace(record.session, lease=None)))
    text = json.dumps(plain, sort_keys=True, default=_as_json)
    return hashlib.sha256(text.encode()).hexdigest()


async def _stored_digest(repository: Repository, session_id: SessionId) -> str | None:
    session = await repository.get_session(session_id)
    return None if session is None else digest_of(await record_of(repository, session))


async def _refuse_held(repository: Repository) -> None:
    async for session in all_sessions(repository):
        if session.held_at(repository.now()):
            raise SessionHeldError(session)


def _as_json(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    assert isinstance(value, Enum), value
    return str(value.value)
