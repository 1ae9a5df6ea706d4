import pytest

from simulator.values import Json
from simulator.workspace.blocks import blocks_as_seen
from simulator.workspace.formatting import as_seen, as_sent, rich_text

IDS = {"ann": "U0ANN", "burrow": "U0BURROW"}


def name_of(some_id: str) -> str:
    return {"U0ANN": "ann", "C0GENERAL": "general"}.get(some_id, some_id)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("hi @ann.", "hi <@U0ANN>."),
        ("hi @nobody", "hi @nobody"),
        ("mail me: a@b.example", "mail me: a@b.example"),
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("see https://x.example/a?b=1&c=2 now", "see <https://x.example/a?b=1&amp;c=2> now"),
        ("<@U0ANN> and <!channel>", "<@U0ANN> and <!channel>"),
    ],
)
def test_typed_text_becomes_what_slack_sends(typed: str, sent: str) -> None:
    assert as_sent(typed, IDS.get) == sent


@pytest.mark.parametrize(
    ("mrkdwn", "seen"),
    [
        ("<@U0ANN> in <#C0GENERAL>", "@ann in #general"),
        ("<https://x.example|the log>", "the log (https://x.example)"),
        ("<!channel> <!date^1^{date}|today>", "@channel today"),
        ("a &lt; b &amp;&amp; c", "a < b && c"),
    ],
)
def test_mrkdwn_is_seen_as_plain_text(mrkdwn: str, seen: str) -> None:
    assert as_seen(mrkdwn, name_of) == seen


def test_typed_text_is_also_rich_text() -> None:
    section = rich_text("hi <@U0ANN>, see <https://x.example>")["elements"][0]
    assert section["elements"] == [
        {"type": "text", "text": "hi "},
        {"type": "user", "user_id": "U0ANN"},
        {"type": "text", "text": ", see "},
        {"type": "link", "url": "https://x.example"},
    ]


def cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def test_blocks_are_seen_as_lines() -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Stop"}, "action_id": "s"}
    blocks: list[Json] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Report"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "for <@U0ANN>"}},
        {"type": "markdown", "text": "**bold**"},
        {"type": "divider"},
        {"type": "actions", "elements": [button]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "3 steps"}]},
        rich_text("typed by <@U0ANN>"),
        {"type": "table", "rows": [[cell("host"), cell("load")], [cell("db-1"), rich_text("9")]]},
    ]
    assert blocks_as_seen(blocks, name_of).split("\n") == [
        "Report",
        "for @ann",
        "**bold**",
        "---",
        "[Stop]",
        "3 steps",
        "typed by @ann",
        "host | load",
        "db-1 | 9",
    ]


def section(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def words(text: str) -> Json:
    return {"type": "text", "text": text}


def test_rich_text_is_seen_with_its_lists_quotes_and_times() -> None:
    parts = [
        section(words("since "), {"type": "date", "timestamp": 1_700_000_000, "format": "{date}"}),
        section(words("until "), {"type": "date", "timestamp": 1, "fallback": "noon"}),
        {"type": "rich_text_list", "style": "bullet", "elements": [section(words("one"))]},
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 1,
            "offset": 2,
            "elements": [section(words("third")), section(words("fourth"))],
        },
        {"type": "rich_text_quote", "elements": [words("a\nb")]},
        {"type": "rich_text_preformatted", "elements": [words("$ ls")]},
        section({"type": "link", "url": "https://x.example", "text": "the log"}, words("!")),
    ]
    assert blocks_as_seen([{"type": "rich_text", "elements": parts}], name_of).split("\n") == [
        "since 2023-11-14 22:13 UTC",
        "until noon",
        "• one",
        "  3. third",
        "  4. fourth",
        "> a",
        "> b",
        "$ ls",
        "the log!",
    ]
