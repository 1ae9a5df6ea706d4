"""`copy`: move every session from one store to another."""

import argparse
import asyncio
import sys
import time
from contextlib import AsyncExitStack

from bot.commands.exits import Exit
from bot.errors import ConfigurationError
from session import open_repository, store_exists
from session.copy import CopyReport, SessionHeldError, copy_sessions

_NOTE_EVERY = 1.0
_NAMED = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the two stores."""
    parser.add_argument("source", metavar="FROM_URL", help="the store to read, as SESSION_STORE")
    parser.add_argument("target", metavar="TO_URL", help="the store to write")
    parser.add_argument(
        "--dry-run", action="store_true", help="write nothing; say what would be copied"
    )


def run(arguments: argparse.Namespace) -> int:
    """Copy, verify, and say what was done."""
    source, target = arguments.source, arguments.target
    if source == target:
        raise ConfigurationError(f"FROM_URL and TO_URL are the same store: {source}.")
    if "memory://" in (source, target):
        raise ConfigurationError("memory:// ends with its process, so it cannot be copied.")
    if not store_exists(source):
        raise ConfigurationError(f"There is no store at {source}.")
    try:
        return asyncio.run(_copy(source, target, dry_run=arguments.dry_run))
    except SessionHeldError as error:
        print(f"Nothing was copied: {error}. Stop the bots on both stores first.", file=sys.stderr)
        return Exit.BUSY
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on from here.", file=sys.stderr)
        return Exit.STOPPED


async def _copy(source_url: str, target_url: str, *, dry_run: bool) -> int:
    progress = _Progress()
    async with AsyncExitStack() as stores:
        source = await stores.enter_async_context(open_repository(source_url))
        target = None
        if not dry_run or store_exists(target_url):
            target = await stores.enter_async_context(open_repository(target_url))
        report = await copy_sessions(source, target, dry_run=dry_run, note=progress.note)
    return _tell(report, target_url, dry_run=dry_run)


class _Progress:
    """A line a second at most."""

    def __init__(self) -> None:
        self._noted_at = time.monotonic()

    def note(self, report: CopyReport) -> None:
        """Print how far it is, now and then."""
        if time.monotonic() - self._noted_at >= _NOTE_EVERY:
            self._noted_at = time.monotonic()
            done = report.copied + report.already_there + len(report.differing)
            print(f"{done} sessions so far ...", file=sys.stderr, flush=True)


def _tell(report: CopyReport, target_url: str, *, dry_run: bool) -> int:
    """Say what was done; a difference is a failure."""
    would = "would be copied" if dry_run else "copied"
    print(f"{report.copied} sessions {would}, {report.already_there} were there already.")
    for session_id in report.differing[:_NAMED]:
        print(f"{target_url} tells session {session_id} differently; it was left as it is.")
    if len(report.differing) > _NAMED:
        print(f"... and {len(report.differing) - _NAMED} more differ.")
    if dry_run:
        print("Nothing was written.")
        return Exit.FAILED if report.differing else Exit.DONE
    if not report.is_verified:
        print("Not verified: move the sessions named above away, or copy into an empty store.")
        return Exit.FAILED
    print(f"Verified: both stores tell the same, digest {report.source_digest[:16]}.")
    return Exit.DONE
