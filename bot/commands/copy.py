"""`copy`: move everything between two stores."""

import argparse
import asyncio
import sys
from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

from bot.commands.exits import Exit
from bot.commands.stores import (
    is_same_store,
    missing_file,
    place_of,
    printable,
    require_existing,
    require_lasting,
    shown_time,
)
from bot.config import Settings
from bot.errors import ConfigurationError
from bot.store import entered
from session import (
    SIGN_LASTS,
    Access,
    Copied,
    Instance,
    Session,
    Stage,
    StorageError,
    StoreInUseError,
    StoreSettingsError,
    StoreUrlError,
    copy_sessions,
    open_repository,
    parse_store_url,
)

DESCRIPTION = """\
Copy everything but leases from one store to another, then compare both:
sessions with all that belongs to them, records of alerts, counts. Stop the
bots of both stores first. If one still runs, the command names it and copies
nothing. If the command is interrupted, run it again: it goes on. FROM is not
changed, and nothing in TO is overwritten.

  burrow copy sqlite:///burrow.db firestore://my-project --dry-run
  burrow copy sqlite:///burrow.db firestore://my-project"""

_KEPT = "FROM is unchanged, and TO keeps what was copied."
_NAMED = 10
"""How many sessions a message names before it says how many more there are."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the two stores."""
    parser.add_argument("source", metavar="FROM", help="a store's URL, as in SESSION_STORE")
    parser.add_argument("target", metavar="TO", help="another store's URL; best an empty one")
    parser.add_argument(
        "--dry-run", action="store_true", help="store nothing, only say how much would be copied"
    )


def run(arguments: argparse.Namespace) -> int:
    """Copy, and say what came of it."""
    source, target, dry_run = arguments.source, arguments.target, arguments.dry_run
    _check(source, target)
    try:
        copied = asyncio.run(_copy(source, target, dry_run=dry_run))
    except StoreInUseError as error:
        print("\n".join(_in_use(error)), file=sys.stderr)
        return Exit.BUSY
    except StoreSettingsError:
        raise
    except StorageError as error:
        print(f"{error}\n{_KEPT}", file=sys.stderr)
        print("Once that is mended, run the same command again to go on.", file=sys.stderr)
        return Exit.FAILED
    except KeyboardInterrupt:
        print(f"\nStopped before the end. {_KEPT}", file=sys.stderr)
        print("To go on, run the same command again.", file=sys.stderr)
        return Exit.STOPPED
    if not copied.is_whole:
        print("\n".join(_troubles(copied)), file=sys.stderr)
        return Exit.FAILED
    print(_would_copy(copied) if dry_run else _done(copied, target))
    return Exit.DONE


def _check(source: str, target: str) -> None:
    for name, url in (("FROM", source), ("TO", target)):
        try:
            parse_store_url(url)
        except StoreUrlError as error:
            raise ConfigurationError(f"{name}: {error}.") from error
    require_lasting(target)
    require_existing(source)
    if is_same_store(source, target):
        raise ConfigurationError(f"FROM and TO are the same store: {source} and {target}.")


async def _copy(source_url: str, target_url: str, *, dry_run: bool) -> Copied:
    # Opening a file that is missing would create it.
    to_be_created = missing_file(target_url) if dry_run else None
    if to_be_created and not to_be_created.parent.is_dir():
        raise ConfigurationError(
            f"TO: there is no folder {to_be_created.parent}: create it first."
        )
    stand_in = "memory://" if to_be_created else target_url
    any_file_system = Settings.load().sqlite_any_file_system
    to_access = Access.LOOK if dry_run else Access.MOVE
    async with AsyncExitStack() as stack:
        reading = open_repository(source_url, access=Access.LOOK, any_file_system=any_file_system)
        source = await entered(stack, "FROM", reading)
        writing = open_repository(stand_in, access=to_access, any_file_system=any_file_system)
        target = await entered(stack, "TO", writing)
        print(f"From {source.description}")
        new = to_be_created and f"the SQLite file {to_be_created}, which does not exist yet"
        print(f"To {new or target.description}", flush=True)
        progress = _Progress()
        return await copy_sessions(source, target, dry_run=dry_run, on_progress=progress)


class _Progress:
    """A line for each tenth of the way."""

    def __init__(self) -> None:
        self._said: tuple[Stage, int] | None = None

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        tenth = (stage, 10 * done // max(1, total))
        if tenth != self._said:
            self._said = tenth
            print(f"  {stage} {done:,} of {total:,} sessions", flush=True)


def _done(copied: Copied, target: str) -> str:
    return (
        f"Done: {copied.new:,} sessions copied, {copied.present:,} were there already.\n"
        f"Both stores hold the same: SHA-256 {copied.digest} over {copied.total:,} sessions"
        f"{_and_alerts(copied)}.\n"
        f"Now set SESSION_STORE={target} and start the bots."
    )


def _would_copy(copied: Copied) -> str:
    return (
        f"Dry run, nothing was stored: {copied.new:,} of {copied.total:,} sessions would be"
        f" copied, {copied.present:,} are there already and the same."
    )


def _and_alerts(copied: Copied) -> str:
    return f" and {copied.alerts:,} records of alerts" if copied.alerts else ""


def _in_use(error: StoreInUseError) -> Iterator[str]:
    yield f"Nothing was copied: {error.store} is in use."
    ahead = error.date - error.now
    yield from _some(f"{_named(bot)}, {_until(bot, ahead)}" for bot in error.bots)
    yield from _some(_holding(session, error.now, ahead) for session in error.sessions)
    yield (
        "Stop every bot that uses FROM or TO (they finish what is running), then run this command"
        " again. If one was killed, all that it left ends by itself at the times above."
    )


def _named(bot: Instance) -> str:
    host, version = (printable(str(bot.about.get(key, "?"))) for key in ("host", "version"))
    return f"a bot on {host}, version {version}"


def _until(bot: Instance, ahead: timedelta) -> str:
    ends = shown_time(bot.signed_at + SIGN_LASTS + ahead)
    return f"last heard of {shown_time(bot.signed_at + ahead)}; if killed, gone from {ends} on"


def _holding(session: Session, now: datetime, ahead: timedelta) -> str:
    lease = session.lease
    assert lease is not None
    left = round((lease.expires_at - now).total_seconds())
    return (
        f"{place_of(session)}, session {printable(session.id)}:"
        f" held by {printable(lease.holder_id)} since"
        f" {shown_time(lease.acquired_at + ahead)}, until {shown_time(lease.expires_at + ahead)}"
        f" (in {left} s) unless renewed"
    )


def _troubles(copied: Copied) -> Iterator[str]:
    yield "TO is not a copy of FROM. FROM is unchanged."
    if copied.conflicting:
        yield "In TO already, but different, and left as they are there:"
        yield from _some(map(printable, copied.conflicting))
    if copied.refused:
        yield "TO would not store:"
        yield from _some(
            f"{printable(one)}: {printable(why)}" for one, why in copied.refused.items()
        )
    if copied.joined:
        yield "A bot came while this ran. Perhaps only one of the stores has what it stored:"
        yield from _some(map(_named, copied.joined))
    if copied.unequal:
        yield "Copied, but not the same in both. A bot may be at work on FROM or TO:"
        yield from _some(map(printable, copied.unequal))
    yield (
        "Stop every bot that uses FROM or TO and copy to an empty store; keep the bots on FROM"
        " until a copy has succeeded."
    )


def _some(lines: Iterable[str]) -> Iterator[str]:
    named = list(lines)
    yield from (f"  {line}" for line in named[:_NAMED])
    if len(named) > _NAMED:
        yield f"  and {len(named) - _NAMED:,} more"
