"""`indexes`: print the indexes that a Firestore store needs."""

import argparse

from bot.commands.exits import Exit
from bot.installation import carried_file

READS_SETTINGS = False
DESCRIPTION = """\
Print firestore.indexes.json, the indexes that a Firestore store needs. To make
them, once and after each upgrade that changes them:

  burrow indexes > firestore.indexes.json
  echo '{"firestore": {"indexes": "firestore.indexes.json"}}' > firebase.json
  npx firebase-tools deploy --only firestore:indexes --project PROJECT"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(_: argparse.Namespace) -> int:
    """Print them."""
    print(carried_file("firestore.indexes.json"), end="")
    return Exit.DONE
