"""Indicators as values, and how to write one so that nobody clicks it by accident."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of indicator, in the order in which a brief lists them."""

    SECRET = "secret"
    IP = "ip"
    DOMAIN = "domain"
    URL = "url"
    EMAIL = "email"
    HASH = "hash"
    CVE = "cve"
    ATTACK = "attack"
    AWS = "aws"
    ACCESS_KEY = "access_key"
    ARN = "arn"
    COMMIT = "commit"
    TICKET = "ticket"
    ERROR = "error"


OWN = "own"
"""The note of what belongs to one's own domains."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator in its canonical, refanged form."""

    kind: Kind
    value: str
    note: str = ""
    """What kind of an address, hash or name it is: `private`, `SHA-256`."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An indicator and where it stands in the text."""

    start: int
    end: int
    indicator: Indicator
    is_inside: bool = False
    """Whether it is part of another hit, such as the host of a URL."""
    label: str = ""
    """The other host that the label of a link names."""


_HARMLESS = frozenset({"private", "link-local", "internal", "unspecified", "broadcast", OWN})
_HTTP = re.compile(r"http(s?)://", re.IGNORECASE)
_SHOWN_OF_A_KEY = 8


def harmless(text: str) -> str:
    """Take the `http` out of a text, so that nothing in it can be followed."""
    return _HTTP.sub(r"hxxp\1://", text)


def defanged(indicator: Indicator) -> str:
    """Write an indicator so that it cannot be followed; addresses of one's own network stay.

    An access key id is masked after its first 8 characters.
    """
    value = indicator.value
    is_harmless = indicator.note in _HARMLESS
    match indicator.kind:
        case Kind.URL if indicator.note == OWN:
            return value
        case Kind.URL:
            scheme, _, rest = value.partition("://")
            host, slash, path = rest.partition("/")
            shown = host if is_harmless else host.replace(".", "[.]")
            return harmless(f"{scheme}://{shown}{slash}{path}")
        case Kind.ACCESS_KEY if len(value) > _SHOWN_OF_A_KEY:
            return value[:_SHOWN_OF_A_KEY] + "…"
        case _ if is_harmless:
            return value
        case Kind.IP if ":" in value:
            return value.replace(":", "[:]", 1)
        case Kind.IP | Kind.DOMAIN:
            return value.replace(".", "[.]")
        case Kind.EMAIL:
            return value.replace("@", "[@]").replace(".", "[.]")
    return value
