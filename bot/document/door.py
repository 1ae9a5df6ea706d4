"""The one door: everything that becomes a document is made safe here."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.document.characters import visible
from bot.document.forged import honest
from bot.document.nodes import Block, Inline, Inlines, Link, Person, Table, Text, Time
from bot.document.runs import changed, each, runs_of, shown, with_runs
from bot.document.tidy import tidied
from bot.redact import Secret, find, names_a_secret, redact

_BETWEEN_BLOCKS = "\n"
_BETWEEN_CELLS = " | "
_LONGEST_NAME = 200
# An access key id is no secret, but half of one.
_KEY_ID = re.compile(r"(?<![A-Za-z0-9])((?:AKIA|ASIA)[A-Z0-9]{4})[A-Z0-9]{12}(?![A-Za-z0-9])")


def safe(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks without secrets, invisible characters, forged links and empty nodes."""
    readable = [_readable(block) for block in blocks]
    if not readable:
        return ()
    return tidied(_finished(block) for block in _without_secrets(readable))


def _readable(block: Block) -> Block:
    return changed(block, lambda run: honest(each(run, _visible)))


def _visible(node: Inline) -> Inline:
    """Return the node as far as it can be seen."""
    match node:
        case Text(text=text):
            clear = visible(text)
            return node if clear == text else replace(node, text=clear)
        case Link():
            return replace(node, url=_address(node.url), text=visible(node.text))
        case Person():
            user_id, name = (visible(text)[:_LONGEST_NAME] for text in (node.user_id, node.name))
            return Person(user_id, name)
    return replace(node, url=_address(node.url))


def _address(url: str) -> str:
    return "".join(visible(url.strip()).splitlines()).replace("\t", "").replace(" ", "%20")


def _without_secrets(blocks: Sequence[Block]) -> Iterator[Block]:
    """Look over the whole text at once: a secret may be spread over nodes and blocks."""
    secrets = find("".join(_texts(blocks)))
    for block in _cleared(blocks, secrets) if secrets else blocks:
        yield _without_named(block) if isinstance(block, Table) else block


def _cleared(blocks: Sequence[Block], secrets: Sequence[Secret]) -> Iterator[Block]:
    place = 0
    for block in blocks:
        runs: list[Inlines] = []
        for run in runs_of(block):
            nodes = []
            for node in run:
                end = place + len(shown(node))
                nodes.append(_cleared_node(node, place, _inside(secrets, place, end)))
                place = end
            runs.append(tuple(nodes))
            place += len(_between(block))
        yield with_runs(block, runs)


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        for run in runs_of(block):
            yield from map(shown, run)
            yield _between(block)


def _between(block: Block) -> str:
    return _BETWEEN_CELLS if isinstance(block, Table) else _BETWEEN_BLOCKS


def _inside(secrets: Sequence[Secret], start: int, end: int) -> Sequence[Secret]:
    """Return the secrets that reach into a part of the text."""
    first = bisect_right(secrets, start, key=lambda secret: secret.end)
    last = first
    while last < len(secrets) and secrets[last].start < end:
        last += 1
    return secrets[first:last]


def _cleared_node(node: Inline, place: int, secrets: Sequence[Secret]) -> Inline:
    """Return the node without the secrets in it; the marker stands where a secret begins.

    A moment is no secret, whatever stands before it.
    """
    if not secrets or isinstance(node, Time):
        return node
    text = shown(node)
    pieces: list[str] = []
    end = 0
    for secret in secrets:
        pieces.append(text[end : max(secret.start - place, 0)])
        pieces += [secret.marker] if secret.start >= place else []
        end = min(secret.end - place, len(text))
    left = "".join((*pieces, text[end:]))
    match node:
        case Text():
            return replace(node, text=left)
        case Link(text=words) if words:
            return replace(node, text=left)
    return Text(left)


def _without_named(table: Table) -> Table:
    """Take out what a cell's column, or the first cell of its row, names as a secret."""
    names = [_words(cell) for cell in table.header]
    rows = []
    for row in table.rows:
        key = _words(row[0]) if row else ""
        rows.append(
            tuple(
                _unnamed(cell, names[number] if number < len(names) else "", key if number else "")
                for number, cell in enumerate(row)
            )
        )
    return Table(table.header, tuple(rows))


def _unnamed(cell: Inlines, *names: str) -> Inlines:
    if all(isinstance(node, Time) for node in cell):
        return cell
    for name in names:
        start = f"{name}: "
        text = start + _words(cell)
        if names_a_secret(name) and (left := redact(text)) != text and left.startswith(start):
            return (Text(left.removeprefix(start)),)
    return cell


def _words(cell: Inlines) -> str:
    return "".join(map(shown, cell)).strip()


def _finished(block: Block) -> Block:
    return changed(block, lambda run: each(run, _finished_node))


def _finished_node(node: Inline) -> Inline:
    """Mask key ids, which are shown in part, and drop addresses that hold a secret."""
    match node:
        case Text(text=text) if _KEY_ID.search(text):
            return replace(node, text=_KEY_ID.sub(r"\1…", text))
        case Link(url=url, text=text) if (left := redact(url)) != url:
            return Text(f"{text} ({left})" if text else left)
        case Time(url=url) if url and redact(url) != url:
            return replace(node, url="")
    return node
