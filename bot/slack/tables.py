"""Tables within Slack's limits: https://docs.slack.dev/reference/block-kit/blocks/table-block."""

from collections.abc import Iterator

from bot.document.nodes import Block, Inline, Inlines, Item, Listing, Paragraph, Table, Text
from bot.document.plain import line_of
from bot.document.tidy import NOTHING
from bot.slack.elements import cell_of, size_of

MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 100, 20, 10_000
"""Rows with the header, cells in a row, characters over all cells."""
_LARGEST_ROW = 3_000
"""Characters of a row, as sent, beyond which a table is shown as a list."""
_COLUMN = 45
"""Characters that the settings of one column take, as sent."""


def fitting_tables(table: Table) -> Iterator[Block]:
    """Return tables that can be cut to fit: wide ones side by side, with their first column.

    A table with a very long row becomes a list, since no row is ever cut.
    """
    if any(_size(row) > _LARGEST_ROW for row in (table.header, *table.rows)):
        yield _as_list(table)
        return
    if len(table.header) <= MAX_COLUMNS:
        yield table
        return
    for start in range(1, len(table.header), MAX_COLUMNS - 1):
        yield Table(
            _columns(table.header, start), tuple(_columns(row, start) for row in table.rows)
        )


def table_fits(table: Table) -> bool:
    """Say whether a table keeps to the limits that have nothing to do with its size as sent."""
    rows = (table.header, *table.rows)
    return len(rows) <= MAX_ROWS and sum(map(_characters, rows)) <= MAX_CELLS


def cut_table(table: Table, room: int) -> tuple[Block | None, list[Block]]:
    """Return as many rows as fit in `room` characters as sent, and a table of the others."""
    taken = 0
    size = _size(table.header) + _COLUMN * len(table.header)
    characters = _characters(table.header)
    for row in table.rows[: MAX_ROWS - 1]:
        size += _size(row)
        characters += _characters(row)
        if size > room or characters > MAX_CELLS:
            break
        taken += 1
    if not taken:
        return None, [table]
    rest = table.rows[taken:]
    left: list[Block] = [Table(table.header, rest)] if rest else []
    return Table(table.header, table.rows[:taken]), left


def _columns(row: tuple[Inlines, ...], start: int) -> tuple[Inlines, ...]:
    return (row[0], *row[start : start + MAX_COLUMNS - 1])


def _size(row: tuple[Inlines, ...]) -> int:
    return 4 + sum(size_of(cell_of(cell)) + 2 for cell in row)


def _characters(row: tuple[Inlines, ...]) -> int:
    return sum(len(line_of(cell)) for cell in row)


def _as_list(table: Table) -> Block:
    if not table.rows:
        return Paragraph(tuple(_cells_of(table.header)))
    items = []
    for row in table.rows:
        content: list[Inline] = []
        for name, cell in zip(table.header, row, strict=True):
            if name or cell:
                lead = "\n" if content else ""
                title = f"{line_of(name)}: " if name else ""
                content += [Text(lead), Text(title, bold=True), *(cell or [Text(NOTHING)])]
        items.append(Item(tuple(content)))
    return Listing(tuple(items))


def _cells_of(row: tuple[Inlines, ...]) -> Iterator[Inline]:
    for number, cell in enumerate(row):
        if number:
            yield Text(" | ")
        yield from cell
