"""`sessions`: what the store holds, for the person on call."""

import argparse
import asyncio
import heapq
import json
from typing import Any

from bot.commands.exits import Exit
from bot.config import Settings
from session import Repository, Session, open_repository
from session.copy import all_sessions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how much is listed, and how."""
    parser.add_argument("--limit", type=int, default=20, help="how many (default 20)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(arguments: argparse.Namespace) -> int:
    """Print one line for each session."""
    rows = asyncio.run(_rows(Settings.load().session_store, arguments.limit))
    for row in rows:
        print(json.dumps(row) if arguments.json else _line(row))
    if not rows and not arguments.json:
        print("The store holds no sessions.")
    return Exit.DONE


async def _rows(store: str, limit: int) -> list[dict[str, Any]]:
    async with open_repository(store) as repository:
        every = [one async for one in all_sessions(repository)]
        latest = heapq.nlargest(limit, every, key=lambda one: one.last_active_at)
        return [await _row(repository, one) for one in latest]


async def _row(repository: Repository, session: Session) -> dict[str, Any]:
    open_messages = await repository.open_messages(session.id)
    held = session.lease if session.held_at(repository.now()) else None
    return {
        "session": session.id,
        "where": _where(session),
        "last_active": f"{session.last_active_at:%Y-%m-%d %H:%M:%S} UTC",
        "held_by": held.holder_id if held else None,
        "held_since": f"{held.acquired_at:%Y-%m-%d %H:%M:%S} UTC" if held else None,
        "open_messages": len(open_messages),
        "muted": session.muted,
    }


def _where(session: Session) -> str:
    if session.thread:
        return f"{session.thread.channel_id} {session.thread.thread_ts}"
    return f"ticket {session.ticket_id}"


def _line(row: dict[str, Any]) -> str:
    held = f", held by {row['held_by']} since {row['held_since']}" if row["held_by"] else ""
    muted = ", muted" if row["muted"] else ""
    waiting = f", {row['open_messages']} open" if row["open_messages"] else ""
    return f"{row['last_active']}  {row['where']}  {row['session']}{waiting}{held}{muted}"
