"""Messages as a person sees them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.text import labels_in, raw_text, readable, user_ids_in
from tests.unit.bot.examples import ODD_JSON, patient

NAMES = {"U1": "Ann", "U2": "Ben"}


def seen(message: dict[str, Any]) -> str:
    return readable(raw_text(message), NAMES)


def rich(*elements: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@U1> and <@U9|nina> and <@U8>", "@Ann and @nina and @U8"),
        ("<#C1|incidents> <#C2>", "#incidents #C2"),
        ("<!here> <!subteam^S1|@sre> <!subteam^S2>", "@here @sre @S2"),
        ("<!date^1712345678^{time}|19:34 UTC>", "19:34 UTC"),
        ("<https://x.example/a?b=1&amp;c=2>", "https://x.example/a?b=1&c=2"),
        ("<https://x.example|the graph>", "the graph (https://x.example)"),
        ("<https://x.example|https://x.example>", "https://x.example"),
        ("<http://x.example|x.example> <http://deploy.py|deploy.py>", "x.example deploy.py"),
        ("<mailto:a@x.example|a@x.example> <tel:1|1>", "a@x.example 1"),
        ("p99 &gt; 1 s &amp;&amp; x &lt; 2", "p99 > 1 s && x < 2"),
        ("typed: &amp;lt;", "typed: &lt;"),
        (":fire: *bold*", ":fire: *bold*"),
        ("a < b > c", "a  b  c"),
        ("<", "<"),
    ],
)
def test_markup_becomes_what_a_person_sees(text: str, shown: str) -> None:
    assert readable(text, NAMES) == shown


def test_a_label_is_told_from_the_address_it_leads_to() -> None:
    text = "<https://a.example/x|pay.b.example> <http://c.example|c.example> <https://d.example>"
    assert labels_in(text) == (("pay.b.example", "https://a.example/x"),)


def test_a_persons_blocks_repeat_the_text_and_are_left_out() -> None:
    blocks = [rich({"type": "text", "text": "is it down?"})]
    assert seen({"user": "U1", "text": "is it down?", "blocks": blocks}) == "is it down?"


def test_an_alerts_blocks_follow_its_text_unless_they_repeat_it() -> None:
    alert = {
        "bot_id": "B1",
        "text": "Alert: *p99*",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Alert"}},
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": "<@U1> see <https://x.example|graph>"},
                "fields": [
                    {"type": "mrkdwn", "text": "*Env*"},
                    {"type": "mrkdwn", "text": "prod"},
                ],
            },
            {"type": "divider"},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "by Ann &amp; Ben"}]},
            {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a graph"},
            {"type": "markdown", "text": "**so**"},
        ],
    }
    assert seen(alert).split("\n") == [
        "Alert: *p99*",
        "@Ann see graph (https://x.example) *Env* prod",
        "by Ann & Ben",
        "a graph",
        "**so**",
    ]


def test_every_element_of_rich_text_is_read() -> None:
    text = seen(
        {
            "blocks": [
                rich(
                    {"type": "user", "user_id": "U1"},
                    {"type": "text", "text": " in "},
                    {"type": "channel", "channel_id": "C1"},
                    {"type": "text", "text": " <x> & ", "style": {"bold": True}},
                    {"type": "usergroup", "usergroup_id": "S1"},
                    {"type": "broadcast", "range": "here"},
                    {"type": "emoji", "name": "fire"},
                    {"type": "link", "url": "https://x.example", "text": "a<b"},
                    {"type": "link", "url": "https://y.example"},
                    {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "1 Jan"},
                    {"type": "color", "value": "#F00"},
                )
            ]
        }
    )
    assert text == (
        "@Ann in #C1 <x> & @S1@here:fire:a<b (https://x.example)https://y.example1 Jan#F00"
    )


def test_lists_quotes_and_code_keep_their_lines() -> None:
    items = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": one}]}
        for one in ("first", "second")
    ]
    blocks = [
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": items}]},
        rich({"type": "text", "text": "if (a < b) {\n}"}, kind="rich_text_preformatted"),
    ]
    assert seen({"blocks": blocks}) == "first\nsecond\nif (a < b) {\n}"


def test_a_table_is_read_row_by_row() -> None:
    cell = {"type": "raw_text", "text": "p99 < 1"}
    rows = [[cell, rich({"type": "user", "user_id": "U2"})], [cell, cell]]
    assert (
        seen({"blocks": [{"type": "table", "rows": rows}]}) == "p99 < 1 | @Ben\np99 < 1 | p99 < 1"
    )


def test_an_attachment_is_read_with_its_fields_and_blocks() -> None:
    attachment = {
        "fallback": "not shown",
        "pretext": "Alert for <@U1>",
        "title": "HighLatency",
        "title_link": "https://x.example",
        "text": "refused &lt;10.0.0.1&gt;",
        "fields": [{"title": "env", "value": "prod"}, {"value": "alone"}, {"title": "bare"}],
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "more"}}],
        "footer": "pager",
    }
    assert seen({"bot_id": "B1", "attachments": [attachment]}).split("\n") == [
        "Alert for @Ann",
        "HighLatency",
        "https://x.example",
        "refused <10.0.0.1>",
        "pager",
        "env: prod",
        "alone",
        "bare",
        "more",
    ]


def test_an_attachment_with_nothing_else_shows_its_fallback() -> None:
    assert seen({"attachments": [{"fallback": "down"}]}) == "down"


def test_a_line_that_comes_twice_is_read_once() -> None:
    assert (
        seen({"text": "down", "attachments": [{"text": "down", "title": "host"}]}) == "down\nhost"
    )


def test_files_are_named() -> None:
    files = [{"name": "dump.txt"}, {"mode": "tombstone"}, None]
    assert seen({"text": "see", "files": files}) == "see\n[file: dump.txt]\n[file: unnamed]"


def test_users_are_found_in_attachments_and_blocks_too() -> None:
    message = {
        "text": "<@U1>",
        "attachments": [
            {"text": "<@U2|ben>", "blocks": [rich({"type": "user", "user_id": "U3"})]}
        ],
    }
    assert user_ids_in(raw_text(message)) == {"U1", "U2", "U3"}


KINDS = st.sampled_from(
    ["section", "rich_text", "rich_text_section", "link", "user", "table", "text", "image", "date"]
)
KEYS = ("text", "elements", "fields", "rows", "url", "title", "name", "user_id", "alt_text")
ODD_BLOCKS = st.lists(
    st.builds(
        lambda kind, rest: {"type": kind, **rest},
        KINDS,
        st.dictionaries(st.sampled_from(KEYS), ODD_JSON, max_size=4),
    )
    | ODD_JSON,
    max_size=3,
)


@patient
@given(
    st.dictionaries(
        st.sampled_from(["text", "bot_id", "blocks", "attachments", "files"]),
        ODD_JSON
        | ODD_BLOCKS
        | st.lists(st.dictionaries(st.sampled_from(["fields", "blocks"]), ODD_BLOCKS), max_size=2),
    )
)
def test_odd_messages_never_raise(message: dict[str, Any]) -> None:
    text = raw_text(message)
    user_ids_in(text)
    readable(text, {})
