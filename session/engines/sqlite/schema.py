"""The tables, and how a file says that it is ours and which version wrote it."""

import sqlite3

from session.engines.sqlite.formats import Format
from session.errors import StorePlaceError

APPLICATION_ID = 0x42757277
"""Spells "Burw" in the file's header: `file burrow.db` and other programs can tell it by that."""
VERSION = 7

# No foreign keys: each operation writes all of its tables in one transaction anyway. Times are
# integer microseconds since 1970 on the engine's clock. `sessions` and `turns` are small rows
# found by their key, which WITHOUT ROWID makes one lookup instead of two; messages may be long.
# Notebooks and audits may be big, and stand apart. `look_at` is `Message.look_at`, for the sweep.
# `last_seen_at` of a sighting is that of its whole session, by which sessions are ordered.
# What only this engine needs: `instance_id`, whose process holds the lease, and `running_fence`,
# whose turn was begun and not ended (at most one, since the next to begin interrupts it).
_TABLES = """
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    team_id TEXT,
    channel_id TEXT,
    thread_ts TEXT,
    ticket_id TEXT,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_active_at INTEGER NOT NULL,
    holder_id TEXT,
    acquired_at INTEGER,
    expires_at INTEGER,
    instance_id TEXT,
    running_fence INTEGER,
    fence INTEGER NOT NULL,
    notice_owed INTEGER NOT NULL,
    muted INTEGER NOT NULL,
    provisional INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_by_ticket ON sessions (ticket_id, created_at, id)
    WHERE ticket_id IS NOT NULL;

CREATE TABLE messages (
    id TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    author_id TEXT NOT NULL,
    text TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    attributes TEXT NOT NULL,
    state TEXT NOT NULL,
    turn_id TEXT,
    joined INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    outcome TEXT,
    due_at INTEGER,
    look_at INTEGER
);
CREATE INDEX messages_timeline ON messages (session_id, sent_at, id);
CREATE INDEX messages_due ON messages (look_at, id) WHERE look_at IS NOT NULL;
CREATE INDEX messages_by_request ON messages (request_id);
CREATE INDEX messages_unfinished ON messages (session_id) WHERE state <> 'closed';

CREATE TABLE turns (
    session_id TEXT NOT NULL,
    fence INTEGER NOT NULL,
    id TEXT NOT NULL,
    holder_id TEXT NOT NULL,
    message_ids TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT,
    note TEXT,
    PRIMARY KEY (session_id, fence)
) WITHOUT ROWID;
CREATE INDEX turns_by_holder ON turns (holder_id);

CREATE TABLE notebooks (
    session_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (session_id, name)
);

CREATE TABLE audits (
    session_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (session_id, turn_id)
);

CREATE TABLE sightings (
    session_id TEXT NOT NULL,
    key TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    PRIMARY KEY (session_id, key)
) WITHOUT ROWID;
CREATE INDEX sightings_by_key ON sightings (key, last_seen_at, session_id);

CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    last_seen_at INTEGER NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE counts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    day TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    value INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX counts_by_day ON counts (day, name);

CREATE TABLE instances (
    id TEXT PRIMARY KEY,
    about TEXT NOT NULL,
    signed_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE engine_time (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    boot_id TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    monotonic INTEGER NOT NULL
);
"""


FORMAT = Format(version=VERSION, tables=_TABLES)
"""From 0.1.0 on, whoever raises VERSION adds the step that leads to it."""


def check(connection: sqlite3.Connection, path: str, ours: Format) -> int:
    """Return the version of the file's shape; an empty file is of ours. Only reads.

    Raises `StorePlaceError` if the file is another program's, or of a version that cannot be read.
    """
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if _is_empty(connection):
        return ours.version
    if application_id != APPLICATION_ID:
        raise StorePlaceError(f"{path} is another program's database: name another file")
    if version > ours.version:
        raise StorePlaceError(
            f"{path} was written by a newer version of Burrow (its format is {version}, this one"
            f" knows {ours.version}): update Burrow, or name another file"
        )
    if version < ours.oldest:
        raise StorePlaceError(
            f"{path} is of a version of Burrow from before its first release (its format is"
            f" {version}, this one knows {ours.version}): move it away, with its -wal and -shm"
            " files, or name another file"
        )
    return int(version)


def create_tables(connection: sqlite3.Connection, ours: Format) -> None:
    """Create the tables in an empty file; call inside a write transaction."""
    if _is_empty(connection):
        for statement in ours.tables.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {ours.version}")


def _is_empty(connection: sqlite3.Connection) -> bool:
    (entries,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(entries == 0)
