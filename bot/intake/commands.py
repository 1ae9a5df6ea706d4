"""The words that are commands when they are all that somebody says to the bot."""

import html
import re
import unicodedata
from collections.abc import Mapping

from bot.document.characters import visible
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
    "stop right now": STOP,
    "stop working": STOP,
    "stop investigating": STOP,
    "stop the investigation": STOP,
    "stop this investigation": STOP,
    "halt": STOP,
    "quit": STOP,
    "never mind": STOP,
    "nevermind": STOP,
    "cancel": STOP,
    "cancel it": STOP,
    "cancel this": STOP,
    "cancel that": STOP,
    "cancel the investigation": STOP,
    "cancel my question": STOP,
    "abort": STOP,
    "abort it": STOP,
    "abort this": STOP,
    "abort that": STOP,
    "stop all": STOP_ALL,
    "stop everything": STOP_ALL,
    "stop all of it": STOP_ALL,
    "stop all questions": STOP_ALL,
    "cancel all": STOP_ALL,
    "cancel all questions": STOP_ALL,
    "abort all": STOP_ALL,
    "abort everything": STOP_ALL,
    "cancel everything": STOP_ALL,
    "status": STATUS,
    "mute": MUTE,
    "mute this": MUTE,
    "mute this thread": MUTE,
    "unmute": UNMUTE,
    "unmute this": UNMUTE,
    "unmute this thread": UNMUTE,
    "indicators": INDICATORS,
    "all indicators": INDICATORS,
    "show indicators": INDICATORS,
    "show the indicators": INDICATORS,
    "show all indicators": INDICATORS,
    "show me the indicators": INDICATORS,
    "list indicators": INDICATORS,
    "list the indicators": INDICATORS,
    "list all indicators": INDICATORS,
    "iocs": INDICATORS,
    "show iocs": INDICATORS,
    "list iocs": INDICATORS,
    "all iocs": INDICATORS,
    "export": EXPORT,
    "export it": EXPORT,
    "export this": EXPORT,
    "export the case": EXPORT,
    "export this case": EXPORT,
    "export this thread": EXPORT,
    "catch me up": CATCH_UP,
    "catch me up here": CATCH_UP,
    "catch me up on this": CATCH_UP,
    "catch me up on this thread": CATCH_UP,
    "catch up": CATCH_UP,
    "what did i miss": CATCH_UP,
    "what have i missed": CATCH_UP,
    "fill me in": CATCH_UP,
    "bring me up to date": CATCH_UP,
    "bring me up to speed": CATCH_UP,
    "get me up to speed": CATCH_UP,
    "help": HELP,
    "help me": HELP,
    "commands": HELP,
    "usage": HELP,
    "how does this work": HELP,
    "what can i ask": HELP,
    "what can i ask you": HELP,
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

_COURTESY = re.compile(
    r"^(?:please|pls|plz|ok|okay|oh|hey|hi|burrow)\b"
    r"|\b(?:please|pls|plz|now|thanks|thank you|thx|burrow)$"
)
_REQUEST = re.compile(r"^(?:(?:can|could|would|will) you|just|no|yes)\b")
"""In front of `help` it asks for more than that: the thread is what they want help with."""
_MOST_COURTESIES = 4
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_EMOJI = re.compile(r"(?<!\w):[a-z0-9_+'-]{1,100}:")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_WIDE = str.maketrans({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
_LONGEST = 60
_LONGEST_WRITTEN = 400
"""Characters, mentions, marks and invisible ones included."""


def command_in(incoming: Incoming) -> str | None:
    """Return the command that is the whole message, mentions aside; a sentence is never one."""
    if incoming.file_names or incoming.text != incoming.words:
        return None
    said = _once(spoken(incoming.words))
    if said in GREETINGS:
        return HELP
    if (command := COMMANDS.get(said)) is not None:
        return command
    plain = _without(_COURTESY, said)
    if (command := COMMANDS.get(plain)) is not None:
        return command
    command = COMMANDS.get(_without(_COURTESY, _without(_REQUEST, plain)))
    return None if command == HELP else command


def _once(said: str) -> str:
    """Return a word that is said several times, and nothing else, as said once."""
    words = said.split()
    return words[0] if len(set(words)) == 1 else said


def _without(more: re.Pattern[str], said: str) -> str:
    for _ in range(_MOST_COURTESIES):
        less = more.sub("", said).strip()
        if less == said:
            break
        said = less
    return said


def is_bare_stop(incoming: Incoming) -> bool:
    """Tell whether a message is the word `stop` and nothing else."""
    return _once(spoken(incoming.words)) == STOP


def is_typed_decision(incoming: Incoming) -> bool:
    """Tell whether all that somebody says would decide about a card, were it a click."""
    return not incoming.file_names and spoken(incoming.words) in _DECISIONS


def spoken(words: str) -> str:
    """Return the words in lower case, without mentions, marks, emoji; a long text has none."""
    if len(words) > _LONGEST_WRITTEN:
        return ""
    said = _EMOJI.sub(" ", html.unescape(_MENTION.sub(" ", words)))
    if not said.isascii():
        # Letters of a Japanese keyboard; then zero-width and other format characters.
        said = visible(said.translate(_WIDE))
        said = "".join(c for c in said if unicodedata.category(c) not in ("Cf", "Mn"))
    said = said.strip()
    if len(said) > _LONGEST:
        return ""
    return _BETWEEN_WORDS.sub(" ", said.lower()).strip()
