"""Sees an answer that is written in another script than the question."""

import re
import unicodedata
from collections import Counter

_NOT_OF_THE_LANGUAGE = re.compile(
    r"<[^<>]*>|`[^`]*`|“[^“”]*”|\"[^\"]*\"|「[^「」]*」|https?://\S+"
    r"|[!-~]*[\d_/@=][!-~]*|[!-~]+[.:][!-~]+"
)
"""Markup, code, quotations, addresses, names of machines: the same in every language."""
_FEWEST_LETTERS = 4
_SHARE = 0.3


def is_of_another_script(asked: str, answered: str) -> bool:
    """Tell whether an answer has nothing of a script of the question, or mostly one it has not.

    A question in Japanese may name services in Latin letters, so its kana are what counts. Nothing
    is said of two languages of one script.
    """
    wanted, found = _letters(asked), _letters(answered)
    total = sum(found.values())
    if total < _FEWEST_LETTERS:
        return False
    own = {script for script, count in wanted.items() if _counts(count, wanted)}
    if foreign := own - {"LATIN"}:
        return not any(found[script] for script in foreign)
    others = total - sum(found[script] for script in wanted)
    return bool(own) and others * 2 > total


def _counts(count: int, letters: Counter[str]) -> bool:
    return count >= _FEWEST_LETTERS and count >= _SHARE * sum(letters.values())


def _letters(text: str) -> Counter[str]:
    """Count the letters of each script in the words that are the writer's own."""
    own = _NOT_OF_THE_LANGUAGE.sub(" ", text)
    return Counter(_script(character) for character in own if character.isalpha())


def _script(character: str) -> str:
    """Return what a letter's Unicode name begins with, which is its script."""
    script = unicodedata.name(character, "").partition(" ")[0].partition("-")[0]
    return "KANA" if script in {"HIRAGANA", "KATAKANA"} else script
