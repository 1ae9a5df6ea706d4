"""`manifest`: print the manifest of the Slack app."""

import argparse

from bot.commands.exits import Exit
from bot.installation import carried_file

DESCRIPTION = """\
Print manifest.yml, the manifest of the Slack app: its scopes, its events, its
name. Paste it at https://api.slack.com/apps?new_app=1 ("From a manifest"), or
into the settings of an app that you have ("App Manifest")."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(_: argparse.Namespace) -> int:
    """Print it."""
    print(carried_file("manifest.yml"), end="")
    return Exit.DONE
