"""The command line: each command parses, calls, prints and returns an exit code."""

import argparse
import errno
import gc
import io
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from bot.commands.exits import Exit
from bot.errors import BurrowError, ConfigurationError
from bot.installation import VERSION
from bot.observe.lines import say
from bot.observe.logs import configure_logging
from bot.redact import redact
from session import FileInUseError, SessionError, StoreSettingsError, StoreUrlError

GROUPS = {
    "Serve": {
        "run": "connect to Slack and serve (the default)",
    },
    "Try it": {
        "demo": "play an incident in a local Slack workspace, without any account",
    },
    "Ask what happened": {
        "where": "say what became of a message or an alert",
        "sessions": "list the sessions in the store, the latest first",
    },
    "Set it up": {
        "settings": "print every setting with its default, the start of a .env",
        "manifest": "print the manifest of the Slack app",
        "indexes": "print the indexes that a Firestore store needs",
        "copy": "copy everything from one store to another",
    },
}
COMMANDS = {name: summary for group in GROUPS.values() for name, summary in group.items()}
_DESCRIPTION = """\
Burrow investigates incidents in the Slack thread you mention it in:
one thread, one session, one investigation at a time."""
_OPTIONS = ("-h", "--help", "--version")
_EXIT_CODES = "Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 stopped, 4 busy."
_EPILOG = f"""\
Settings come from the environment and from .env (`burrow settings` prints them).
{_EXIT_CODES}"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name, and return its exit code."""
    given = list(sys.argv[1:] if argv is None else argv) or ["run"]
    _print_what_can_be_printed()
    parser = _parser(given)
    _check_first_word(parser, given[0])
    arguments = parser.parse_args(given)
    try:
        return _run(arguments)
    except (ConfigurationError, StoreSettingsError, StoreUrlError) as error:
        say(redact(str(error)))
        return Exit.USAGE
    except FileInUseError as error:
        say(redact(str(error)))
        return Exit.BUSY
    except (BurrowError, SessionError) as error:
        say(redact(str(error)))
        return Exit.FAILED
    except KeyboardInterrupt:
        return Exit.STOPPED
    except BrokenPipeError:
        # `burrow sessions | head` has what it wanted.
        _write_no_more()
        return Exit.DONE
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _write_no_more()
        say("The disk is full: what this command prints could not be written.")
        return Exit.FAILED


def _run(arguments: argparse.Namespace) -> int:
    if arguments.serves:
        return int(arguments.run(arguments))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A command prints its result, and on stderr what goes wrong on the way.
    with configure_logging("auto", "warning"):
        code = int(arguments.run(arguments))
    if sys.stdout:
        sys.stdout.flush()
    return code


def _print_what_can_be_printed() -> None:
    """Put a `?` where a terminal that is not UTF-8 lacks a character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="burrow",
        usage="burrow [--help] [--version] [COMMAND ...]",
        description=f"{_DESCRIPTION}\n{_listed_commands()}",
        epilog=f"`burrow COMMAND --help` says more.\n{_EPILOG}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"burrow {VERSION}")
    commands = parser.add_subparsers(prog="burrow", required=True, help=argparse.SUPPRESS)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        # Only what is asked for is imported: a start is not to wait for the other commands.
        if name in given:
            module = _imported(name)
            command.description = getattr(module, "DESCRIPTION", command.description)
            if not getattr(module, "READS_SETTINGS", True):
                command.epilog = _EXIT_CODES
            module.add_arguments(command)
            command.set_defaults(run=module.run, serves=getattr(module, "SERVES", False))
    return parser


def _check_first_word(parser: argparse.ArgumentParser, word: str) -> None:
    """Refuse what is no command and no option, of which argparse says too much or too little."""
    if word.startswith("-"):
        if not any(option.startswith(word) for option in _OPTIONS):
            parser.error(f"unrecognized arguments: {word}")
    elif word not in COMMANDS:
        # Settings are imported only by commands that read them.
        from bot.config.checks import suggestion

        meant = suggestion(word, list(COMMANDS))
        parser.error(
            f"there is no command {word!r}{f' ({meant})' if meant else ''}: it takes one of"
            f" {', '.join(COMMANDS)}"
        )


def _listed_commands() -> str:
    """List the commands in their groups; argparse knows only one list."""
    width = max(map(len, COMMANDS)) + 2
    lines: list[str] = []
    for title, group in GROUPS.items():
        lines += ["", f"{title}:"]
        lines += [f"    {name:{width}}{summary}" for name, summary in group.items()]
    return "\n".join(lines)


def _imported(name: str) -> ModuleType:
    """Import a command, a tenth faster while nothing looks for cycles in what is imported."""
    gc.disable()
    try:
        return import_module(f"bot.commands.{name}")
    finally:
        gc.enable()


def _write_no_more() -> None:
    """Throw away what stdout still holds: Python flushes it at its end, and would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
