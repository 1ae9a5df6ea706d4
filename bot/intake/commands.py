"""The words that are commands when they are all that somebody says to the bot."""

import re
from collections.abc import Mapping

from bot.intake.incoming import Incoming
from bot.messages import EXPORT, INDICATORS, MUTE, STOP, STOP_ALL, UNMUTE

STATUS = "status"
HELP = "help"
CATCH_UP = "catch me up"

COMMANDS: Mapping[str, str] = {
    "stop": STOP,
    "stop it": STOP,
    "stop this": STOP,
    "stop that": STOP,
    "stop now": STOP,
    "stop please": STOP,
    "cancel": STOP,
    "cancel it": STOP,
    "cancel this": STOP,
    "cancel that": STOP,
    "abort": STOP,
    "stop all": STOP_ALL,
    "stop everything": STOP_ALL,
    "cancel all": STOP_ALL,
    "cancel everything": STOP_ALL,
    "status": STATUS,
    "mute": MUTE,
    "unmute": UNMUTE,
    "indicators": INDICATORS,
    "all indicators": INDICATORS,
    "show indicators": INDICATORS,
    "iocs": INDICATORS,
    "export": EXPORT,
    "export the case": EXPORT,
    "catch me up": CATCH_UP,
    "catch up": CATCH_UP,
    "bring me up to speed": CATCH_UP,
    "get me up to speed": CATCH_UP,
    "help": HELP,
    "help me": HELP,
    "what can you do": HELP,
    "what can you do here": HELP,
    "what can you do for me": HELP,
    "what do you do": HELP,
    "who are you": HELP,
    "what are you": HELP,
    "how do i use you": HELP,
    "how do you work": HELP,
}
"""What somebody says, mentions and courtesies aside, and the command that it is."""
GREETINGS = frozenset(
    {
        *(
            "hi",
            "hello",
            "hey",
            "hi there",
            "hello there",
            "hey there",
            "hi burrow",
            "hello burrow",
        ),
        *("hey burrow", "good morning", "good afternoon", "good evening", "moin", "hallo"),
        *("guten morgen", "guten tag", "bonjour", "hola", "こんにちは", "おはよう"),
    }
)
DECIDE = "decide"
"""A decision about a card in words: it decides nothing."""
_DECISIONS = frozenset(
    {"yes", "y", "yep", "sure", "ok", "okay", "yes please", "yes do it", "do it", "go ahead"}
    | {"approve", "approved", "approve it", "i approve"}
    | {"no", "nope", "deny", "denied", "deny it", "reject", "rejected"}
)
NOT_STORED = frozenset({STATUS, HELP, CATCH_UP, DECIDE})
"""Answered at once, to nobody but the asker."""
NEEDS_SESSION = frozenset({STOP, STOP_ALL, MUTE, UNMUTE})

_COURTESY = re.compile(r"^(?:please|pls|ok|okay|hey|hi)\b|\b(?:please|pls|thanks|thank you)$")


def command_in(incoming: Incoming) -> str | None:
    """Return the command that is the whole message, mentions aside; a sentence is never one."""
    if incoming.file_names or incoming.text != incoming.words:
        return None
    said = incoming.said
    if said in GREETINGS:
        return HELP
    return COMMANDS.get(said) or COMMANDS.get(_COURTESY.sub("", said).strip())


def is_bare_stop(incoming: Incoming) -> bool:
    """Tell whether a message is the word `stop` and nothing else."""
    return incoming.said == STOP


def is_typed_decision(incoming: Incoming) -> bool:
    """Tell whether all that somebody says would decide about a card, were it a click."""
    return not incoming.file_names and incoming.said in _DECISIONS
