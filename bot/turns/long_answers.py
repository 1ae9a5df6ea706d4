"""Answers that are too long: at most ten posts, and what they have no room for in files.

Without files it is left out, and the last post says so.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.document.as_markdown import markdown_of
from bot.document.nodes import Block, Heading, Inlines, Listing, Table
from bot.document.plain import line_of, plain_text
from bot.document.posts import Attachment, File, Image
from bot.document.sentences import sentence
from bot.document.values import Document
from bot.words import files as file_words

MAX_POSTS = 10
MAX_POSTS_BYTES = 270 * 1024
"""Of the posts' text as UTF-8: it is stored three times, in a record of at most 1 MiB."""
MAX_FILES_BYTES = 700 * 1024
"""Of all files of an answer, as UTF-8."""
MAX_IMAGES = 3
MOST_ATTACHMENTS = 5
_ENDINGS = {
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
}
_MAX_TABLE_FILES = 5
_MAX_TABLES_BYTES = MAX_FILES_BYTES // 2
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

Cut = Callable[[Document], Sequence[Document]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The parts and the files of an answer, within the limits."""

    parts: Sequence[Document]
    files: Sequence[File] = ()


def fitted(
    document: Document,
    rest: str,
    cut: Cut,
    key: str,
    *,
    takes_files: bool,
    attachments: Sequence[Attachment] = (),
    images: Sequence[Image] = (),
) -> Fitted:
    """Make an answer fit; `rest` is Markdown that goes on where the document ends.

    `cut` cuts a document into parts that each fit one post; `key` is the turn's short key, for
    the names of files. It may take a second: what is long belongs into a thread.
    """
    files: list[File] = []
    pictures = _files_of(images, key) if takes_files else []
    if takes_files:
        shown = _with_files_for_tables(document, cut, key, files)
        shown += _attached(attachments, key, files) + _pictured(images, pictures)
    else:
        document = sum((it.document for it in attachments), document)
        shown = document + sentence(file_words.IMAGES_LEFT) if images else document
    parts = list(cut(shown))
    kept = _first_posts(parts)
    if len(kept) == len(parts) and not rest:
        return Fitted(parts, [*files, *pictures])
    if takes_files:
        file, is_whole = _text_file(document, rest, key, _room(files))
        files.append(file)
        say = file_words.whole_in_file if is_whole else file_words.more_in_file
        remark = sentence(say(file.title))
    else:
        remark = _what_is_left(kept, parts[len(kept) :], has_more=bool(rest))
    return Fitted([*kept[:-1], kept[-1] + remark], [*files, *pictures])


def _attached(attachments: Sequence[Attachment], key: str, files: list[File]) -> Document:
    """Make a file of each attachment, and say in which it is."""
    said = Document()
    for attachment in attachments[:MOST_ATTACHMENTS]:
        file, is_whole = _file_of(attachment, key, _room(files))
        files.append(file)
        say = file_words.in_file if is_whole else file_words.partly_in_file
        said += sentence(say(file.title))
    if len(attachments) > MOST_ATTACHMENTS:
        said += sentence(file_words.files_left(len(attachments) - MOST_ATTACHMENTS))
    return said


def _pictured(images: Sequence[Image], pictures: Sequence[File]) -> Document:
    """Say in which file each image is, and how many are left out."""
    said = Document()
    for image, picture in zip(images, pictures, strict=False):
        said += sentence(file_words.image_in_file(image.title, picture.title))
    if len(images) > len(pictures):
        said += sentence(file_words.images_left(len(images) - len(pictures)))
    return said


def _first_posts(parts: Sequence[Document]) -> list[Document]:
    """Return as many parts as may be posted, and one at least."""
    kept, size = list(parts[:1]) or [Document()], 0
    for part in parts[1:MAX_POSTS]:
        size += len(plain_text(part).encode())
        if size > MAX_POSTS_BYTES:
            break
        kept.append(part)
    return kept


def _files_of(images: Sequence[Image], key: str) -> list[File]:
    return [
        File(
            name=f"image-{number}-{key}{_ENDINGS.get(image.media_type, '')}",
            title=f"Image {number} of answer {key}",
            media_type=image.media_type,
            data=image.data,
        )
        for number, image in enumerate(images[:MAX_IMAGES], 1)
    ]


def _text_file(document: Document, rest: str, key: str, room: int) -> tuple[File, bool]:
    """Return the whole answer as a file, and whether it is all there."""
    text = "\n\n".join(filter(None, (markdown_of(document), rest)))
    return _markdown_file("Answer", key, text, room)


def _file_of(attachment: Attachment, key: str, room: int) -> tuple[File, bool]:
    """Return an attachment as a file, and whether it is all there."""
    return _markdown_file(attachment.title, key, markdown_of(attachment.document), room)


def _markdown_file(title: str, key: str, text: str, room: int) -> tuple[File, bool]:
    begin = text.encode()[:room].decode(errors="ignore")
    is_whole = begin == text
    if not is_whole:
        room = max(0, room - len(file_words.CUT_FILE) - 2)
        begin = f"{text.encode()[:room].decode(errors='ignore')}\n\n{file_words.CUT_FILE}"
    name = f"{'-'.join(title.lower().split())}-{key}.md"
    file = File(name=name, title=f"{title} {key}", media_type="text/markdown", text=begin)
    return file, is_whole


def _room(files: Sequence[File]) -> int:
    """Return how many bytes more the files of an answer may have."""
    return max(0, MAX_FILES_BYTES - sum(len(file.text.encode()) for file in files))


def _what_is_left(
    kept: Sequence[Document], left: Sequence[Document], *, has_more: bool
) -> Document:
    """Say how many rows of the table with which the last post ends are left, or only that."""
    table = kept[-1].blocks[-1] if kept[-1] else None
    rows = 0
    for block in (block for part in left for block in part.blocks):
        match block, table:
            case (Table(), Table()) if block.header == table.header:
                rows += len(block.rows)
            case _:
                has_more = True
                break
    remark = sentence(file_words.rows_left(rows)) if rows else Document()
    return remark + sentence(file_words.CUT) if has_more else remark


def _with_files_for_tables(document: Document, cut: Cut, key: str, files: list[File]) -> Document:
    """Show as many rows of a long table as one post holds; the whole table goes into a file."""
    blocks: list[Block] = []
    room = _MAX_TABLES_BYTES
    for block in document.blocks:
        count = _rows_of_a_post(block, cut) if isinstance(block, Table) else 0
        if not isinstance(block, Table) or not count or len(files) == _MAX_TABLE_FILES:
            blocks.append(block)
            continue
        number = len(files) + 1
        text, kept = _csv(block, room)
        room -= len(text.encode())
        title = f"Table {number} of answer {key}"
        name = f"table-{number}-{key}.csv"
        files.append(File(name=name, title=title, media_type="text/csv", text=text))
        above = [it for it in blocks[-1:] if isinstance(it, Heading)]
        blocks += _shown_in_one_post(block, count, kept, title, above, cut)
    return Document(tuple(blocks)) if files else document


def _shown_in_one_post(
    table: Table, count: int, kept: int, title: str, above: Sequence[Block], cut: Cut
) -> Sequence[Block]:
    """Show as many rows, at most `count`, as one post holds with what is said of the others."""
    while True:
        said = sentence(file_words.rows_in_file(count, len(table.rows), kept, title))
        shown = (Table(table.header, table.rows[:count]), *said.blocks)
        if count == 1 or len(cut(Document((*above, *shown)))) == 1:
            return shown
        count -= 1


def _rows_of_a_post(table: Table, cut: Cut) -> int:
    """Return how many rows a post shows of a table that needs several posts; else 0."""
    first, *more = cut(Document((table,)))
    shown = first.blocks[0]
    count = len(shown.rows) if isinstance(shown, Table) else 0
    if isinstance(shown, Listing):
        count = len(shown.items)
    return count if more and count < len(table.rows) else 0


def _csv(table: Table, room: int) -> tuple[str, int]:
    """Return a table as CSV of at most `room` bytes, and how many of its rows that holds."""
    lines: list[str] = []
    for row in (table.header, *table.rows):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([_cell(cell) for cell in row])
        room -= len(line.getvalue().encode())
        if room < 0:
            break
        lines.append(line.getvalue())
    return "".join(lines), max(len(lines) - 1, 0)


def _cell(content: Inlines) -> str:
    """Return a cell's words, which no spreadsheet takes for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    text = line_of(content)
    return f"'{text}" if text.lstrip(" \n").startswith(_FORMULA) else text
