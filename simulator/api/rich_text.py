"""Refuses rich text as Slack does.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from collections.abc import Iterator
from typing import Any

from simulator.values import Json

NEEDED = {
    "text": ("text",),
    "link": ("url",),
    "user": ("user_id",),
    "channel": ("channel_id",),
    "usergroup": ("usergroup_id",),
    "team": ("team_id",),
    "emoji": ("name",),
    "broadcast": ("range",),
    "color": ("value",),
    "date": ("timestamp", "format"),
}
"""Each element of a rich text, and the fields without which it is refused."""
STYLES = {
    "bold",
    "italic",
    "strike",
    "code",
    "underline",
    "highlight",
    "client_highlight",
    "unlink",
}
IN_PREFORMATTED = ("text", "link")
MAX_INDENT = 8


def rich_text_problems(block: Json, at: str) -> Iterator[str]:
    """Nothing in a rich text may be empty: no list of elements, no text."""
    elements = block.get("elements")
    if not _filled(elements):
        yield f"no fewer than 1 items allowed [json-pointer:{at}/elements]"
        return
    for index, element in enumerate(block["elements"]):
        yield from _part(element, f"{at}/elements/{index}")


def _part(part: Any, at: str) -> Iterator[str]:
    kind = part.get("type") if isinstance(part, dict) else None
    match kind:
        case "rich_text_section" | "rich_text_quote" | "rich_text_preformatted":
            yield from _inline(part, at)
        case "rich_text_list":
            yield from _list(part, at)
        case _:
            yield f"unsupported type: {kind} [json-pointer:{at}/type]"


def _list(part: Json, at: str) -> Iterator[str]:
    if part.get("style") not in ("bullet", "ordered"):
        yield f"failed to match any allowed value [json-pointer:{at}/style]"
    if not 0 <= int(part.get("indent") or 0) <= MAX_INDENT:
        yield f"must be less than {MAX_INDENT + 1} [json-pointer:{at}/indent]"
    if not _filled(part.get("elements")):
        yield f"no fewer than 1 items allowed [json-pointer:{at}/elements]"
        return
    for index, element in enumerate(part["elements"]):
        where = f"{at}/elements/{index}"
        if not isinstance(element, dict) or element.get("type") != "rich_text_section":
            yield f"failed to match any allowed schemas [json-pointer:{where}]"
        else:
            yield from _inline(element, where)


def _inline(part: Json, at: str) -> Iterator[str]:
    if not _filled(part.get("elements")):
        yield f"missing element [json-pointer:{at}/elements]"
        return
    for index, element in enumerate(part["elements"]):
        where = f"{at}/elements/{index}"
        kind = element.get("type") if isinstance(element, dict) else None
        preformatted = part["type"] == "rich_text_preformatted"
        if kind not in NEEDED or (preformatted and kind not in IN_PREFORMATTED):
            yield f"unsupported type: {kind} [json-pointer:{where}/type]"
            continue
        yield from _fields(element, NEEDED[kind], where)


def _fields(element: Json, needed: tuple[str, ...], at: str) -> Iterator[str]:
    for name in needed:
        if name not in element:
            yield f"missing required field: {name} [json-pointer:{at}]"
        elif element[name] == "":
            yield f"must be more than 0 characters [json-pointer:{at}/{name}]"
    style = element.get("style", {})
    if not isinstance(style, dict) or not style.keys() <= STYLES:
        yield f"failed to match any allowed schemas [json-pointer:{at}/style]"


def _filled(elements: Any) -> bool:
    return isinstance(elements, list) and bool(elements)
