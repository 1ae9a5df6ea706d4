"""Turns blocks into plain text, and finds the buttons and menus in them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from simulator.values import Json
from simulator.workspace.formatting import as_seen
from simulator.workspace.rich_text import rich_text_as_seen

_TASK_SIGNS = {"pending": "○", "in_progress": "◌", "complete": "✔", "error": "✘"}


def blocks_as_seen(blocks: Sequence[Json], name_of: Callable[[str], str]) -> str:
    """The blocks as a person reads them, one line or more a block; buttons in brackets."""
    lines = (_block_line(block, name_of) for block in blocks)
    return "\n".join(line for line in lines if line)


def _block_line(block: Json, name_of: Callable[[str], str]) -> str:
    match block.get("type"):
        case "section":
            parts = [block.get("text"), *(block.get("fields") or []), block.get("accessory")]
            return "\n".join(_piece(part, name_of) for part in parts if part)
        case "divider":
            return "---"
        case "image" | "video" | "file":
            return f"[{block.get('alt_text') or block.get('title') or block['type']}]"
        case "context" | "actions" | "context_actions":
            pieces = (_piece(element, name_of) for element in block.get("elements") or [])
            return " ".join(piece for piece in pieces if piece)
        case "rich_text":
            return rich_text_as_seen(block, name_of)
        case "table" | "data_table":
            return _table(block, name_of)
        case "plan":
            inner = [_block_line(task, name_of) for task in block.get("tasks") or []]
            return "\n".join([str(block.get("title", "")), *inner])
        case "task_card":
            sign = _TASK_SIGNS.get(str(block.get("status")), "")
            return f"{sign} {block.get('title', '')}".strip()
        case _:
            return _piece(block, name_of)


def _piece(part: Any, name_of: Callable[[str], str]) -> str:
    """A text object, a button, an image or whatever else carries a text."""
    if isinstance(part, str):
        return part
    if not isinstance(part, dict):
        return ""
    match part.get("type"):
        case "mrkdwn":
            return as_seen(str(part.get("text", "")), name_of)
        case "button":
            return f"[{_piece(part.get('text'), name_of)}]"
        case "image":
            return f"[{part.get('alt_text', 'image')}]"
        case "feedback_buttons":
            sides = (part.get("positive_button"), part.get("negative_button"))
            return " ".join(f"[{_piece((side or {}).get('text'), name_of)}]" for side in sides)
        case "icon_button":
            return f"[{_piece(part.get('text'), name_of)}]"
    return _piece(part.get("text"), name_of)


def _table(block: Json, name_of: Callable[[str], str]) -> str:
    """A line for each row."""
    rows = block.get("rows") or []
    return "\n".join(" | ".join(_cell(cell, name_of) for cell in row) for row in rows)


def _cell(cell: Json, name_of: Callable[[str], str]) -> str:
    if cell.get("type") == "rich_text":
        return rich_text_as_seen(cell, name_of)
    return str(cell.get("text", ""))


def buttons(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element that can be clicked, with the block it stands in."""
    for block in blocks:
        for element in [*(block.get("elements") or []), block.get("accessory")]:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element
