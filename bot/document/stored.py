"""Nodes as JSON and back. JSON of an earlier or a later version is read too."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any, get_args

from bot.document.nodes import (
    Block,
    Inline,
    Inlines,
    Item,
    Paragraph,
    PlanItem,
    PlanState,
    Text,
    TimeForm,
)

_KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind for kind in (*get_args(Block), *get_args(Inline), Item, PlanItem)
}


def written(blocks: Iterable[Block]) -> list[Any]:
    """Return blocks as JSON; what is as usual is left out, and bare words are a string."""
    return [_written(block) for block in blocks]


def _written(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_written(part) for part in value]
    if isinstance(value, datetime):
        return value.isoformat()
    kind = type(value).__name__.lower()
    if kind not in _KINDS:
        return value
    said = {
        field.name: _written(getattr(value, field.name))
        for field in fields(value)
        if field.default is MISSING or getattr(value, field.name) != field.default
    }
    if isinstance(value, Text) and said.keys() == {"text"}:
        return value.text
    return {"kind": kind, **said}


def read(data: Any) -> Iterator[Block]:
    """Return the blocks that `data` holds; never raises for anything that is JSON."""
    for value in data if isinstance(data, list) else [data]:
        node = _node(value)
        if isinstance(node, get_args(Block)):
            yield node
        elif words := _words(value):
            yield Paragraph((Text(words),))


def _node(value: Any) -> Any:
    """Return the node that `value` describes; None if it is not known or not whole."""
    kind = _KINDS.get(str(value.get("kind"))) if isinstance(value, Mapping) else None
    if kind is None:
        return None
    names = {field.name for field in fields(kind)}
    try:
        return kind(**{name: _READ[name](part) for name, part in value.items() if name in names})
    except (TypeError, ValueError):
        return None


def _inlines(part: Any) -> Inlines:
    return tuple(_inline(value) for value in part)


def _inline(value: Any) -> Inline:
    node = Text(value) if isinstance(value, str) else _node(value)
    return node if isinstance(node, get_args(Inline)) else Text(_words(value))


def _items(part: Any) -> tuple[Item, ...]:
    nodes = ((value, _node(value)) for value in part)
    return tuple(
        node if isinstance(node, Item) else Item((Text(_words(value)),)) for value, node in nodes
    )


def _tasks(part: Any) -> tuple[PlanItem, ...]:
    nodes = ((value, _node(value)) for value in part)
    return tuple(
        node if isinstance(node, PlanItem) else PlanItem(text=_words(value))
        for value, node in nodes
    )


def _cells(part: Any) -> tuple[Inlines, ...]:
    return tuple(map(_inlines, part))


def _text(part: Any) -> str:
    return part if isinstance(part, str) else _words(part)


_READ: dict[str, Callable[[Any], Any]] = {
    "content": _inlines,
    "items": _items,
    "tasks": _tasks,
    "state": PlanState,
    "header": _cells,
    "rows": lambda part: tuple(map(_cells, part)),
    **dict.fromkeys(("text", "title", "url", "user_id", "name", "language"), _text),
    **dict.fromkeys(("level", "start"), int),
    **dict.fromkeys(("bold", "italic", "strike", "code", "is_ordered"), bool),
    "when": datetime.fromisoformat,
    "form": TimeForm,
}


def _words(value: Any) -> str:
    """Return every string in a node of an unknown kind, its kind aside."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        value = [part for name, part in value.items() if name != "kind"]
    if isinstance(value, list):
        return " ".join(filter(None, map(_words, value)))
    return ""
