"""What this installation is: its version, how its commands are typed, the files it carries."""

import sys
from pathlib import Path

from bot import __version__

VERSION = __version__

_PACKAGE = Path(__file__).resolve().parent
_CARRIED = _PACKAGE / "carried"
# In a checkout they stand where people look for them; a wheel gets copies when it is built.
_IN_CHECKOUT = {
    "manifest.yml": "manifest.yml",
    ".env.example": ".env.example",
    "firestore.indexes.json": "deploy/firestore/firestore.indexes.json",
}


def carried_file(name: str) -> str:
    """Return the text of a file that an operator needs besides the program."""
    copy = _CARRIED / name
    path = copy if copy.exists() else _PACKAGE.parent / _IN_CHECKOUT[name]
    return path.read_text(encoding="utf-8")


def command(words: str) -> str:
    """Return how a command is typed here, in backquotes: `burrow demo`, or with python -m bot."""
    is_installed = Path(sys.argv[0]).name.removesuffix(".exe") == "burrow"
    return f"`burrow {words}`" if is_installed else f"`python -m bot {words}`"
