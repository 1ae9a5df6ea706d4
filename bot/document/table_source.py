"""Mends the source of tables, so that the parser drops no cell.

In a table a `|` ends a cell even inside code, and cells beyond the header's are ignored
(https://github.github.com/gfm/#tables-extension-); models write both.
"""

import re
from collections.abc import Iterator

_DELIMITERS = re.compile(r" {0,3}\|?(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*")
_FENCE = re.compile(r"[ >]{0,20}(`{3,}|~{3,})")
_CODE = re.compile(r"(?<![\\`])(`{1,10})(?!`)(.+?)(?<!`)\1(?!`)")
_PIPE = re.compile(r"(?<!\\)\|")


def mended(text: str) -> str:
    """Return Markdown in which each table is as wide as its longest row."""
    if "|" not in text or "-" not in text:
        return text
    lines = text.split("\n")
    for first, last in _tables(lines):
        rows = [_with_code_escaped(line) for line in lines[first:last]]
        width = max(_cells(row) for row in rows)
        missing = width - _cells(rows[0])
        if missing > 0:
            rows[0] = _widened(rows[0], "   |", missing)
            rows[1] = _widened(rows[1], "---|", missing)
        lines[first:last] = rows
    return "\n".join(lines)


def with_whole_table(begin: str, rest: str, limit: int) -> tuple[str, str]:
    """Move the end of a table, in which a text was cut, to its beginning, up to `limit`."""
    lines = begin.rstrip("\n").split("\n")
    is_in_table = any(end == len(lines) for _, end in _tables(lines))
    if not (rest and is_in_table and begin.endswith("\n")):
        return begin, rest
    end = 0
    while end < len(rest) and len(begin) + end < limit:
        after = rest.find("\n", end)
        line = rest[end:] if after < 0 else rest[end:after]
        if not line.strip() or "|" not in line:
            break
        end = len(rest) if after < 0 else after + 1
    return "\n".join((*lines, rest[:end])), rest[end:].lstrip("\n")


def _tables(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Return where tables begin and end, header included, those in code blocks aside."""
    fence = ""
    number = 0
    while number < len(lines):
        if mark := _FENCE.match(lines[number]):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence):
                fence = ""
        elif not fence and _begins_table(lines, number):
            end = number + 2
            while end < len(lines) and lines[end].strip() and not _FENCE.match(lines[end]):
                end += 1
            yield number, end
            number = end - 1
        number += 1


def _begins_table(lines: list[str], number: int) -> bool:
    if number + 1 >= len(lines) or "|" not in lines[number]:
        return False
    below = lines[number + 1]
    return "|" in below and _DELIMITERS.fullmatch(below) is not None


def _with_code_escaped(row: str) -> str:
    return _CODE.sub(lambda match: _PIPE.sub(r"\\|", match[0]), row)


def _cells(row: str) -> int:
    row = row.strip()
    return len(_PIPE.findall(row)) + 1 - row.startswith("|") - bool(re.search(r"(?<!\\)\|\Z", row))


def _widened(row: str, cell: str, count: int) -> str:
    row = row.rstrip()
    return (row if row.endswith("|") else f"{row} |") + cell * count
