"""Sightings: one row for each thing that a session saw."""

from collections.abc import Collection, Sequence

from session import storable
from session.engines.sqlite.reader import Reader
from session.engines.sqlite.rows import stored_time, time_of
from session.engines.sqlite.transaction import Execute, Transaction
from session.messages import SessionId
from session.models import SlackThread
from session.repository import SightingRepository
from session.seen_in import SeenIn
from session.sightings import Sighting

_DELETE = "DELETE FROM sightings WHERE session_id = ?"
_ADD = "INSERT INTO sightings (session_id, key, seen_at, last_seen_at) VALUES (?, ?, ?, ?)"
_OF_SESSION = "SELECT key, seen_at FROM sightings WHERE session_id = ?"
_THAT_SAW = """
SELECT found.session_id, team_id, channel_id, thread_ts FROM (
    SELECT session_id, max(last_seen_at) AS last_seen_at FROM sightings
    WHERE key IN ({places}) AND session_id <> ? GROUP BY session_id
    ORDER BY last_seen_at DESC, session_id DESC LIMIT ?
) AS found JOIN sessions ON sessions.id = found.session_id
ORDER BY found.last_seen_at DESC, found.session_id DESC"""


class Sightings(SightingRepository):
    """The part of the engine that knows which sessions saw the same."""

    _reader: Reader

    async def seen_elsewhere(
        self, keys: Collection[str], *, besides: SessionId, limit: int = 20
    ) -> Sequence[SeenIn]:
        storable.check_asked(keys)
        asked = sorted(set(keys))
        return await self._reader.long(lambda db: _that_saw(db.execute, asked, besides, limit))


def replace(tx: Transaction, session_id: SessionId, sightings: Sequence[Sighting]) -> None:
    """Replace all that a session saw."""
    tx.execute(_DELETE, (session_id,))
    if not sightings:
        return
    last = stored_time(max(it.seen_at for it in sightings))
    rows = [(session_id, it.key, stored_time(it.seen_at), last) for it in sightings]
    tx.executemany(_ADD, rows)


def of_session(execute: Execute, session_id: SessionId) -> list[Sighting]:
    """Read what a session saw, by key."""
    rows = execute(f"{_OF_SESSION} ORDER BY key", (session_id,)).fetchall()
    return [Sighting(key=row["key"], seen_at=time_of(row["seen_at"])) for row in rows]


def _that_saw(
    execute: Execute, keys: Sequence[str], besides: SessionId, limit: int
) -> list[SeenIn]:
    sql = _THAT_SAW.format(places=_places(keys))
    found = execute(sql, (*keys, besides, max(0, limit))).fetchall()
    return [
        SeenIn(
            session_id=row["session_id"],
            thread=None
            if row["team_id"] is None
            else SlackThread(
                team_id=row["team_id"],
                channel_id=row["channel_id"],
                thread_ts=row["thread_ts"],
            ),
            sightings=tuple(_some_of(execute, row["session_id"], keys)),
        )
        for row in found
    ]


def _some_of(execute: Execute, session_id: SessionId, keys: Sequence[str]) -> list[Sighting]:
    sql = f"{_OF_SESSION} AND key IN ({_places(keys)}) ORDER BY key"
    rows = execute(sql, (session_id, *keys)).fetchall()
    return [Sighting(key=row["key"], seen_at=time_of(row["seen_at"])) for row in rows]


def _places(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
