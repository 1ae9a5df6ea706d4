"""The hosts that words name, however their dots are written, and the host that an address has."""

import re
import unicodedata
from collections.abc import Iterator
from ipaddress import IPv6Address
from urllib.parse import unquote, urlsplit

_DRAWN_AS_DOTS = "\u0660\u06d4\u06f0\u0701\u0702\u2024\u3002\ua4f8\ua60e\uff61\U00010a50\U0001d16d"
"""A full stop, to browsers (https://www.unicode.org/reports/tr46/) or to the eye
(https://www.unicode.org/Public/security/latest/confusables.txt)."""
_MIDDLE_DOTS = "\u00b7\u0387\u16eb\u2022\u2027\u2219\u22c5\u2e31\u30fb\ua78f\uff65"
_AS_DOTS = str.maketrans(dict.fromkeys(_DRAWN_AS_DOTS, "."))
_DOT = r"(?:\.|\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?)"
_ENDINGS = (
    "com|net|org|info|biz|io|ai|app|dev|cloud|online|site|xyz|top|shop|gov|edu|mil|int|eu|de|uk"
    "|fr|nl|es|pl|ru|cn|jp|kr|br|au|ca|ch|co|cc|tv|ly|su|example|test|local|internal"
)
"""Only before these a dot counts that is spoken, in the middle, or between spaces."""
_SPOKEN_DOT = re.compile(
    r"(?<=[^\W_])(?:[\s_-]{1,3}(?:dot|punkt|punto|ponto|point|точка)[\s_-]{1,3}"
    rf"|\s{{1,3}}\.\s{{0,3}}|\.\s{{1,3}}|\s{{0,3}}[{_MIDDLE_DOTS}]\s{{0,3}})"
    rf"(?=(?:{_ENDINGS}|\d{{1,3}})(?![\w-]))",
    re.IGNORECASE,
)
_HOST = re.compile(
    r"(?<![\w.-])(?:[a-z]{2,10}://)?"
    rf"((?:\d{{1,3}}{_DOT}){{3}}\d{{1,3}}|(?:[\w-]{{1,63}}{_DOT}){{1,20}}[^\W\d_]{{2,63}}"
    r"|localhost|(?<=://)(?:[\w-]{1,253}|\[[0-9a-f:.]{2,45}\]))"
    r"(?![\w-])(?::\d{1,5})?(?:[/?#]\S*)?"
    r"|(?<![\w:.])(?P<six>(?=[0-9a-f]{0,4}:[0-9a-f:]{0,40}[0-9])[0-9a-f:]{3,39})(?![\w:])",
    re.IGNORECASE,
)
_WRITTEN_DOT = re.compile(_DOT, re.IGNORECASE)
_LOOKALIKE_SCRIPTS = ("ARMENIAN", "CHEROKEE", "CYRILLIC", "GREEK")


def as_read(text: str) -> str:
    """Return words as somebody reads them who looks for a host: each kind of dot is a dot.

    Wide, round and ornate letters count as plain ones.
    """
    if "%" in text:
        text = unquote(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_AS_DOTS)
    return _SPOKEN_DOT.sub(".", text)


def hosts_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Return where each host stands in words that `as_read` returned, and the host."""
    for match in _HOST.finditer(text):
        group = "six" if match["six"] else 1
        if group == 1:
            yield *match.span(1), _WRITTEN_DOT.sub(".", match[1]).lower()
        elif (address := _six(match["six"])) is not None:
            yield *match.span("six"), address


def host_of(url: str) -> str:
    """Return an address's host as a browser reads it, for which a backslash is a slash."""
    try:
        parts = urlsplit(url.replace("\\", "/"))
        return (parts.hostname or parts.path.rpartition("@")[2]).lower().rstrip(".")
    except ValueError:
        return ""


def names_somebody(url: str) -> bool:
    """Tell whether a web address has a part before an `@`, which reads like its host."""
    try:
        parts = urlsplit(url.replace("\\", "/"))
        return parts.scheme.lower() != "mailto" and "@" in parts.netloc
    except ValueError:
        return True


def is_lookalike(host: str) -> bool:
    """Tell whether a host has letters that look like Latin ones, under a Latin ending."""
    if host.isascii() or not host.rpartition(".")[2].isascii():
        return False
    names = (unicodedata.name(letter, "") for letter in host if not letter.isascii())
    return any(name.startswith(_LOOKALIKE_SCRIPTS) for name in names)


def spelled_out(url: str) -> str:
    """Return an address with a host that looks like another one as `xn--…`, as browsers do."""
    host = host_of(url)
    if not is_lookalike(host):
        return url
    try:
        return re.sub(re.escape(host), host.encode("idna").decode(), url, count=1, flags=re.I)
    except UnicodeError:
        return url


def _six(text: str) -> str | None:
    try:
        return str(IPv6Address(text))
    except ValueError:
        return None
