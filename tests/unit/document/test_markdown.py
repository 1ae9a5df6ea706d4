"""Markdown, as models and people write it, becomes a document."""

from datetime import UTC, datetime
from random import Random

import pytest

from bot.document.markdown import MAX_CHARACTERS, cut_for_posts, document_of
from bot.document.plain import plain_text
from bot.document.values import (
    Code,
    Document,
    Heading,
    Item,
    Link,
    Listing,
    Paragraph,
    Person,
    Quote,
    Rule,
    Table,
    Text,
    Time,
    TimeForm,
)


def paragraph(text: str) -> tuple[object, ...]:
    (block,) = document_of(text).blocks
    assert isinstance(block, Paragraph)
    return block.content


def test_words_keep_their_look() -> None:
    assert paragraph("**b** *i* ~~s~~ `c` ***bi***") == (
        Text("b", bold=True),
        Text(" "),
        Text("i", italic=True),
        Text(" "),
        Text("s", strike=True),
        Text(" "),
        Text("c", code=True),
        Text(" "),
        Text("bi", bold=True, italic=True),
    )


def test_words_without_markup_are_read_as_the_parser_reads_them() -> None:
    random = Random(7)
    pieces = [*"bYé 09,.;?!'%()-:/@#=+\"$^{}\u00a0…", "http://a.b", "1. ", ":x:"]
    for _ in range(2_000):
        text = random.choice("aZé") + "".join(random.choices(pieces, k=12)) + "."
        with_a_rule = document_of(f"{text}\n\n---").blocks
        assert document_of(text).blocks == with_a_rule[:-1]


def test_raw_html_is_text() -> None:
    assert paragraph("a <b>c</b> <script>x</script>") == (Text("a <b>c</b> <script>x</script>"),)
    assert plain_text(document_of("<div>\nhi\n</div>")) == "<div>\nhi\n</div>"


def test_line_ends_are_kept() -> None:
    assert paragraph("a\nb  \nc\\\nd") == (Text("a\nb\nc\nd"),)


def test_links_images_and_bare_addresses_are_links() -> None:
    assert paragraph("[docs](https://a.example/x) ![graph](https://a.example/g.png)") == (
        Link("https://a.example/x", "docs"),
        Text(" "),
        Link("https://a.example/g.png", "graph"),
    )
    assert paragraph("<https://a.example> (https://b.example/c_(d)).") == (
        Link("https://a.example"),
        Text(" ("),
        Link("https://b.example/c_(d)"),
        Text(")."),
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@U012ABC>", (Person("U012ABC"),)),
        ("<@U012ABC|ann>", (Person("U012ABC"),)),
        ("<!channel> <!here|here> <!everyone>", (Text("@channel @here @everyone"),)),
        ("<!subteam^S012|@sre> <!subteam^S012>", (Text("@sre @S012"),)),
        ("<#C012|incidents> <#C012>", (Text("#incidents #C012"),)),
        ("<https://a.example/x|the docs>", (Link("https://a.example/x", "the docs"),)),
        ("<mailto:a@b.example|a@b.example>", (Link("mailto:a@b.example", "a@b.example"),)),
        (
            "<!date^1700000000^{date} {time}^https://a.example/|x>",
            (
                Time(
                    datetime.fromtimestamp(1700000000, UTC),
                    TimeForm.DATE_AND_CLOCK,
                    "https://a.example/",
                ),
            ),
        ),
        ("&lt;@U012ABC&gt; `<!channel>`", (Text("<@U012ABC> "), Text("<!channel>", code=True))),
    ],
)
def test_slacks_own_markup_pings_nobody(text: str, shown: tuple[object, ...]) -> None:
    assert paragraph(text) == shown


def test_lists_nest_and_numbers_go_on() -> None:
    document = document_of("3. a\n   - b\n   - c\n4. d\n   1. e\n5. f")
    assert plain_text(document) == "3. a\n   • b\n   • c\n4. d\n   1. e\n5. f"


def test_code_in_a_list_stands_between_its_items() -> None:
    assert document_of("1. a\n\n   ```sh\n   ls\n   ```\n2. b").blocks == (
        Listing((Item((Text("a"),)),), is_ordered=True),
        Code("ls", "sh"),
        Listing((Item((Text("b"),)),), is_ordered=True, start=2),
    )


def test_tasks_show_their_boxes() -> None:
    assert plain_text(document_of("- [ ] open\n- [x] done")) == "• ☐ open\n• ☑ done"


def test_code_may_hold_backquotes() -> None:
    assert document_of("````md\n```py\nx\n```\n````").blocks == (Code("```py\nx\n```", "md"),)
    assert document_of("    indented\n    code").blocks == (Code("indented\ncode"),)


def test_a_quote_keeps_the_lists_in_it() -> None:
    assert document_of("> so\n> - a\n>   1. b\n>\n> end").blocks == (
        Quote((Text("so\n• a\n   1. b\nend"),)),
    )


def test_code_in_a_quote_stands_beside_it() -> None:
    kinds = [type(block) for block in document_of("> a\n> ```\n> b\n> ```\n> c").blocks]
    assert kinds == [Quote, Code, Quote]


def test_a_heading_is_one_line_and_keeps_its_links() -> None:
    assert document_of("## So `x` it is\n***").blocks == (Heading("So x it is", 2), Rule())
    assert document_of("# See [docs](https://a.example)").blocks == (
        Paragraph((Text("See ", bold=True), Link("https://a.example", "docs", bold=True))),
    )


def test_a_pipe_in_code_stays_in_its_cell() -> None:
    (table,) = document_of("| cmd | n |\n|---|---|\n| `a | b` | 1 |\n| `c \\| d` | 2 |").blocks
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == [
        (Text("a | b", code=True),),
        (Text("c | d", code=True),),
    ]


def test_a_row_longer_than_its_header_loses_no_cell() -> None:
    assert plain_text(document_of("a | b\n--|--\n1 | 2 | 3\n4")) == (
        "a | b | –\n1 | 2 | 3\n4 | – | –"
    )


def test_what_looks_like_a_table_in_code_is_left_alone() -> None:
    source = "a | b\n--|--\n1 | 2 | `x|y`"
    assert document_of(f"```\n{source}\n```").blocks == (Code(source),)


def test_what_is_nested_too_deep_is_shown_as_it_was_written() -> None:
    text = "> " * 200 + "deep"
    assert plain_text(document_of(text)) == text


@pytest.mark.parametrize(
    "fragment", ["[", "![[]()", "<@U1|", "*a **b ", "`a", "|a", "> ", "- a\n"]
)
def test_hostile_text_is_read_in_linear_time(fragment: str) -> None:
    """Quadratic work on 60 kB would outlast the suite's time limit."""
    document_of((fragment * 60_000)[:60_000])


def test_a_short_text_is_not_cut() -> None:
    assert cut_for_posts("short") == ("short", "")


def test_a_long_text_is_cut_between_paragraphs_and_all_of_it_is_there() -> None:
    text = ("word " * 30 + "\n\n") * 1_000
    begin, rest = cut_for_posts(text)
    assert MAX_CHARACTERS / 2 < len(begin) <= MAX_CHARACTERS
    assert begin.endswith("\n\n")
    assert (begin + rest).split() == text.split()


def test_code_that_is_cut_goes_on_as_code() -> None:
    begin, rest = cut_for_posts("```py\n" + "x = 1\n" * 100 + "```", limit=300)
    assert begin.endswith("\n```")
    assert rest.startswith("```py\nx = 1")
    assert all(isinstance(block, Code) for block in document_of(begin).blocks)


def test_a_document_can_be_made_of_any_text_and_stays_the_same() -> None:
    document = document_of("a\n\n- b")
    assert Document(document.blocks) == document
