"""Turns rich text into plain text."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from simulator.values import Json

NameOf = Callable[[str], str]


def rich_text_as_seen(block: Json, name_of: NameOf) -> str:
    """Each section, list, quote and piece of code on lines of its own."""
    return "\n".join(_part(part, name_of) for part in block.get("elements") or [])


def _part(part: Json, name_of: NameOf) -> str:
    match part.get("type"):
        case "rich_text_list":
            return _list(part, name_of)
        case "rich_text_quote":
            return "\n".join(f"> {line}" for line in _words(part, name_of).split("\n"))
    return _words(part, name_of)


def _list(part: Json, name_of: NameOf) -> str:
    indent = "  " * int(part.get("indent") or 0)
    first = int(part.get("offset") or 0) + 1
    lines = []
    for number, item in enumerate(part.get("elements") or [], first):
        point = f"{number}." if part.get("style") == "ordered" else "•"
        lines.append(f"{indent}{point} {_words(item, name_of)}")
    return "\n".join(lines)


def _words(part: Json, name_of: NameOf) -> str:
    return "".join(_element(element, name_of) for element in part.get("elements") or [])


def _element(element: Json, name_of: NameOf) -> str:
    match element.get("type"):
        case "link":
            return str(element.get("text") or element.get("url", ""))
        case "user":
            return f"@{name_of(str(element.get('user_id', '')))}"
        case "usergroup":
            return f"@{element.get('usergroup_id', '')}"
        case "channel":
            return f"#{name_of(str(element.get('channel_id', '')))}"
        case "emoji":
            return f":{element.get('name', '')}:"
        case "broadcast":
            return f"@{element.get('range', '')}"
        case "date":
            return _date(element)
        case "color":
            return str(element.get("value", ""))
    return str(element.get("text", ""))


def _date(element: dict[str, Any]) -> str:
    """Its fallback, which need not be there; else the time itself, in UTC."""
    if fallback := element.get("fallback"):
        return str(fallback)
    return f"{datetime.fromtimestamp(int(element.get('timestamp', 0)), UTC):%Y-%m-%d %H:%M} UTC"
