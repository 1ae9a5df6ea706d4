"""The words that are commands when they are all that somebody says to the bot."""

import re
from enum import StrEnum

from bot.events import Incoming, Kind

_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_AROUND = " \t\n\u00a0.!*_~`"
"""Emphasis too: the help shows the commands as code, and people copy them."""


class Command(StrEnum):
    """Each is also the word itself."""

    STOP = "stop"
    STATUS = "status"
    MUTE = "mute"
    UNMUTE = "unmute"
    HELP = "help"

    @property
    def kind(self) -> Kind | None:
        """What it is stored as for the session's holder; None if it is answered at once."""
        match self:
            case Command.STOP:
                return Kind.STOP
            case Command.MUTE:
                return Kind.MUTE
            case Command.UNMUTE:
                return Kind.UNMUTE
        return None


def command_in(incoming: Incoming) -> Command | None:
    """Return the command that is the whole text, mentions aside; a sentence is never one."""
    word = _MENTION.sub(" ", incoming.text).strip(_AROUND).lower()
    return Command(word) if word in set(Command) else None
