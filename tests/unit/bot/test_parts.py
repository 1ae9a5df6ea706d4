"""Answers as posts: within Slack's limits, whole, and pinging nobody."""

import json
import re
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.parts import MAX_BLOCKS, MAX_TEXT, Part, parts_of, plain
from bot.slack.pings import defuse, mentioned
from bot.slack.splitting import fitting, markdown_pieces, mrkdwn_pieces
from simulator.api.blocks import check_blocks
from tests.unit.bot.examples import patient

NAMES = {"U1": "Ann", "U2": "Ben"}


def words_of(text: str) -> str:
    """What must not get lost: all but white space and the marks of code."""
    return "".join(text.split()).replace("`", "").replace("~", "")


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}} | more


def posted(parts: list[Part]) -> list[dict[str, Any]]:
    """All blocks of the parts, each part having passed what Slack checks."""
    for part in parts:
        check_blocks([dict(block) for block in part.blocks])
        assert 0 < len(part.text) <= MAX_TEXT
    return [dict(block) for part in parts for block in part.blocks]


def test_a_short_text_is_one_markdown_block() -> None:
    assert parts_of("**so**", (), {}) == [
        Part(text="**so**", blocks=({"type": "markdown", "text": "**so**"},))
    ]


def test_an_empty_finding_needs_no_post() -> None:
    assert parts_of(" \n", (), {}) == []


def test_a_sentence_of_our_own_has_no_blocks() -> None:
    assert plain("Muted.").as_blocks() is None


def test_fifty_blocks_are_one_post_and_one_more_are_two() -> None:
    block = {"type": "divider"}
    assert len(parts_of("x", [block] * MAX_BLOCKS, {})) == 1
    assert [len(one.blocks) for one in parts_of("x", [block] * (MAX_BLOCKS + 1), {})] == [50, 1]


def test_blocks_are_divided_before_they_are_too_long_together() -> None:
    blocks = [section("word " * 500) for _ in range(12)]
    parts = parts_of("summary", blocks, {})
    assert len(parts) > 2
    assert posted(parts) == blocks


def test_the_text_beside_the_blocks_is_short_and_that_of_further_posts_is_their_own() -> None:
    first, second, *_ = parts_of("", [section("alpha " * 499), section("beta " * 590)] * 3, {})
    assert first.text.startswith("alpha")
    assert MAX_TEXT - 20 < len(first.text) <= MAX_TEXT
    assert first.text.endswith("…")
    assert second.text.startswith(("alpha", "beta"))


def test_without_its_blocks_a_markdown_part_still_says_all_of_it() -> None:
    text = "word " * 4_000
    bare = [part.without_blocks() for part in parts_of(text, (), {})]
    assert all(part.blocks == () for part in bare)
    assert words_of("".join(part.text for part in bare)) == words_of(text)


def test_without_its_blocks_a_part_that_has_a_short_form_says_that() -> None:
    (part,) = parts_of("the short form", [section("the long form")], {})
    assert part.without_blocks() == Part(text="the short form")


def test_a_part_survives_being_stored() -> None:
    (part,) = parts_of("a", [section("b", fields=[{"type": "mrkdwn", "text": "c"}])], {})
    assert Part.from_json(json.loads(json.dumps(part.to_json()))) == part


def test_markdown_is_cut_at_a_paragraph_if_one_ends_near_else_at_a_line_or_a_word() -> None:
    paragraphs = ("a" * 50 + "\n" + "b" * 20 + "\n\n") * 30
    paragraphs = paragraphs.strip()
    assert all(one.endswith("b") for one in markdown_pieces(paragraphs, 300))
    lines = ("a" * 30 + "\n") * 100
    assert all(set(one.split("\n")) == {"a" * 30} for one in markdown_pieces(lines.strip(), 300))
    words = "word " * 100
    assert all(set(one.split()) == {"word"} for one in markdown_pieces(words, 300))


def test_a_paragraph_that_ends_early_does_not_make_a_tiny_piece() -> None:
    first, *_ = markdown_pieces("Hm.\n\n" + "x" * 1_000, 300)
    assert len(first) > 150


def test_code_that_is_cut_is_closed_and_opened_again_in_its_language() -> None:
    code = "\n".join(f"line {n}" for n in range(200))
    pieces = markdown_pieces(f"Before\n\n```python\n{code}\n```\nAfter", 400)
    assert len(pieces) > 3
    for piece in pieces[:-1]:
        assert piece.endswith("\n```")
    for piece in pieces[1:]:
        assert piece.startswith("```python\nline ")
    assert pieces[-1].endswith("```\nAfter")


def test_a_longer_or_other_fence_is_closed_by_its_own_kind() -> None:
    pieces = markdown_pieces("~~~~\n```\n" + "x y\n" * 200 + "~~~~\n", 300)
    for piece in pieces:
        assert piece.count("~~~~") == 2


def test_what_only_looks_like_a_fence_opens_none() -> None:
    pieces = markdown_pieces("```inline``` " + "x y " * 200, 300)
    assert all("```" not in one for one in pieces[1:])


def test_code_in_a_section_is_closed_and_opened_again() -> None:
    for piece in mrkdwn_pieces("see ```" + "log line\n" * 400 + "``` so", 1_000):
        assert piece.count("```") % 2 == 0


FRAGMENTS = st.sampled_from(
    ["word ", "\n", "\n\n", "```\n", "\n```py\n", "~~~\n", "x" * 70, "ü", "- item\n", "``` ", " "]
)


@patient
@given(st.lists(FRAGMENTS, max_size=80).map("".join), st.integers(250, 400))
def test_nothing_is_lost_in_splitting_and_no_piece_is_too_long(text: str, limit: int) -> None:
    for split in (markdown_pieces, mrkdwn_pieces):
        pieces = split(text, limit)
        assert all(len(piece) <= limit for piece in pieces)
        said = words_of("".join(pieces))
        # A language named again at a reopened fence is the one thing that may be added.
        assert said.replace("py", "") == words_of(text).replace("py", "")


@pytest.mark.parametrize(
    "block",
    [
        {"type": "markdown", "text": "word " * 5_000},
        section("word " * 2_000),
        section("short", fields=[{"type": "mrkdwn", "text": f"field {n}"} for n in range(25)]),
        {"type": "section", "fields": [{"type": "mrkdwn", "text": f"f{n}"} for n in range(11)]},
        {
            "type": "context",
            "elements": [{"type": "mrkdwn", "text": f"element {n}"} for n in range(23)],
        },
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": f"word{n} "} for n in range(900)],
                }
            ],
        },
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": f"cell{n}"}] for n in range(900)],
        },
    ],
    ids=lambda block: str(block["type"]),
)
def test_a_block_too_big_for_slack_is_split_and_keeps_every_word(block: dict[str, Any]) -> None:
    said = json.dumps(posted(parts_of("summary", [block], {})))
    for word in json.dumps(block).replace('"', " ").replace("\\n", " ").split():
        if word[-1].isdigit() or word == "word":
            assert word in said
    assert said.count("word ") >= json.dumps(block).count("word ") - 20


def test_what_stands_beside_a_long_section_stays_with_its_beginning() -> None:
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Go"}}
    first, *others = fitting(section("word " * 1_000, accessory=button, block_id="b1"))
    assert (first["accessory"], first["block_id"]) == (button, "b1")
    assert others
    assert all(set(one) == {"type", "text"} for one in others)


def test_a_header_that_is_too_long_ends_in_an_ellipsis() -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "word " * 50}}
    (block,) = posted(parts_of("x", [header], {}))
    assert block["text"]["text"].endswith("…")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ask <@U1>", "ask @Ann"),
        ("ask <@U1|ann.smith>", "ask @Ann"),
        ("ask <@U9|nina>", "ask @nina"),
        ("ask <@U9>", "ask @U9"),
        ("<!channel> <!here> <!everyone|all> <!group>", "@channel @here @everyone @group"),
        ("<!subteam^S1> <!subteam^S2|@sre>", "@S1 @sre"),
        ("<@U9|<@U1>>", "@@U1>"),
        ("<@U9|<!channel>>", "@!channel>"),
        ("<!subteam^S1|<@U1>>", "@Ann"),
        ("<<!here>!here>", "<@here!here>"),
        ("<#C1|incidents> <https://x.example|x> <!date^1^{date}|d>",) * 2,
    ],
)
def test_no_mention_survives_and_all_else_does(text: str, shown: str) -> None:
    assert defuse(text, NAMES) == shown


def test_a_name_that_is_itself_a_mention_pings_nobody() -> None:
    assert defuse("<@U1> <@U2>", {"U1": "<@U2>", "U2": "<!channel>"}) == "@@U2 @!channel"


PIECES = ["<@U1>", "<@U1|", "<!here>", "<!here|", "<!subteam^S1>", "<!subteam^S1|", ">", "x"]
PING = re.compile(r"<(?:@U\d|!here|!subteam\^S1)(?:\|[^>]*)?>")


@pytest.mark.parametrize("name", ["Ann", "<@U2>", "<!here>", ">"])
def test_no_mention_survives_however_it_is_nested(name: str) -> None:
    nested = ["".join(some) for count in range(6) for some in product(PIECES, repeat=count)]
    assert [text for text in nested if PING.search(defuse(text, {"U1": name}))] == []


RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "user", "user_id": "U1"},
                        {"type": "usergroup", "usergroup_id": "S1"},
                        {"type": "broadcast", "range": "here"},
                        {"type": "text", "text": " <@U2> "},
                    ],
                }
            ],
        }
    ],
}


def test_no_mention_survives_in_any_kind_of_block() -> None:
    blocks = [
        section("<@U1>", fields=[{"type": "mrkdwn", "text": "<!here>"}]),
        {"type": "markdown", "text": "<@U1> <!channel>"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "<!subteam^S1>"}]},
        RICH,
    ]
    said = json.dumps(posted(parts_of("for <@U1>", blocks, NAMES)))
    for ping in ("<@", "<!", '"user"', "usergroup", "broadcast"):
        assert ping not in said
    for name in ("@Ann", "@Ben", "@here", "@channel", "@S1"):
        assert name in said


def test_whose_names_are_needed_is_read_from_texts_and_blocks() -> None:
    assert mentioned(["hi <@U3|x>", RICH, section("<@U4> <@nobody>")]) == {"U1", "U2", "U3", "U4"}
