"""A rule: it recognises one kind of secret."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

END = r"(?![A-Za-z0-9])"
"""The end of a token of known length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of secret.

    The pattern is tried only on texts that hold one of the `hints` (lower case). What it matches
    is the secret, or only its group `secret` if it has one. To be linear on hostile text too, a
    pattern is of bounded length, or ends in its only unbounded run, or its unbounded run starts
    behind a character that the run itself cannot hold.
    """

    label: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] | None = None
    """Looks at what was matched: whether it is a secret indeed."""

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Return where in `text` the secrets of this kind stand."""
        group = "secret" if "secret" in self.pattern.groupindex else 0
        for match in self.pattern.finditer(text):
            if self.holds is None or self.holds(match[group]):
                yield match.span(group)


def rule(
    label: str, hints: str, pattern: str, *, holds: Callable[[str], bool] | None = None
) -> Rule:
    """Return a rule; in `hints`, which spaces divide, a `+` stands for a space."""
    words = tuple(hint.replace("+", " ") for hint in hints.split())
    return Rule(label=label, hints=words, pattern=re.compile(pattern), holds=holds)


def token(label: str, prefix: str, rest: str, *, hints: str = "") -> Rule:
    """Return the rule for a token with a prefix of its own, not in the middle of a word."""
    return rule(label, hints or prefix.lower(), rf"(?<![A-Za-z0-9])(?:{prefix}){rest}")
