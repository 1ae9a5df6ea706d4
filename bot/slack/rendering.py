"""Turns a document into Slack's posts: its blocks, its text for notifications, its parts.

Limits: 50 blocks (https://docs.slack.dev/reference/methods/chat.postMessage), one table
(https://docs.slack.dev/reference/block-kit/blocks/table-block), about 13,200 characters of blocks
(`msg_blocks_too_long`, https://github.com/slackapi/bolt-js/issues/2509), of which we use 11,000;
40,000 characters of text (https://docs.slack.dev/changelog/2018-truncating-really-long-messages),
which a part takes where its blocks are refused.
"""

import html
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.document.nodes import Block, Break, Heading, Paragraph, Plan, Table, Text
from bot.document.plain import as_paragraph, plain_text, text_of_block
from bot.document.posts import Action
from bot.document.values import Document
from bot.mrkdwn import escape
from bot.slack.cutting import cut
from bot.slack.elements import (
    MAX_HEADER,
    MAX_SECTION,
    SlackBlock,
    block_of,
    buttons_of,
    plan_fits,
    section_of,
    size_of,
)
from bot.slack.tables import fitting_tables, table_fits

MAX_BLOCKS = 48
"""Slack takes 50: buttons and a remark of ours may follow."""
MAX_CHARACTERS = 11_000
MAX_TEXT = 38_000
"""A part as escaped text: Slack cuts off what is longer than 40,000. A remark may follow."""
MAX_NOTIFICATION = 3_900
"""Slack recommends less than 4,000: https://docs.slack.dev/reference/methods/chat.postMessage"""
_WORTH_BEGINNING = 2_500
"""With less room than this a block that has to be cut begins in the next post."""


def blocks_of(document: Document, actions: Sequence[Action] = ()) -> list[SlackBlock]:
    """Return the blocks of a part, and its buttons."""
    blocks = [block_of(block) for block in document.blocks if not isinstance(block, Break)]
    return [*blocks, buttons_of(actions)] if actions else blocks


def bare_blocks_of(document: Document, actions: Sequence[Action]) -> list[SlackBlock]:
    """Return blocks of plain words and the buttons, for a part whose look is refused.

    None where there are no buttons: then the text alone is complete.
    """
    if not actions:
        return []
    text = plain_text(document)
    starts = range(0, len(text), MAX_SECTION)
    sections = (section_of(text[start : start + MAX_SECTION]) for start in starts)
    return [*sections, buttons_of(actions)]


def notification_of(document: Document) -> str:
    """Return the text for notifications and screen readers, without markup and not too long."""
    return _escaped(plain_text(document, with_times_links=False), MAX_NOTIFICATION)


def _escaped(text: str, limit: int) -> str:
    escaped = html.escape(text, quote=False)
    while len(escaped) > limit:
        text = text[: len(text) - max(1, (len(escaped) - limit) // 5) - 1].rstrip()
        escaped = html.escape(text, quote=False) + "…"
    return escaped


def text_of(document: Document) -> str:
    """Return the text of a part whose blocks are refused: complete, and read as no markup."""
    return escape(plain_text(document))


def parts_of(document: Document) -> list[Document]:
    """Cut a document into parts that each fit one post, buttons or not; nothing is left out."""
    left = deque(block for whole in document.blocks for block in _fitting(whole))
    parts: list[Document] = []
    part = _Part()
    while left:
        block = left.popleft()
        if isinstance(block, Break):
            parts.append(document.part(part.blocks))
            part = _Part()
            continue
        if part.take(block):
            continue
        begin, rest = part.beginning_of(block)
        if begin is None:
            rest = [*part.titles_at_the_end(), *rest]
        else:
            part.blocks.append(begin)
        left.extendleft(reversed(rest))
        parts.append(document.part(part.blocks))
        part = _Part()
    parts.append(document.part(part.blocks))
    return [some for some in parts if some]


def _fitting(block: Block) -> Iterator[Block]:
    match block:
        case Table():
            yield from fitting_tables(block)
        case Heading(text=text) if len(text) > MAX_HEADER:
            yield Paragraph((Text(text, bold=True),))
        case Plan() if not plan_fits(block):
            yield as_paragraph(block)
        case _:
            yield block


@dataclass(slots=True)
class _Part:
    """What one post holds so far."""

    blocks: list[Block] = field(default_factory=list)
    _room: int = MAX_CHARACTERS
    _text_room: int = MAX_TEXT

    def take(self, block: Block) -> bool:
        """Put the block at the end if it fits as it is, and say whether it did."""
        if isinstance(block, Table) and (self._has_table() or not table_fits(block)):
            return False
        size, text_size = size_of(block_of(block)) + 2, _text_size(block)
        if len(self.blocks) >= MAX_BLOCKS or size > self._room or text_size > self._text_room:
            return False
        self.blocks.append(block)
        self._room -= size
        self._text_room -= text_size
        return True

    def beginning_of(self, block: Block) -> tuple[Block | None, list[Block]]:
        """Return as much of a block as fits here, unless it begins better in the next post.

        A table always does, so one message holds many of its rows. Behind titles alone every block
        begins at once, so titles never stand in a post of their own.
        """
        if self._has_more_than_titles() and (
            isinstance(block, Table)
            or len(self.blocks) == MAX_BLOCKS
            or self._room < _WORTH_BEGINNING
            or _Part().take(block)
        ):
            return None, [block]
        room, full = self._room, MAX_CHARACTERS
        begin, rest = cut(block, room, full)
        while begin is not None and _text_size(begin) > self._text_room:
            room = room // 2
            full = full if self.blocks else room
            begin, rest = cut(block, room, full)
        if begin is None and not self.blocks:
            raise ValueError(f"a {type(block).__name__} cannot be cut to fit a post")
        return begin, rest

    def _has_more_than_titles(self) -> bool:
        return any(not isinstance(block, Heading) for block in self.blocks)

    def titles_at_the_end(self) -> list[Block]:
        """Take off the headings behind which nothing stands, for the next post."""
        titles: list[Block] = []
        while len(self.blocks) > 1 and isinstance(self.blocks[-1], Heading):
            titles.insert(0, self.blocks.pop())
        return titles

    def _has_table(self) -> bool:
        return any(isinstance(block, Table) for block in self.blocks)


def _text_size(block: Block) -> int:
    return len(escape(text_of_block(block))) + 2
