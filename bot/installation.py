"""Facts about this installation: its version, how to type its commands, the files it carries."""

import os
import platform
import shutil
import socket
import sys
from pathlib import Path

from bot import __version__

VERSION = __version__

_PARENT = Path(__file__).resolve().parent.parent
# In a checkout they stand where people look for them; the build puts copies into the wheel.
_WHERE = {
    "manifest.yml": ("simulator/manifest.yml", "manifest.yml"),
    ".env.example": ("bot/carried/.env.example", ".env.example"),
    "firestore.indexes.json": (
        "bot/carried/firestore.indexes.json",
        "deploy/firestore/firestore.indexes.json",
    ),
}


def carried_file(name: str) -> str:
    """Return the text of a file that an operator needs besides the program."""
    in_wheel, in_checkout = (_PARENT / path for path in _WHERE[name])
    return (in_wheel if in_wheel.exists() else in_checkout).read_text(encoding="utf-8")


def command(words: str) -> str:
    """Return how a command is typed here, in backquotes: `burrow demo` after an installation."""
    typed, beside = Path(sys.argv[0]), Path(sys.executable).with_name("burrow")
    if typed.stem == "burrow":
        program = "burrow" if shutil.which("burrow") == sys.argv[0] else _from_here(typed)
    else:
        program = _from_here(beside) if beside.exists() else f"{_from_here(sys.executable)} -m bot"
    return f"`{program} {words}`"


def _from_here(path: Path | str) -> str:
    """Return a path as one types it in the current folder."""
    here = Path.cwd()
    return str(Path(path).relative_to(here)) if Path(path).is_relative_to(here) else str(path)


def machine() -> dict[str, str | int]:
    """Return what tells this process from others in a collected log."""
    return {"host": socket.gethostname(), "pid": os.getpid(), "python": platform.python_version()}
