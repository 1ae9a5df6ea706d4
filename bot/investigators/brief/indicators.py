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
    is_inside: bool = False
    """Whether it is part of another hit, such as the host of a URL."""


_HARMLESS = frozenset(
    {"private", "loopback", "link-local", "internal", "unspecified", "broadcast"}
)
_BRACKETED_DOT = re.compile(
    r"\s?[\[({](?:\.|dot)[\])}]\s?|(?<=\w)\[\.(?=\w)|(?<=\w)\.\](?=\w)", re.IGNORECASE
)
_BRACKETED_AT = re.compile(r"\s?[\[({](?:@|at)[\])}]\s?", re.IGNORECASE)
_BRACKETED_COLON = re.compile(r"\[:(?://)?\]|\[:(?=//)")
_HTTP = re.compile(r"http(s?)://", re.IGNORECASE)
_SCHEME = re.compile(r"(?<![A-Za-z0-9])(?:hxxp|h\*\*p|meow)(s?)(?=://)", re.IGNORECASE)


def refang(text: str) -> str:
    """Undo what people do to make addresses harmless: `hxxp`, `[.]`, `(dot)`, `[at]`, `[:]`."""
    if "[" in text or "(" in text or "{" in text:
        text = _BRACKETED_DOT.sub(".", text)
        text = _BRACKETED_AT.sub("@", text)
        text = _BRACKETED_COLON.sub(lambda m: m[0].strip("[]") or ":", text)
    return _SCHEME.sub(lambda m: "http" + m[1].lower(), text)


def harmless(text: str) -> str:
    """Take the `http` out of a text, so that nothing in it can be followed."""
    return _HTTP.sub(r"hxxp\1://", text)


def defanged(indicator: Indicator) -> str:
    """Write an indicator so that it cannot be followed; addresses of one's own network stay."""
    value = indicator.value
    is_harmless = indicator.note in _HARMLESS
    match indicator.kind:
        case Kind.URL:
            scheme, _, rest = value.partition("://")
            host, slash, path = rest.partition("/")
            shown = host if is_harmless else host.replace(".", "[.]")
            return harmless(f"{scheme}://{shown}{slash}{path}")
        case _ if is_harmless:
            return value
        case Kind.IP if ":" in value:
            return value.replace(":", "[:]", 1)
        case Kind.IP | Kind.DOMAIN:
            return value.replace(".", "[.]")
        case Kind.EMAIL:
            return value.replace("@", "[@]").replace(".", "[.]")
    return value
