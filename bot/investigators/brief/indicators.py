"""What an indicator is, and how it is written so that nobody clicks it by accident."""

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
    ARN = "arn"
    COMMIT = "commit"
    TICKET = "ticket"
    ERROR = "error"


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


_HARMLESS = frozenset(
    {"private", "loopback", "link-local", "internal", "unspecified", "broadcast"}
)
_BRACKETED_DOT = re.compile(
    r"\s?[\[({](?:\.|dot)[\])}]\s?|(?<=\w)\[\.(?=\w)|(?<=\w)\.\](?=\w)", re.IGNORECASE
)
_BRACKETED_AT = re.compile(r"\s?[\[({](?:@|at)[\])}]\s?", re.IGNORECASE)
_BRACKETED_COLON = re.compile(r"\[:(?://)?\]|\[:(?=//)")
_SCHEME = re.compile(r"(?<![A-Za-z0-9])(?:hxxp|h\*\*p|meow)(s?)(?=://)", re.IGNORECASE)


def refang(text: str) -> str:
    """Undo what people do to make addresses harmless: `hxxp`, `[.]`, `(dot)`, `[at]`, `[:]`."""
    if "[" in text or "(" in text or "{" in text:
        text = _BRACKETED_DOT.sub(".", text)
        text = _BRACKETED_AT.sub("@", text)
        text = _BRACKETED_COLON.sub(lambda m: m[0].strip("[]") or ":", text)
    return _SCHEME.sub(lambda m: "http" + m[1].lower(), text)


def defanged(indicator: Indicator) -> str:
    """Write an indicator so that it cannot be followed; addresses of one's own network stay."""
    value = indicator.value
    if indicator.note in _HARMLESS:
        return value
    match indicator.kind:
        case Kind.IP if ":" in value:
            return value.replace(":", "[:]", 1)
        case Kind.IP | Kind.DOMAIN:
            return value.replace(".", "[.]")
        case Kind.EMAIL:
            return value.replace("@", "[@]").replace(".", "[.]")
        case Kind.URL:
            scheme, _, rest = value.partition("://")
            host, slash, path = rest.partition("/")
            return f"{scheme.replace('t', 'x')}://{host.replace('.', '[.]')}{slash}{path}"
    return value
