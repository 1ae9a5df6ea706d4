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
    ]
    assert blocks_as_seen(blocks, name_of).split("\n") == [
        "Report",
        "for @ann",
        "**bold**",
        "---",
        "[Stop]",
        "3 steps",
        "typed by @ann",
    ]
