"""Shows where a link leads if its words name another place, or if it cannot be followed."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from bot.document.hosts import (
    as_read,
    host_of,
    hosts_in,
    is_lookalike,
    names_somebody,
    spelled_out,
)
from bot.document.nodes import Inline, Inlines, Link, Text, Time
from bot.document.runs import shown

SCHEMES = ("http", "https", "mailto")
_LONGEST = 2_000
"""Characters of an address that can be followed, and of a link's words."""
_PASSES = 4
"""A link that is shown apart is no neighbour any more: the others are looked at again."""


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
                yield replace(node, url=spelled_out(url), text="")
            case Link(url=url, text=text) if len(text) > _LONGEST or _misleads(
                url, text, told[number]
            ):
                yield Text(f"{text} (", bold=node.bold, code=node.code)
                yield Link(spelled_out(url))
                yield Text(")")
            case _:
                yield node


def _can_be_followed(url: str) -> bool:
    scheme, separator, rest = url.partition(":")
    is_known = bool(separator and rest) and scheme.lower() in SCHEMES
    return is_known and len(url) <= _LONGEST and not names_somebody(url)


def _hosts_told(run: Inlines) -> dict[int, set[str]]:
    """Return the hosts that the words of each link name, alone and with the words around them."""
    texts = [as_read(shown(node)) for node in run]
    ends: list[int] = []
    for text in texts:
        ends.append((ends[-1] if ends else 0) + len(text))
    told = {number: {host for *_, host in hosts_in(text)} for number, text in enumerate(texts)}
    for start, end, host in hosts_in("".join(texts)):
        for number in range(bisect_right(ends, start), len(ends)):
            if ends[number] - len(texts[number]) >= end:
                break
            told[number].add(host)
    return told


def _misleads(url: str, text: str, told: set[str]) -> bool:
    if len(text) > _LONGEST:
        return True
    host = host_of(url)
    scheme, _, mailbox = url.partition(":")
    if scheme.lower() == "mailto" and "@" in text:
        return mailbox.partition("?")[0].lower() not in text.lower()
    names_another = any(name != host and not host.endswith(f".{name}") for name in told)
    return names_another or any(map(is_lookalike, told))
