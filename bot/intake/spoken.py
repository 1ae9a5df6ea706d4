"""What somebody says, as the commands are compared with it."""

import re
import unicodedata

_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_LONGEST = 60


def spoken(words: str) -> str:
    """Return the words alone: lower case, without mentions, marks and emphasis; long ones none."""
    said = _MENTION.sub(" ", words[: _LONGEST * 4])
    if len(said.strip()) > _LONGEST:
        return ""
    if not said.isascii():
        # Zero-width, direction-changing and other format characters.
        said = "".join(c for c in said if unicodedata.category(c) != "Cf")
    return _BETWEEN_WORDS.sub(" ", said.lower()).strip()
