"""One block of a document as one block of Slack's.

Text stands in rich text, table cells and plain text alone: Slack reads no markup there, so nobody
is pinged and no link is forged (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from bot.document.nodes import (
    Block,
    Break,
    Code,
    Heading,
    Inline,
    Inlines,
    Item,
    Link,
    Listing,
    Paragraph,
    Plan,
    Quote,
    Rule,
    Small,
    Table,
    Text,
    Time,
    TimeForm,
)
from bot.document.posts import Action
from bot.document.runs import shown
from bot.document.tidy import NOTHING

SlackBlock = dict[str, Any]

_AS_SENT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

MAX_HEADER = 150
"""https://docs.slack.dev/reference/block-kit/blocks/header-block"""
MAX_SECTION = 3_000
"""https://docs.slack.dev/reference/block-kit/blocks/section-block"""
_LARGE = 2
"""Headings of this level and above are large, those below are bold words."""
MAX_CONTEXT = 2_000
"""Characters of small print in one block; Slack names 3,000 for a text object
(https://docs.slack.dev/reference/block-kit/composition-objects/text-object)."""
MAX_TASKS, MAX_TASK_TITLE = 20, 200
"""Of a plan in a block of its own; Slack's page names no limits."""
_BUTTON_TEXT, _BUTTON_VALUE = 75, 2_000
"""https://docs.slack.dev/reference/block-kit/block-elements/button-element"""
# Tokens of https://docs.slack.dev/messaging/formatting-message-text (section "Date formatting").
_FORMS = {TimeForm.CLOCK: "{time}", TimeForm.DATE_AND_CLOCK: "{date_short_pretty} {time}"}


def block_of(block: Block) -> SlackBlock:
    """Return Slack's block for one that fits it (`bot.slack.cutting`)."""
    match block:
        case Paragraph(content=content):
            return _rich("rich_text_section", elements_of(content))
        case Heading(text=text, level=level) if level > _LARGE or len(text) > MAX_HEADER:
            return _rich("rich_text_section", elements_of((Text(text, bold=True),)))
        case Heading(text=text):
            return {"type": "header", "text": _plain(text)}
        case Rule() | Break():
            return {"type": "divider"}
        case Table():
            return _table(block)
        case Plan():
            return _plan(block)
        case Code(text=text):
            return _rich("rich_text_preformatted", [{"type": "text", "text": text}])
        case Quote(content=content):
            return _rich("rich_text_quote", elements_of(content))
        case Listing():
            return {"type": "rich_text", "elements": list(_lists(block))}
        case Small(content=content) if _is_context(content):
            return {"type": "context", "elements": [_plain("".join(map(shown, content)))]}
    return _rich("rich_text_section", elements_of(block.content))


def buttons_of(actions: Iterable[Action]) -> SlackBlock:
    """Return the block with the buttons under a post."""
    buttons = [
        {
            "type": "button",
            "action_id": action.id,
            "text": _plain(action.text[:_BUTTON_TEXT]),
            **({"value": action.value[:_BUTTON_VALUE]} if action.value else {}),
        }
        for action in actions
    ]
    return {"type": "actions", "elements": buttons}


def section_of(text: str) -> SlackBlock:
    """Return a block of plain words, at most `MAX_SECTION` characters."""
    return {"type": "section", "text": _plain(text)}


def size_of(value: Any) -> int:
    """Count the characters of a block or an element as they are sent."""
    return len(_AS_SENT.encode(value))


def elements_of(content: Inlines) -> list[dict[str, Any]]:
    """Return the rich text elements of a run."""
    return list(map(element_of, content))


def element_of(node: Inline) -> dict[str, Any]:
    """Return the rich text element of one node."""
    match node:
        case Link(url=url, text=text):
            words = {"text": text} if text else {}
            return {"type": "link", "url": url, **words, **_style(node)}
        case Time(when=when, form=form, url=url):
            element = {"type": "date", "timestamp": int(when.timestamp()), "format": _FORMS[form]}
            return element | ({"url": url} if url else {}) | {"fallback": shown(node)}
    return {"type": "text", "text": shown(node), **_style(node)}


def _is_context(content: Inlines) -> bool:
    return (
        all(isinstance(node, Text) for node in content)
        and sum(len(shown(node)) for node in content) <= MAX_CONTEXT
    )


def _style(node: Inline) -> dict[str, Any]:
    names = ("bold", "italic", "strike", "code")
    style = {name: True for name in names if getattr(node, name, False)}
    return {"style": style} if style else {}


def _rich(kind: str, elements: list[dict[str, Any]]) -> SlackBlock:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": elements}]}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _lists(listing: Listing) -> Iterator[dict[str, Any]]:
    """Slack has a list for each level; `offset` is what the first number is more than 1."""
    numbered = zip(listing.items, listing.numbers, strict=True)
    for level, group in groupby(numbered, key=lambda entry: entry[0].level):
        entries = list(group)
        offset = entries[0][1] - 1 if listing.is_ordered else 0
        yield {
            "type": "rich_text_list",
            "style": "ordered" if listing.is_ordered else "bullet",
            "elements": [_section(item) for item, _ in entries],
            **({"indent": level} if level else {}),
            **({"offset": offset} if offset else {}),
        }


def _section(item: Item) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": elements_of(item.content)}


def plan_fits(plan: Plan) -> bool:
    """Say whether a plan is no longer than anybody wants to see in its block."""
    titles = (plan.title, *(task.text for task in plan.tasks))
    return len(titles) <= MAX_TASKS + 1 and max(map(len, titles)) <= MAX_TASK_TITLE


def _plan(plan: Plan) -> SlackBlock:
    """https://docs.slack.dev/reference/block-kit/blocks/plan-block"""
    tasks = [
        {
            "type": "task_card",
            "task_id": f"task_{number}",
            "title": task.text,
            "status": task.state.value,
        }
        for number, task in enumerate(plan.tasks, start=1)
    ]
    return {"type": "plan", "title": plan.title, "tasks": tasks}


def _table(table: Table) -> SlackBlock:
    """https://docs.slack.dev/reference/block-kit/blocks/table-block"""
    rows = (table.header, *table.rows)
    return {
        "type": "table",
        "column_settings": [{"align": "left", "is_wrapped": True} for _ in table.header],
        "rows": [[cell_of(cell) for cell in row] for row in rows],
    }


def cell_of(cell: Inlines) -> dict[str, Any]:
    """Return a table's cell; an empty one is refused by Slack, so it holds a dash."""
    if not cell:
        return {"type": "raw_text", "text": NOTHING}
    if cell_is_plain(cell):
        return {"type": "raw_text", "text": shown(cell[0])}
    return _rich("rich_text_section", elements_of(cell))


def cell_is_plain(cell: Sequence[Inline]) -> bool:
    """Say whether a cell is words without any look."""
    return len(cell) == 1 and isinstance(cell[0], Text) and cell[0] == Text(cell[0].text)
