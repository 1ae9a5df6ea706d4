"""Makes text safe to send to a model and to store: no lone surrogates, no NUL, no secrets."""

import re
from typing import Any

from bot.investigators.agent.kubernetes import without_secrets
from bot.redact import redact

_NOT_STORABLE = re.compile("[\ud800-\udfff\x00]")
_LOW = r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPED = re.compile(
    rf"(?<!\\)((?:\\\\)*)(?:(\\u[dD][89abAB][0-9a-fA-F]{{2}}{_LOW})"
    r"|\\u(?:[dD][89a-fA-F][0-9a-fA-F]{2}|0000))"
)


def storable(text: str) -> str:
    """Replace what no store and no provider takes: lone surrogates and NUL."""
    return _NOT_STORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def storable_json(text: str) -> str:
    """Do the same in JSON, where they also stand as escapes; a surrogate pair is left alone."""
    replaced = _ESCAPED.sub(lambda found: found[1] + (found[2] or r"\ufffd"), text)
    return storable(replaced)


def storable_value(value: Any) -> Any:
    """Do the same in every string of a JSON-like value, keys included."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable_value(key): storable_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable_value(item) for item in value]
    return value


def shown(text: str) -> str:
    """Return text as the model may see it: storable, and without secrets."""
    return redact(without_secrets(storable(text)))
