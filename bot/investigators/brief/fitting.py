"""Decides whether a runbook fits: its title and its `when` share words with the case."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from bot.investigators.brief.terms import stems

_FEWEST = 2
_NAMED = 3
"""What the name of an alert weighs."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z][A-Za-z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_WORD = re.compile(r"[^\W_][\w'’]*")
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]{4,}")
_NAME = re.compile(r"[A-Za-z0-9]*[a-z0-9][A-Z][a-z][A-Za-z0-9]*|[A-Z][A-Z0-9]{4,}")
"""`HighErrorRate`, `NXDOMAIN`: what alerts are called, whole."""
_NOT_NAMES = frozenset(
    {"ALERT", "CRITICAL", "ERROR", "FIRING", "PROBLEM", "RESOLVED", "TRIGGERED", "WARNING"}
)
_OF_EVERY_ALERT = """
active affected alarm alert answer api app application average availability available backend check
cluster condition count crashing critical customer default degraded description detected detection
device down duration endpoint environment error event exceeded fail failed failing failure fire
firing health healthy high host http https incident instance job latency level log low message
metric minute monitor name namespace node notification number outage pager percent pod prod
production rate received region report reported request resolve resolved response restart route
runbook second server service severity slow source spike staging state status summary team
threshold timeout traffic trigger triggered type unavailable unhealthy unusual usage user value
violation volume warning
"""
_GENERIC = frozenset().union(*(stems(word) for word in _OF_EVERY_ALERT.split()))


@dataclass(frozen=True, slots=True)
class Said:
    """What alerts and people say, ready to be compared with any number of runbooks."""

    in_alerts: frozenset[str]
    in_words: frozenset[str]
    tokens: frozenset[str]
    """Of alerts, whole and as they are written."""

    @classmethod
    def of(cls, alerts: str, words: str) -> "Said":
        """Read both."""
        return cls(stems(apart(alerts)), stems(apart(words)), frozenset(_TOKEN.findall(alerts)))


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a runbook is meant: its title and its `when`."""

    words: Mapping[str, str]
    """Its telling words, each by what its forms have in common."""
    names: frozenset[str]
    """The names of alerts in its `when`."""

    @classmethod
    def of(cls, title: str, when: str) -> "Occasion":
        """Read both."""
        found = (match[0] for match in _WORD.finditer(apart(f"{title} {when}")))
        names = {name for name in _TOKEN.findall(when) if _NAME.fullmatch(name)}
        words = {stem: word for word in found for stem in sorted(stems(word))}
        return cls(words, frozenset(names - _NOT_NAMES))

    def weigh(self, said: Said) -> int:
        """Say how well it fits; 0 if too little is shared.

        It fits if an alert has one of its names, or if two words are shared, or half of its own.
        Words that stand in alerts of every kind, and numbers, do not suffice by themselves. What
        alerts say counts three times.
        """
        named = self.names & said.tokens
        shared = self.words.keys() & (said.in_alerts | said.in_words)
        telling = {stem for stem in shared if stem not in _GENERIC and not stem[0].isdigit()}
        is_enough = len(shared) >= _FEWEST or 2 * len(shared) >= len(self.words)
        if not named and not (telling and is_enough):
            return 0
        return (
            _NAMED * len(named)
            + _weight(shared, telling)
            + 2 * _weight(shared & said.in_alerts, telling)
        )

    def shared(self, said: Said) -> tuple[str, ...]:
        """Return its words that alerts or people say, the telling ones first."""
        found = [stem for stem in self.words if stem in said.in_alerts | said.in_words]
        found.sort(key=lambda stem: stem in _GENERIC)
        named = sorted(self.names & said.tokens)
        parts = set().union(*(stems(apart(name)) for name in named))
        return tuple(
            dict.fromkeys([*named, *(self.words[stem] for stem in found if stem not in parts)])
        )


def apart(text: str) -> str:
    """Write `HighErrorRate` and `error_rate` as words."""
    return _CAMEL.sub(" ", re.sub(r'[_"-]', " ", text))


def _weight(shared: Set[str], telling: Set[str]) -> int:
    return len(shared) + len(shared & telling)
