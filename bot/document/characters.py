"""Removes or spells out characters that hide a part of a text or turn its direction."""

import re
import unicodedata

# What people write with them stays: emoji that are joined of several, and the joiners that
# Arabic and Indic scripts need between letters.
_EMOJI = "\u200d\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
_JOINING = "\u0600-\u06ff\u0750-\u077f\u0900-\u0dff"
_INVISIBLE = re.compile(
    # Controls, tab and line end aside; a terminal's colours as a whole.
    r"\x1b\[[0-9;?]{0,20}[A-Za-z]|[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
    # Soft hyphen, joiners, fillers, zero-width spaces and signs.
    r"|[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u2800\u3164"
    r"\ufeff\uffa0\ufff0-\ufffb]"
    # Marks that turn the direction: https://www.unicode.org/reports/tr9/
    r"|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]"
    # Tags, and the selectors that can carry any hidden bytes.
    r"|[\ufe00-\ufe0e\U000e0000-\U000e0fff]|(?<![\d#*\u00a9\u00ae\u2000-\u3300\U0001f000-\U0001faff])\ufe0f"
    rf"|(?<![{_EMOJI}])(?<![{_JOINING}])[\u200c\u200d]|[\u200c\u200d](?![{_EMOJI}{_JOINING}])"
)
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# What is drawn as nothing although it counts as a letter or a mark, and joins what stands apart.
_DRAWN_AS_NOTHING = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
)
_SPELLED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")


def visible(text: str) -> str:
    """Return `text` as it can be read.

    Invisible characters, those that turn the direction, and controls are gone; each line end is a
    line feed; half a character, which no store takes, is U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _NO_CHARACTER.sub("\ufffd", _LINE_ENDS.sub("\n", text))
    return _INVISIBLE.sub("", text)


def spelled(text: str) -> str:
    """Return `text` with everything that is not seen as itself as `\\u{…}`.

    Those are controls (line ends too), invisible characters, those that turn the direction, and
    every space but the common one.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"\\u{{{ord(it):x}}}" if _is_unseen(it) else it for it in text)


def _is_unseen(character: str) -> bool:
    if character == " ":
        return False
    is_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    kind = unicodedata.category(character)
    return kind in _SPELLED or character in _DRAWN_AS_NOTHING or is_selector
