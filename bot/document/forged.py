"""Shows where a link leads if its words name another place, or if it cannot be followed."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from bot.document.nodes import Inline, Inlines, Link, Text, Time
from bot.document.runs import shown

SCHEMES = ("http", "https", "mailto")
_LONGEST = 2_000
"""Characters of an address that can be followed, and of a link's words."""
_PASSES = 4
"""A link that is shown apart is no neighbour any more: the others are looked at again."""
_DOT = r"(?:\.|\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?)"
_HOST = re.compile(
    r"(?<![\w.-])(?:[a-z]{2,10}://)?"
    rf"((?:\d{{1,3}}{_DOT}){{3}}\d{{1,3}}|(?:[\w-]{{1,63}}{_DOT}){{1,20}}[^\W\d_]{{2,63}}"
    r"|(?<=://)(?:[\w-]{1,253}|\[[0-9a-f:.]{2,45}\]))"
    r"(?![\w-])(?::\d{1,5})?(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_AS_BROWSERS_READ = str.maketrans(
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(map(ord, "\u3002\uff61\u2024"), ".")
)
"""Wide letters, and what counts as a dot in a host: https://www.unicode.org/reports/tr46/."""
_WRITTEN_DOT = re.compile(_DOT, re.IGNORECASE)


def honest(run: Inlines) -> Inlines:
    """Return a run in which every link leads where its words say.

    Words that name another host are shown beside the address; an address of a scheme that is not
    followed, or a very long one, becomes text.
    """
    if not any(isinstance(node, Link | Time) for node in run):
        return run
    for _ in range(_PASSES):
        shown_apart = tuple(_honest(run, _hosts_told(run)))
        if shown_apart == run:
            break
        run = shown_apart
    return run


def _honest(run: Inlines, told: dict[int, set[str]]) -> Iterator[Inline]:
    for number, node in enumerate(run):
        match node:
            case Time(url=url) if url and not _can_be_followed(url):
                yield replace(node, url="")
            case Link(url=url, text=text) if not _can_be_followed(url):
                yield Text(f"{text} ({url})" if text and url and text != url else text or url)
            case Link(url=url, text=text) if text in ("", url):
                yield replace(node, text="")
            case Link(url=url, text=text) if len(text) > _LONGEST or _misleads(url, told[number]):
                yield Text(f"{text} (", bold=node.bold, code=node.code)
                yield Link(url)
                yield Text(")")
            case _:
                yield node


def _can_be_followed(url: str) -> bool:
    scheme, separator, rest = url.partition(":")
    return bool(separator and rest) and scheme.lower() in SCHEMES and len(url) <= _LONGEST


def _hosts_told(run: Inlines) -> dict[int, set[str]]:
    """Return the hosts that the words of each link name, alone and with the words around them."""
    texts = [shown(node).translate(_AS_BROWSERS_READ) for node in run]
    ends: list[int] = []
    for text in texts:
        ends.append((ends[-1] if ends else 0) + len(text))
    told = {
        number: set(map(_host_told, _HOST.finditer(text))) for number, text in enumerate(texts)
    }
    for match in _HOST.finditer("".join(texts)):
        host = _host_told(match)
        for number in range(bisect_right(ends, match.start(1)), len(ends)):
            if ends[number] - len(texts[number]) >= match.end(1):
                break
            told[number].add(host)
    return told


def _host_told(match: re.Match[str]) -> str:
    return _WRITTEN_DOT.sub(".", match[1]).lower()


def _misleads(url: str, told: set[str]) -> bool:
    host = _host_of(url)
    return any(name != host and not host.endswith(f".{name}") for name in told)


def _host_of(url: str) -> str:
    """Return the host as a browser reads it, for which a backslash is a slash."""
    try:
        parts = urlsplit(url.replace("\\", "/"))
        return (parts.hostname or parts.path.rpartition("@")[2]).lower().rstrip(".")
    except ValueError:
        return ""
