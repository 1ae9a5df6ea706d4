"""A long document becomes several posts, cut where it hurts least."""

import json
import re
from datetime import UTC, datetime

import pytest

from bot.document.markdown import document_of
from bot.document.plain import plain_text
from bot.document.values import (
    Code,
    Document,
    Heading,
    Item,
    Link,
    Listing,
    Paragraph,
    Rule,
    Table,
    Text,
    Time,
    TimeForm,
)
from bot.slack.rendering import (
    MAX_CHARACTERS,
    blocks_of,
    parts_of,
)

MOMENT = datetime(2026, 11, 27, 14, 32, tzinfo=UTC)


def table(rows: int, columns: int = 3, cell: str = "value") -> Table:
    header = tuple((Text(f"column {number}"),) for number in range(columns))
    return Table(
        header,
        tuple(
            tuple((Text(f"{cell} {row}.{number}"),) for number in range(columns))
            for row in range(rows)
        ),
    )


def test_two_tables_are_two_posts_each_under_its_heading() -> None:
    document = Document((Heading("first"), table(2), Heading("second"), table(2)))
    first, second = parts_of(document)
    assert plain_text(first).startswith("first")
    assert plain_text(second).startswith("second")


def test_a_long_table_repeats_its_header_and_loses_no_row() -> None:
    parts = parts_of(Document((table(250),)))
    tables = [block for part in parts for block in part.blocks if isinstance(block, Table)]
    assert {some.header for some in tables} == {table(1).header}
    assert [row for some in tables for row in some.rows] == list(table(250).rows)
    assert len(tables[0].rows) <= 99


def test_a_message_holds_about_28_rows_with_a_link_each() -> None:
    url = "https://northwind.slack.example/archives/C0123ABCD/p1700000000000100?thread_ts=1700000000.000100&cid=C0123ABCD"
    row = (
        (Text("domain"),),
        (Text("cdn-metrics[.]net", code=True),),
        (Text("3"),),
        (Time(MOMENT, TimeForm.CLOCK, url),),
        (Text("public"),),
    )
    header = tuple((Text(name),) for name in ("Type", "Value", "Times", "First seen", "Note"))
    first, *_ = parts_of(Document((Table(header, (row,) * 60),)))
    assert isinstance(first.blocks[0], Table)
    assert 14 <= len(first.blocks[0].rows) <= 40


def test_a_wide_table_is_shown_side_by_side_with_its_first_column() -> None:
    parts = parts_of(Document((table(2, columns=25),)))
    tables = [block for part in parts for block in part.blocks if isinstance(block, Table)]
    assert [len(some.header) for some in tables] == [20, 6]
    assert {some.rows[0][0] for some in tables} == {(Text("value 0.0"),)}


def test_a_row_that_no_post_can_hold_makes_the_table_a_list() -> None:
    long = table(2, cell="word " * 2_000)
    parts = parts_of(Document((long,)))
    assert not any(isinstance(block, Table) for part in parts for block in part.blocks)
    assert "".join(map(plain_text, parts)).count("word") == 2 * 3 * 2_000


def test_code_is_cut_at_lines() -> None:
    code = "\n".join(f"line {number} " + "x" * 60 for number in range(400))
    parts = parts_of(Document((Code(code),)))
    assert len(parts) > 2
    assert "\n".join(map(plain_text, parts)) == code


def test_words_are_cut_where_a_paragraph_or_a_sentence_ends() -> None:
    parts = parts_of(Document((Paragraph((Text("This is a sentence of mine. " * 1_000),)),)))
    assert all(plain_text(part).rstrip().endswith("mine.") for part in parts)


def test_links_and_inline_code_are_never_cut() -> None:
    words = (
        node
        for number in range(300)
        for node in (
            Text("some words " * 3),
            Link(f"https://a.example/{number}", "a link of some words"),
            Text(f"code {number} " + "y" * 50, code=True),
        )
    )
    nodes = tuple(words)
    parts = parts_of(Document((Paragraph(nodes),)))
    shown = [
        node
        for part in parts
        for block in part.blocks
        for node in block.content  # type: ignore[union-attr]
    ]
    assert len(parts) > 3
    for kind in (Link, Text):
        whole = [node for node in nodes if isinstance(node, kind) and (kind is Link or node.code)]
        assert [node for node in shown if isinstance(node, kind) and node in whole] == whole


def test_the_numbers_of_a_list_go_on_in_the_next_post() -> None:
    items = tuple(Item((Text("step " + "x" * 200),), level) for _ in range(60) for level in (0, 1))
    parts = parts_of(Document((Listing(items, is_ordered=True),)))
    lines = "\n".join(map(plain_text, parts)).split("\n")
    numbers = [int(line.split(".")[0]) for line in lines if re.match(r"\d", line)]
    assert numbers == list(range(1, 61))


def test_a_heading_stands_above_what_it_is_about() -> None:
    document = Document((Code("x" * 10_000), Heading("next"), Code("y" * 5_000)))
    _, second = parts_of(document)
    assert plain_text(second).startswith("next\n\nyyy")


def test_forty_eight_blocks_are_one_post_and_one_more_are_two() -> None:
    assert len(parts_of(Document((Rule(),) * 48))) == 1
    assert len(parts_of(Document((Rule(),) * 49))) == 2


def test_a_part_is_about_as_long_as_slack_takes() -> None:
    parts = parts_of(Document((Paragraph((Text("word " * 20_000),)),)))
    assert len(parts) == 10
    lengths = [len(json.dumps(blocks_of(part))) for part in parts[:-1]]
    assert min(lengths) > MAX_CHARACTERS * 0.9


@pytest.mark.parametrize("text", ["", "\n", "   "])
def test_nothing_needs_no_post(text: str) -> None:
    assert parts_of(document_of(text)) == []
