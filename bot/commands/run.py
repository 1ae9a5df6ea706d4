"""`run`: serve Slack until told to stop."""

import argparse
import asyncio
import gc
import os

import structlog

from bot.app import open_burrow
from bot.commands.exits import Exit
from bot.config import Settings
from bot.lifecycle import ShutdownRequests, serve
from bot.observe.logs import configure_logging, log_strays

log = structlog.get_logger(__name__)
CANCEL_SECONDS = 1.0
COLLECT_AFTER = 20_000
"""Objects, some MiB of them; Python's own threshold is 700 or 2,000."""

DESCRIPTION = """\
Connect to Slack over Socket Mode and serve; this is the default command.

SIGTERM or Ctrl-C: receive nothing more, let running investigations end for
SHUTDOWN_GRACE_SECONDS, hand the rest to whoever starts next. A second one ends
at once. No message is lost either way."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none: everything is a setting."""


def run(_: argparse.Namespace) -> int:
    """Serve; SIGTERM and Ctrl-C end it in order, a second one at once."""
    settings = Settings.load()
    with configure_logging(settings.log_format, settings.log_level) as lines:
        log_strays()
        with asyncio.Runner() as runner:
            runner.run(_run(settings))
            if stubborn := runner.run(_end_what_is_left()):
                # The runner would wait for them for ever. All that counts is closed by now.
                log.error("bot.abandoned", tasks=stubborn)
                lines.close()
                os._exit(Exit.DONE)
    return Exit.DONE


async def _run(settings: Settings) -> None:
    requests = ShutdownRequests()
    requests.on_signals()
    async with open_burrow(settings) as burrow:
        _collect_seldom()
        await serve(burrow, requests)


def _collect_seldom() -> None:
    """Look for cycles less often than Python does, and never again through what is there by now.

    A mention makes thousands of objects and hardly a cycle: at Python's pace a tenth of its
    processor time went into looking for them.
    """
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


async def _end_what_is_left() -> list[str]:
    """Cancel what outlived the shutdown, and name what takes no notice of that."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    if not left:
        return []
    _, stubborn = await asyncio.wait(left, timeout=CANCEL_SECONDS)
    return sorted(task.get_name() for task in stubborn)
