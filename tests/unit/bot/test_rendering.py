"""A document as Slack's posts: within its limits, whole, and pinging nobody."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from bot.document.markdown import document_of
from bot.document.plain import plain_text
from bot.document.posts import Action
from bot.document.values import (
    Block,
    Code,
    Document,
    Item,
    Link,
    Listing,
    Paragraph,
    Person,
    Quote,
    Small,
    Table,
    Text,
    Time,
    TimeForm,
)
from bot.slack.rendering import (
    MAX_NOTIFICATION,
    MAX_TEXT,
    blocks_of,
    notification_of,
    parts_of,
    text_of,
)
from simulator.api.blocks import check_blocks
from tests.unit.document.examples import documents

MOMENT = datetime(2026, 11, 27, 14, 32, tzinfo=UTC)
STOP = Action(id="burrow_stop", text="Stop", value="turn-1")
PARSED = ("mrkdwn", "user", "usergroup", "broadcast", "channel", "emoji", "markdown")


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside blocks."""
    if isinstance(value, dict):
        yield value
        yield from (node for part in value.values() for node in nodes(part))
    elif isinstance(value, list):
        yield from (node for part in value for node in nodes(part))


def assert_slack_takes(blocks: list[dict[str, Any]]) -> None:
    """What Slack refuses, by its documentation and by reports of people it happened to."""
    check_blocks(blocks)
    assert 0 < len(blocks) <= 50
    assert len(json.dumps(blocks, ensure_ascii=False)) <= 12_500
    assert sum(block["type"] == "table" for block in blocks) <= 1
    for node in nodes(blocks):
        assert node.get("type") not in PARSED
        if "text" in node and isinstance(node["text"], str):
            assert node["text"]
        if node.get("type", "").startswith("rich_text"):
            assert node["elements"]
        if node.get("type") == "header":
            assert len(node["text"]["text"]) <= 150
        if node.get("type") == "context":
            assert len(node["elements"]) <= 10
        if node.get("type") == "table":
            assert len(node["rows"]) <= 100
            assert all(0 < len(row) <= 20 for row in node["rows"])
            assert len({len(row) for row in node["rows"]}) == 1
            cells = (cell for row in node["rows"] for cell in row)
            assert (
                sum(len(part.get("text", "")) for cell in cells for part in nodes(cell)) <= 10_000
            )


def words(text: str) -> Counter[str]:
    """What must not get lost: the characters, spaces and the marks of lists and tables aside."""
    return Counter("".join(text.split()).translate(str.maketrans("", "", "0123456789.•|–—>")))


@settings(deadline=None, max_examples=40)
@given(documents)
def test_every_part_of_any_document_fits_a_post(document: Document) -> None:
    for part in parts_of(document):
        assert_slack_takes(blocks_of(part))
        assert_slack_takes(blocks_of(part, [STOP]))
        assert parts_of(part) == [part]
        assert len(text_of(part)) <= MAX_TEXT


@pytest.mark.parametrize(
    "block",
    [
        Paragraph((Text("&" * 30_000),)),
        Code("<>&\n" * 9_000),
        Quote((Text("&\n" * 9_000 + "end"),)),
        Listing((Item((Text("&\n" * 9_000 + "end"),), level=8),)),
        Listing(tuple(Item((Text("<" * 700),), level=8) for _ in range(40))),
        Table(((Text("a"),), (Text("b"),)), tuple(((Text("&" * 900),),) * 2 for _ in range(40))),
        Small((Text("&" * 30_000),)),
        Paragraph(tuple(Link("https://a.example/?" + "&" * 1_500) for _ in range(20))),
    ],
    ids=lambda block: type(block).__name__,
)
def test_what_is_sent_where_blocks_are_refused_is_as_long_as_slack_takes(block: Block) -> None:
    document = Document((Paragraph((Text("before " * 300),)), block))
    parts = parts_of(document)
    assert max(len(text_of(part)) for part in parts) <= MAX_TEXT < 40_000
    assert not words(plain_text(document)) - words("\n".join(map(plain_text, parts)))


@settings(deadline=None, max_examples=40)
@given(documents)
def test_nothing_of_any_document_is_lost_in_cutting(document: Document) -> None:
    said = words("\n".join(map(plain_text, parts_of(document))))
    assert not words(plain_text(document)) - said


@settings(deadline=None, max_examples=40)
@given(documents)
def test_the_notification_of_any_document_is_short_and_holds_no_markup(document: Document) -> None:
    text = notification_of(document)
    assert len(text) <= MAX_NOTIFICATION
    assert not re.search("[<>]", text)
    assert not re.search("&(?!amp;|lt;|gt;)", text)


@settings(deadline=None, max_examples=40)
@given(documents)
def test_a_part_survives_being_stored(document: Document) -> None:
    for part in parts_of(document):
        stored = json.loads(json.dumps(part.to_json()))
        assert Document.from_json(stored) == part
        assert blocks_of(Document.from_json(stored)) == blocks_of(part)


def test_a_document_is_shown_like_this() -> None:
    document = document_of(
        "# Title\n\n**Bold** `code` [docs](https://a.example)\n\n1. one\n   - two"
    )
    assert [block["type"] for block in blocks_of(document)] == ["header", *["rich_text"] * 3]
    assert blocks_of(document)[1]["elements"] == [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Bold", "style": {"bold": True}},
                {"type": "text", "text": " "},
                {"type": "text", "text": "code", "style": {"code": True}},
                {"type": "text", "text": " "},
                {"type": "link", "url": "https://a.example", "text": "docs"},
            ],
        }
    ]


def test_a_time_is_shown_in_the_zone_of_its_reader() -> None:
    document = Document((Paragraph((Time(MOMENT, TimeForm.CLOCK, "https://a.example/p1"),)),))
    (section,) = blocks_of(document)[0]["elements"]
    assert section["elements"] == [
        {
            "type": "date",
            "timestamp": int(MOMENT.timestamp()),
            "format": "{time}",
            "url": "https://a.example/p1",
            "fallback": "14:32 UTC",
        }
    ]


def test_buttons_stand_under_the_text() -> None:
    *_, buttons = blocks_of(Document((Paragraph((Text("Investigating"),)),)), [STOP])
    assert buttons["elements"] == [
        {
            "type": "button",
            "action_id": "burrow_stop",
            "text": {"type": "plain_text", "text": "Stop", "emoji": False},
            "value": "turn-1",
        }
    ]


def test_an_empty_cell_holds_a_dash_and_ragged_rows_are_filled() -> None:
    (table,) = blocks_of(document_of("| a | b |\n|---|---|\n| 1 | |\n| 1 | 2 | 3 |"))
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["a", "b", "–"],
        ["1", "–", "–"],
        ["1", "2", "3"],
    ]


def test_small_print_without_links_is_a_context() -> None:
    assert blocks_of(Document((Small((Text("by rules"),)),)))[0]["type"] == "context"
    linked = Document((Small((Text("see "), Link("https://a.example", "docs"))),))
    assert blocks_of(linked)[0]["type"] == "rich_text"


def test_a_person_is_named_and_not_pinged() -> None:
    document = Document((Paragraph((Person("U1", "<!channel>"), Person("U2"))),))
    (section,) = blocks_of(document)[0]["elements"]
    assert [element["text"] for element in section["elements"]] == ["@<!channel>", "@U2"]
    assert notification_of(document) == "@&lt;!channel&gt;@U2"
