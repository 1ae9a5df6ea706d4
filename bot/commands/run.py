"""`run`: serve Slack until told to stop."""

import argparse
import gc
import os
from collections.abc import Callable, Sequence

import structlog

from bot.commands.exits import Exit
from bot.config import Settings
from bot.lifecycle import run_bot
from bot.observe.logs import configure_logging, log_strays
from bot.shutdown import ShutdownRequests, run_to_the_end

log = structlog.get_logger(__name__)
COLLECT_AFTER = 20_000
"""Objects, some MiB of them; Python's own threshold is 700 or 2,000."""

SERVES = True
"""It takes signals and writes a log of its own."""
DESCRIPTION = """\
Connect to Slack and serve; this is the default command. Events come over
Socket Mode, over HTTP (HTTP_PORT), or over both.

SIGTERM, Ctrl-C or a terminal that closes: receive nothing more, let running
investigations end for SHUTDOWN_GRACE_SECONDS, hand the rest to the next start.
A second signal ends at once. No message is lost either way. SIGQUIT (Ctrl-\\)
does the same, and first logs where every task stands."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none: everything is a setting."""


def run(_: argparse.Namespace) -> int:
    """Serve; a signal ends it in order, a second one at once."""
    settings = Settings.load()
    with configure_logging(settings.log_format, settings.log_level) as lines:
        log_strays()

        def abandon(tasks: Sequence[str]) -> None:
            log.error("bot.abandoned", tasks=tasks)
            lines.close()
            os._exit(Exit.DONE)

        run_to_the_end(_run(settings, lambda: lines.lost), abandon)
    return Exit.DONE


async def _run(settings: Settings, lines_dropped: Callable[[], int]) -> None:
    shutdown = ShutdownRequests()
    shutdown.on_signals()
    await run_bot(settings, shutdown, once_open=_collect_seldom, lines_dropped=lines_dropped)


def _collect_seldom() -> None:
    """Look for cycles less often than Python does, and never again through what is there by now.

    A mention makes thousands of objects and hardly a cycle: at Python's pace a tenth of its
    processor time went into looking for them.
    """
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
