"""The command line: each command parses, calls, prints and returns an exit code."""

import argparse
import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from bot.commands.exits import Exit
from bot.errors import BurrowError, ConfigurationError
from bot.observe.lines import say
from session import SessionError, StoreUrlError

COMMANDS = {
    "run": "connect to Slack and serve (the default)",
    "where": "say what became of a message",
    "sessions": "list the sessions in the store, the latest first",
    "copy": "move every session from one store to another",
    "demo": "play an incident in a local Slack workspace, without any account",
}
_DESCRIPTION = """\
Burrow investigates incidents in the Slack thread you mention it in:
one thread, one session, one investigation at a time."""
_EPILOG = """\
Settings come from the environment and from .env (see .env.example).
Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 stopped, 4 busy."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name, and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="burrow",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    given = list(sys.argv[1:] if argv is None else argv) or ["run"]
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        # Only what is asked for is imported: a start is not to wait for the other commands.
        if name in given:
            module = _imported(name)
            command.description = getattr(module, "DESCRIPTION", command.description)
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    arguments = parser.parse_args(given)
    try:
        return int(arguments.run(arguments))
    except (ConfigurationError, StoreUrlError) as error:
        say(str(error))
        return Exit.USAGE
    except (BurrowError, SessionError) as error:
        say(str(error))
        return Exit.FAILED
    except KeyboardInterrupt:
        return Exit.STOPPED


def _imported(name: str) -> ModuleType:
    """Import a command, a tenth faster while nothing looks for cycles in what is imported."""
    gc.disable()
    try:
        return import_module(f"bot.commands.{name}")
    finally:
        gc.enable()
