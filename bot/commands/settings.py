"""`settings`: print every setting with its default, ready to be a `.env`."""

import argparse

from bot.commands.exits import Exit
from bot.installation import carried_file

READS_SETTINGS = False
DESCRIPTION = """\
Print every setting with its default and what it is for (.env.example). A start
of a .env to fill in:

  burrow settings > .env"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(_: argparse.Namespace) -> int:
    """Print them."""
    print(carried_file(".env.example"), end="")
    return Exit.DONE
