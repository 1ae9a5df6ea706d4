"""Names the files of a case: those that were read, and those that were not."""

from collections.abc import Iterator, Sequence

from bot.document.templates import filled, listed
from bot.document.thread import FileText
from bot.document.values import Block, Inlines, Paragraph, Text
from bot.investigators.brief import words
from bot.mrkdwn import clip

FILES = 5
NAME = 80


def files(shared: Sequence[FileText]) -> Iterator[Block]:
    """Name the files that were read, and those that were left out with the reason."""
    read = [file_name(it.file.name) for it in shared if it.left_out is None]
    left_out = [
        filled(words.FILE_LEFT_OUT, file=file_name(it.file.name), why=words.why_left_out(it))
        for it in shared
        if it.left_out
    ]
    lines: list[Inlines] = []
    if read:
        lines.append(filled(words.FILES_READ, files=listed(read, FILES)))
    if left_out:
        lines.append(filled(words.FILES_NOT_READ, files=listed(left_out, FILES)))
    if lines:
        yield Paragraph(tuple(node for line in lines for node in (Text(" "), *line))[1:])


def file_name(name: str) -> Text:
    """Return a file's name as it is shown."""
    return Text(clip(name, NAME), code=True)
