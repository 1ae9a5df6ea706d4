"""Helpers of the commands that read a store: they open it, and write its contents as text."""

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.config import Settings
from bot.errors import ConfigurationError
from bot.store import open_store
from session import (
    Access,
    Lease,
    MemoryStore,
    Repository,
    Session,
    SQLiteStore,
    parse_store_url,
)


def look_into(settings: Settings) -> AbstractAsyncContextManager[Repository]:
    """Open SESSION_STORE for reading: a command changes nothing, and creates nothing."""
    return open_store(settings, Access.LOOK)


def require_lasting(url: str) -> None:
    """Raise `ConfigurationError` for a store that no other process can have filled."""
    if isinstance(parse_store_url(url), MemoryStore):
        raise ConfigurationError(
            "memory:// lasts only as long as the process that opened it, so there is nothing in"
            " it for this command. Name a sqlite:/// or a firestore:// store."
        )


def require_existing(url: str) -> None:
    """Raise `ConfigurationError` for a file that opening would only create."""
    require_lasting(url)
    path = missing_file(url)
    if path is not None:
        raise ConfigurationError(
            f"There is no file {path}. Is {url!r} the store that the bot uses? A relative path"
            " starts from the folder this command runs in."
        )


def missing_file(url: str) -> Path | None:
    """Return the SQLite file that `url` names if it does not exist yet."""
    store = parse_store_url(url)
    if isinstance(store, SQLiteStore) and not store.path.exists():
        return store.path.absolute()
    return None


def is_same_store(one: str, other: str) -> bool:
    """Tell whether two URLs name one store, by whatever path."""
    stores = [parse_store_url(url) for url in (one, other)]
    resolved = [
        SQLiteStore(store.path.resolve()) if isinstance(store, SQLiteStore) else store
        for store in stores
    ]
    return resolved[0] == resolved[1]


def place_of(session: Session) -> str:
    """Say where a session's conversation takes place: team, channel and root ts, or ticket."""
    thread = session.thread
    if thread is None:
        return printable(f"{session.source} {session.ticket_id or ''}")
    ticket = f" ({session.ticket_id})" if session.ticket_id else ""
    return printable(f"{thread.team_id} {thread.channel_id} {thread.thread_ts}{ticket}")


def dated(repository: Repository, lease: Lease) -> Lease:
    """Give a lease's times as dates, for people; the engine counts them by a clock of its own."""
    ahead = repository.date() - repository.now()
    return replace(
        lease, acquired_at=lease.acquired_at + ahead, expires_at=lease.expires_at + ahead
    )


def shown_time(moment: datetime) -> str:
    """Write a time for people, to the second, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def printable(text: str) -> str:
    """Replace what could move a terminal's cursor."""
    return "".join(one if one.isprintable() else "�" for one in text)
