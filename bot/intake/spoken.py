"""What somebody says, as the commands are compared with it."""

import html
import re
import unicodedata

from bot.document.characters import visible

_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_EMOJI = re.compile(r"(?<!\w):[a-z0-9_+'-]{1,100}:")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_WIDE = str.maketrans({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
_LONGEST = 60
_LONGEST_WRITTEN = 400
"""With mentions, marks and what nobody sees."""


def spoken(words: str) -> str:
    """Return the words alone: lower case, without mentions, marks, emoji; of a long text none."""
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
