"""What people read of a brief: the rows of its table, its open questions, its whole text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.document.plain import line_of, plain_text
from bot.document.thread import ThreadMessage
from bot.document.values import Document, Heading, Listing, Table
from bot.investigators.brief import words
from bot.investigators.brief.one_turn import brief
from bot.investigators.contract import Finding
from bot.redact import redact
from tests.unit.brief.incident import BURROW, case

_KINDS = {name: kind.value for kind, (name, _) in words.KINDS.items()}


@dataclass(frozen=True, slots=True)
class Posted:
    """One brief as it stands in the thread."""

    text: str
    indicators: frozenset[tuple[str, str]]
    """Kind and value of each row, refanged."""
    open_questions: tuple[str, ...]
    finding: Finding


def first_brief(messages: Sequence[ThreadMessage]) -> Posted:
    """Mention Burrow at the end of a thread that it has not read yet."""
    seen = [*_redacted(messages), _mention(messages)]
    return _posted(brief(case(seen), seen))


def follow_up(messages: Sequence[ThreadMessage], cut: int, first: Posted) -> Posted:
    """Mention it again, when the first brief has read the messages up to a cut."""
    before, after = _redacted(messages[:cut]), _redacted(messages[cut:])
    asked = _mention(before)
    answer = replace(asked, ts=f"{asked.ts[:-1]}9", author=BURROW, author_id="B", is_burrow=True)
    seen = [*before, asked, answer, *after, _mention(after)]
    return _posted(brief(case(seen), seen, first.finding.notebook or {}))


def _redacted(messages: Sequence[ThreadMessage]) -> list[ThreadMessage]:
    """Take secrets out, as the reading of a thread does."""
    return [replace(message, text=redact(message.text)) for message in messages]


def _mention(messages: Sequence[ThreadMessage]) -> ThreadMessage:
    last = messages[-1]
    sent_at = last.sent_at + timedelta(seconds=1)
    ts = f"{int(sent_at.timestamp())}.{sent_at.microsecond:06d}"
    asked = replace(last, ts=ts, sent_at=sent_at, text="@Burrow brief me", is_bot=False)
    return replace(asked, author="Vera Falk", author_id="U0VERA")


def _posted(finding: Finding) -> Posted:
    document = finding.document or Document()
    return Posted(
        text=plain_text(document),
        indicators=frozenset(_rows(document)),
        open_questions=tuple(_items_under(document, words.OPEN_QUESTIONS)),
        finding=finding,
    )


def _rows(document: Document) -> Iterator[tuple[str, str]]:
    for block in document.blocks:
        if isinstance(block, Table):
            for kind, value, *_ in block.rows:
                yield _KINDS[line_of(kind)], refanged(line_of(value))


def _items_under(document: Document, title: str) -> Iterator[str]:
    is_there = False
    for block in document.blocks:
        if isinstance(block, Heading):
            is_there = block.text == title
        elif is_there and isinstance(block, Listing):
            yield from (line_of(item.content) for item in block.items)


def refanged(text: str) -> str:
    """Undo how a brief writes what nobody may follow."""
    for written, meant in (("[.]", "."), ("[:]", ":"), ("[@]", "@"), ("hxxp", "http")):
        text = text.replace(written, meant)
    return text
