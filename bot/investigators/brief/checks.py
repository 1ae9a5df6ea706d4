"""The next checks, by rule: each one names what it is about."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.investigators.brief.digest import Sighting
from bot.investigators.brief.indicators import Kind


@dataclass(frozen=True, slots=True)
class Check:
    """Something worth checking, and the indicators it is about; texts are in `words`."""

    rule: str
    about: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    kind: Kind
    holds: Callable[[Sighting], bool] = lambda sighting: True


# In the order in which they are shown: what hurts most, and what is lost first, comes first.
_RULES = (
    _Rule("secret", Kind.SECRET),
    _Rule("public_ip", Kind.IP, lambda one: one.indicator.note == "public"),
    _Rule("metadata_ip", Kind.IP, lambda one: one.indicator.note == "cloud metadata"),
    _Rule("hash", Kind.HASH),
    _Rule("suspect_name", Kind.DOMAIN, lambda one: one.is_suspect),
    _Rule("aws", Kind.AWS),
    _Rule("error", Kind.ERROR),
    _Rule("cve", Kind.CVE),
    _Rule("commit", Kind.COMMIT),
    _Rule("attack", Kind.ATTACK),
    _Rule("arn", Kind.ARN),
    _Rule("private_ip", Kind.IP, lambda one: one.indicator.note in ("private", "CGNAT")),
    _Rule("documentation_ip", Kind.IP, lambda one: one.indicator.note == "documentation"),
)


def next_checks(sightings: Sequence[Sighting], limit: int) -> list[Check]:
    """Return at most `limit` checks about indicators."""
    return list(islice(_checks(sightings), limit))


def _checks(sightings: Sequence[Sighting]) -> Iterator[Check]:
    for rule in _RULES:
        about = tuple(
            one for one in sightings if one.indicator.kind is rule.kind and rule.holds(one)
        )
        if about:
            yield Check(rule.name, about)
