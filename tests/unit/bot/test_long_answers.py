"""What is too long for ten posts goes into files, or is cut with a word."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import cast

import pytest

from bot.document.as_markdown import markdown_of
from bot.document.markdown import document_of
from bot.document.nodes import Break, Heading, Table, Text
from bot.document.plain import plain_text
from bot.document.posts import Attachment, File, Image
from bot.document.sentences import sentence
from bot.document.values import Document, Joined
from bot.investigators.contract import Case, Finding
from bot.slack.rendering import parts_of
from bot.turns.investigation import Gathered, investigate
from bot.turns.long_answers import (
    MAX_FILES_BYTES,
    MAX_IMAGES,
    MAX_POSTS,
    MOST_ATTACHMENTS,
    Fitted,
    fitted,
)
from bot.words import files as file_words

CASE = cast(Case, None)
"""Whatever it is: the investigator here does not look at it."""


def fit(
    document: Document,
    rest: str = "",
    *,
    takes_files: bool = True,
    attachments: tuple[Attachment, ...] = (),
    images: Sequence[Image] = (),
) -> Fitted:
    return fitted(
        document,
        rest,
        parts_of,
        "k3y",
        takes_files=takes_files,
        attachments=attachments,
        images=images,
    )


def table(*rows: tuple[str, ...]) -> Table:
    cells = [tuple((Text(cell),) for cell in row) for row in rows]
    return Table(cells[0], tuple(cells[1:]))


def numbered(count: int) -> Table:
    rows = [(str(number), f"what happened on host {number}") for number in range(count)]
    return table(("number", "what"), *rows)


def rows_of(file: File) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.text)))


def shown(sentence_of_ours: str) -> str:
    return plain_text(sentence(sentence_of_ours))


def said(answer: Fitted) -> str:
    return "\n".join(map(plain_text, answer.parts))


def test_an_answer_that_fits_is_left_as_it_is() -> None:
    document = document_of("short\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert fit(document) == Fitted([document], [])


def test_a_long_text_is_ten_posts_and_a_file_with_all_of_it() -> None:
    text = "\n\n".join(f"Paragraph {number}. {'word ' * 200}".strip() for number in range(200))
    answer = fit(document_of(text))
    (file,) = answer.files
    assert len(answer.parts) == MAX_POSTS
    assert plain_text(answer.parts[-1]).endswith(shown(file_words.whole_in_file(file.title)))
    assert (file.name, file.text) == ("answer-k3y.md", text)


def test_what_was_never_read_stands_in_the_file_too() -> None:
    answer = fit(document_of("# The beginning"), "and **the rest**")
    (file,) = answer.files
    assert file.text == "# The beginning\n\nand **the rest**"
    assert shown(file_words.whole_in_file(file.title)) in said(answer)


def test_a_file_is_cut_with_a_word_in_it_and_the_post_does_not_promise_all() -> None:
    answer = fit(document_of("x"), "ä😀 " * 1_000_000)
    (file,) = answer.files
    assert MAX_FILES_BYTES - 100 < len(file.text.encode()) <= MAX_FILES_BYTES
    assert file.text.endswith(file_words.CUT_FILE)
    assert said(answer) == f"x\n\n{shown(file_words.more_in_file(file.title))}"


def test_a_secret_in_what_was_never_read_is_taken_out() -> None:
    (file,) = fit(document_of("x"), "token xoxb-123456789012-secretsecret \u202eevil").files
    assert "secretsecret" not in file.text
    assert "\u202e" not in file.text


def test_a_long_table_is_as_many_rows_as_a_post_holds_and_a_file_with_all() -> None:
    answer = fit(Document((numbered(500),)))
    (part,), (file,) = answer.parts, answer.files
    first, *_ = part.blocks
    assert isinstance(first, Table)
    assert 20 < len(first.rows) < 500
    assert rows_of(file)[1:] == [
        [str(number), f"what happened on host {number}"] for number in range(500)
    ]
    assert shown(file_words.rows_in_file(len(first.rows), 500, 500, file.title)) in plain_text(
        part
    )


@pytest.mark.parametrize("count", [27, 28, 29, 40, 200])
def test_a_title_its_table_and_what_is_said_of_the_rest_are_one_post(count: int) -> None:
    answer = fit(Document((Break(), Heading("Indicators", 3), numbered(count))))
    (part,) = answer.parts
    assert plain_text(part).startswith("Indicators")
    assert bool(answer.files) == ("rows. All of them are in the file" in plain_text(part))


def test_a_title_never_stands_in_a_post_of_its_own() -> None:
    answer = fit(Document((Heading("Indicators", 3), numbered(500))), takes_files=False)
    assert all(any(isinstance(it, Table) for it in part.blocks) for part in answer.parts)


def test_without_the_scope_the_table_goes_on_and_the_last_post_says_how_many_rows_are_left() -> (
    None
):
    answer = fit(Document((numbered(3_000),)), takes_files=False)
    rows = sum(
        len(block.rows)
        for part in answer.parts
        for block in part.blocks
        if isinstance(block, Table)
    )
    assert len(answer.parts) == MAX_POSTS
    assert not answer.files
    assert plain_text(answer.parts[-1]).endswith(file_words.rows_left(3_000 - rows))


def test_without_the_scope_a_text_is_cut_with_a_word() -> None:
    answer = fit(document_of("word " * 19_000), "more", takes_files=False)
    assert len(answer.parts) <= MAX_POSTS
    assert plain_text(answer.parts[-1]).endswith(file_words.CUT)


def case_of(document: Document) -> tuple[Attachment, ...]:
    return (Attachment(title="The case", document=document),)


def test_an_attachment_is_a_file_that_the_answer_names() -> None:
    answer = fit(document_of("short"), attachments=case_of(document_of("# All\n\n- of it")))
    (file,) = answer.files
    assert (file.name, file.title) == ("the-case-k3y.md", "The case k3y")
    assert file.text == "# All\n\n- of it"
    assert said(answer) == f"short\n\n{shown(file_words.in_file(file.title))}"


@pytest.mark.parametrize(
    "title",
    [
        "../../etc/x",
        "a\nb",
        "x" * 5_000,
        "<!channel> <@U1>",
        "gpj\u202eexe",
        "password=hunter2hunter2",
        "\ud83d\0",
        "",
    ],
)
def test_the_name_and_title_of_a_file_are_as_safe_as_its_text(title: str) -> None:
    attachments = (Attachment(title=title, document=document_of("# All")),)
    (file,) = fit(document_of("short"), attachments=attachments).files
    for text in (file.name, file.title):
        text.encode()
        assert text.isprintable()
        assert len(text) <= 120
        assert not set("<>\n\u202e") & set(text)
        assert "hunter2" not in text
    assert "/" not in file.name
    assert file.title.endswith("k3y")
    assert file.name.endswith("k3y.md")


def test_of_many_attachments_some_are_files_and_a_line_says_how_many_are_not() -> None:
    answer = fit(document_of("short"), attachments=case_of(document_of("# All")) * 9)
    assert len(answer.files) == MOST_ATTACHMENTS
    assert said(answer).endswith(file_words.files_left(4))


def test_an_attachment_that_is_too_long_is_cut_and_all_files_stay_within_their_room() -> None:
    many = document_of("\n\n".join(f"{number} {'ä' * 1_000}" for number in range(400)))
    answer = fit(Document((numbered(500),)), "rest", attachments=case_of(many))
    assert shown(file_words.partly_in_file("The case k3y")) in said(answer)
    assert len(answer.files) == 3
    assert sum(len(file.text.encode()) for file in answer.files) <= MAX_FILES_BYTES + 100


def test_an_answer_says_how_many_of_its_images_are_left_out() -> None:
    images = [
        Image(title=f"chart {number}", media_type="image/png", data=b"png") for number in range(5)
    ]
    answer = fit(document_of("short"), images=images)
    assert len(answer.files) == MAX_IMAGES
    assert said(answer).endswith(file_words.images_left(2))
    assert "left out" not in said(fit(document_of("short"), images=images[:MAX_IMAGES]))


def test_without_the_scope_an_attachment_is_posted() -> None:
    answer = fit(
        document_of("short"), takes_files=False, attachments=case_of(document_of("# All"))
    )
    assert not answer.files
    assert said(answer) == "short\n\nAll"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "＝1+1"])
def test_no_spreadsheet_takes_a_cell_for_a_formula(cell: str) -> None:
    rows = [("number", "what"), *[(str(number), cell) for number in range(300)]]
    (file,) = fit(Document((table(*rows),))).files
    assert {row[1][:1] for row in rows_of(file)[1:]} == {"'"}


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\nwords with `code`, **bold** and [a link](<https://example.com>)",
        "- one\n- two\n   - inner",
        "3. three\n4. four",
        "> quoted\n> more",
        "```py\na = '``'\n```",
        "| a | b |\n| --- | --- |\n| 1 \\| 2 | 3 |",
        "1 \\* 2 \\* 3, a_b_c and \\[x\\]",
        "\\# no title",
        "---",
    ],
)
def test_markdown_is_written_as_it_is_read(text: str) -> None:
    document = document_of(text)
    assert markdown_of(document) == text
    assert document_of(markdown_of(document)) == document


@pytest.mark.parametrize(
    "texts",
    [
        (),
        ("", "one", "", "two"),
        ("- a", "- b", "# c", "|a|\n|-|\n|b|"),
        ("the password is", "hunter2hunter2!"),
        ("token=xoxb-123456789012-", "abcdefghijkl"),
        ("-----BEGIN RSA PRIVATE KEY-----", "MIIEpAIBAAKCAQEAx0", "-----END RSA PRIVATE KEY-----"),
    ],
)
def test_documents_that_are_joined_one_by_one_are_as_safe_as_their_sum(
    texts: tuple[str, ...],
) -> None:
    joined, documents = Joined(), [document_of(text) for text in texts]
    for number, document in enumerate(documents, start=1):
        joined.add(document)
        assert joined.document == sum(documents[:number], Document())
    assert bool(joined) == bool(joined.document)


async def test_an_investigator_that_never_pauses_leaves_the_loop_to_others() -> None:
    async def steps(_: Case) -> AsyncIterator[Finding]:
        for number in range(100):
            yield Finding(text=str(number))

    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    await investigate(steps, CASE, gathered := Gathered("x"), lambda _: None)
    ticking.cancel()
    assert len(gathered.document.blocks) == 100
    assert ticks >= 100


@pytest.mark.parametrize("after", ["", "\n\nand words"])
async def test_a_table_that_is_longer_than_posts_is_read_to_its_end(after: str) -> None:
    rows = "".join(f"| {number} | {'x' * 40} |\n" for number in range(3_000))
    gathered = Gathered("test")
    await gathered.add(Finding(text=f"| a | b |\n| --- | --- |\n{rows.rstrip()}{after}"))
    (table,) = gathered.document.blocks
    assert isinstance(table, Table)
    assert len(table.rows) == 3_000
    assert gathered.rest == after.strip()


async def test_findings_that_posts_have_no_room_for_are_kept_in_order() -> None:
    gathered = Gathered("test")
    await gathered.add(Finding(text="word " * 19_000))
    await gathered.add(Finding(text="first\n\n" * 1_000))
    await gathered.add(Finding(document=document_of("**second**")))
    await gathered.add(Finding(text="third"))
    assert plain_text(gathered.document).endswith("first")
    assert gathered.rest.startswith("first\n\n")
    assert gathered.rest.endswith("first\n\n\n\n**second**\n\nthird")
