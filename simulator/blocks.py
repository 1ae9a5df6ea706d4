"""Block Kit: what Slack refuses, and how blocks read as plain text."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from simulator.errors import SlackError
from simulator.formatting import as_seen
from simulator.values import Json

MAX_BLOCKS = 50
MAX_SECTION_TEXT = 3_000
MAX_MARKDOWN_TEXT = 12_000
MAX_BLOCK_CHARACTERS = 13_200
KNOWN_BLOCKS = frozenset(
    {
        "actions",
        "alert",
        "card",
        "carousel",
        "context",
        "context_actions",
        "divider",
        "file",
        "header",
        "image",
        "input",
        "markdown",
        "plan",
        "rich_text",
        "section",
        "table",
        "task_card",
        "video",
    }
)


def check_blocks(blocks: Sequence[Any]) -> None:
    """`SlackError` as chat.postMessage gives it: `invalid_blocks` or `msg_blocks_too_long`."""
    problems = list(_problems(blocks))
    if problems:
        messages = [f"[ERROR] {problem}" for problem in problems]
        raise SlackError(
            "invalid_blocks", errors=problems, response_metadata={"messages": messages}
        )
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MAX_MARKDOWN_TEXT or _characters(list(blocks)) > MAX_BLOCK_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def _problems(blocks: Sequence[Any]) -> Iterator[str]:
    if len(blocks) > MAX_BLOCKS:
        yield f"no more than {MAX_BLOCKS} items allowed [json-pointer:/blocks]"
    ids: set[str] = set()
    for index, block in enumerate(blocks):
        at = f"/blocks/{index}"
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in KNOWN_BLOCKS:
            yield f"unsupported type: {kind} [json-pointer:{at}/type]"
            continue
        block_id = block.get("block_id")
        if block_id and block_id in ids:
            yield f"block_id {block_id!r} already exists [json-pointer:{at}/block_id]"
        ids.add(block_id or "")
        yield from _CHECKS.get(kind, _anything)(block, at)


def _anything(block: Json, at: str) -> Iterator[str]:
    yield from ()


def _section(block: Json, at: str) -> Iterator[str]:
    if "text" not in block and not block.get("fields"):
        yield f"missing required field: text or fields [json-pointer:{at}]"
    if "text" in block:
        yield from _text(block["text"], f"{at}/text", MAX_SECTION_TEXT)
    fields = block.get("fields") or []
    if len(fields) > 10:
        yield f"no more than 10 items allowed [json-pointer:{at}/fields]"
    for index, field in enumerate(fields):
        yield from _text(field, f"{at}/fields/{index}", 2_000)


def _header(block: Json, at: str) -> Iterator[str]:
    yield from _text(block.get("text"), f"{at}/text", 150, kinds=("plain_text",))


def _markdown(block: Json, at: str) -> Iterator[str]:
    if not isinstance(block.get("text"), str) or not block["text"]:
        yield f"missing required field: text [json-pointer:{at}/text]"


def _context(block: Json, at: str) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        yield f"between 1 and 10 items required [json-pointer:{at}/elements]"
    for index, element in enumerate(elements):
        if element.get("type") != "image":
            yield from _text(element, f"{at}/elements/{index}", MAX_SECTION_TEXT)


def _actions(block: Json, at: str) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 25:
        yield f"between 1 and 25 items required [json-pointer:{at}/elements]"
    for index, element in enumerate(elements):
        where = f"{at}/elements/{index}"
        if element.get("type") == "button":
            yield from _text(element.get("text"), f"{where}/text", 75, kinds=("plain_text",))
        if len(element.get("action_id") or "") > 255:
            yield f"must be less than 256 characters [json-pointer:{where}/action_id]"
        if len(element.get("value") or "") > 2_000:
            yield f"must be less than 2001 characters [json-pointer:{where}/value]"


_CHECKS: dict[str, Callable[[Json, str], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "markdown": _markdown,
    "context": _context,
    "actions": _actions,
}


def _text(
    text: Any, at: str, limit: int, kinds: tuple[str, ...] = ("mrkdwn", "plain_text")
) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in kinds:
        yield f"missing or unsupported text object [json-pointer:{at}]"
        return
    content = text.get("text")
    if not isinstance(content, str) or not content:
        yield f"must be more than 0 characters [json-pointer:{at}/text]"
    elif len(content) > limit:
        yield f"must be less than {limit + 1} characters [json-pointer:{at}/text]"


def _characters(part: Any) -> int:
    """All text in the blocks; the total that Slack accepts is not documented."""
    if isinstance(part, dict):
        return sum(
            len(value) if name == "text" and isinstance(value, str) else _characters(value)
            for name, value in part.items()
        )
    return sum(_characters(one) for one in part) if isinstance(part, list) else 0


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
            return _rich(block, name_of)
        case "plan" | "task_card":
            inner = [_block_line(task, name_of) for task in block.get("tasks") or []]
            return "\n".join([str(block.get("title", "")), *inner])
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


def _rich(part: Json, name_of: Callable[[str], str]) -> str:
    match part.get("type"):
        case "text":
            return str(part.get("text", ""))
        case "link":
            return str(part.get("text") or part.get("url", ""))
        case "user":
            return f"@{name_of(str(part.get('user_id', '')))}"
        case "channel":
            return f"#{name_of(str(part.get('channel_id', '')))}"
        case "emoji":
            return f":{part.get('name', '')}:"
        case "broadcast":
            return f"@{part.get('range', '')}"
        case "rich_text_list":
            return "\n".join(f"• {_rich(item, name_of)}" for item in part.get("elements") or [])
    separator = "\n" if part.get("type") == "rich_text" else ""
    return separator.join(_rich(element, name_of) for element in part.get("elements") or [])


def buttons(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element that can be clicked, with the block it stands in."""
    for block in blocks:
        for element in [*(block.get("elements") or []), block.get("accessory")]:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element
