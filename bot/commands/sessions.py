"""`sessions`: what is in the store, newest activity first."""

import argparse
import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest

from bot.commands.exits import Exit
from bot.commands.stores import dated, look_into, place_of, printable, require_existing, shown_time
from bot.config import Settings
from bot.errors import ConfigurationError
from session import Lease, Repository, Session, SessionId

DESCRIPTION = """\
List the sessions in SESSION_STORE, the latest activity first: when, how many
messages are open, where (team, channel and root message's ts, or ticket), the
session's id, and who holds it (a request id, to search for in the logs).
Changes nothing."""

DEFAULT_LIMIT = 20
_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One session as it is listed."""

    session: Session
    lease: Lease | None
    """Only while somebody holds it."""
    open_messages: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how many, and in which form."""
    parser.add_argument(
        "--limit", type=int, default=DEFAULT_LIMIT, help=f"how many (default {DEFAULT_LIMIT})"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(arguments: argparse.Namespace) -> int:
    """Print the list."""
    if arguments.limit < 1:
        raise ConfigurationError(f"--limit {arguments.limit} is not valid: it takes 1 or more.")
    settings = Settings.load()
    require_existing(settings.session_store)
    for line in asyncio.run(_lines(settings, arguments.limit, arguments.json)):
        print(line)
    return Exit.DONE


async def newest(repository: Repository, limit: int) -> list[Entry]:
    """Return the sessions that were active last; reads all of them, and keeps only these."""
    found: list[Session] = []
    after: SessionId | None = None
    while page := await repository.scan_sessions(after=after, limit=_PAGE):
        found = nlargest(limit, [*found, *page], key=_latest_activity)
        after = page[-1].id
    return [
        Entry(
            session=session,
            lease=_lease(repository, session),
            open_messages=len(await repository.open_messages(session.id)),
        )
        for session in found
    ]


def _latest_activity(session: Session) -> tuple[datetime, SessionId]:
    return session.last_active_at, session.id


def _lease(repository: Repository, session: Session) -> Lease | None:
    if session.lease is None or not session.held_at(repository.now()):
        return None
    return dated(repository, session.lease)


async def _lines(settings: Settings, limit: int, as_json: bool) -> list[str]:
    async with look_into(settings) as repository:
        entries = await newest(repository, limit)
        if as_json:
            return [json.dumps(_fields(entry)) for entry in entries]
        if not entries:
            return [f"No session in {repository.description}."]
        return [_HEADING, *map(_line, entries)]


_HEADING = f"{'LAST ACTIVE':23}  {'OPEN':>4}  {'WHERE':44}  SESSION, AND WHO HOLDS IT"


def _line(entry: Entry) -> str:
    session, lease = entry.session, entry.lease
    held = ""
    if lease is not None:
        held = (
            f"  held by {printable(lease.holder_id)} since {shown_time(lease.acquired_at)}"
            f" until {shown_time(lease.expires_at)}"
        )
    active, where = shown_time(session.last_active_at), place_of(session)
    return f"{active:23}  {entry.open_messages:4}  {where:44}  {printable(session.id)}{held}"


def _fields(entry: Entry) -> dict[str, object]:
    session, thread, lease = entry.session, entry.session.thread, entry.lease
    return {
        "id": session.id,
        "source": session.source,
        "team_id": thread and thread.team_id,
        "channel_id": thread and thread.channel_id,
        "thread_ts": thread and thread.thread_ts,
        "ticket_id": session.ticket_id,
        "created_at": session.created_at.isoformat(),
        "last_active_at": session.last_active_at.isoformat(),
        "open_messages": entry.open_messages,
        "held_by": lease and lease.holder_id,
        "held_since": lease and lease.acquired_at.isoformat(),
        "held_until": lease and lease.expires_at.isoformat(),
        "fence": session.fence,
        "muted": session.muted,
    }
