"""`run`: serve Slack until told to stop."""

import argparse
import asyncio
import gc

from bot.app import open_burrow
from bot.commands.exits import Exit
from bot.config import Settings
from bot.lifecycle import StopRequests, serve
from bot.log_config import configure_logging


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none: everything is a setting."""


def run(_: argparse.Namespace) -> int:
    """Serve; SIGTERM and Ctrl-C end it in order, a second one at once."""
    settings = Settings.load()
    configure_logging(settings.log_format, settings.log_level)
    asyncio.run(_run(settings))
    return Exit.DONE


async def _run(settings: Settings) -> None:
    requests = StopRequests()
    requests.on_signals()
    async with open_burrow(settings) as burrow:
        # What was made so far stays: no collection is to look through all modules again.
        gc.freeze()
        await serve(burrow, requests)
