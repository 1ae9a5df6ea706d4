"""Reads what a tool server writes, a message a line, also where it is not quite well-formed."""

import json
import re
from typing import Any

from mcp_types import PARSE_ERROR, ErrorData, JSONRPCError, jsonrpc_message_adapter
from pydantic import ValidationError

from bot.investigators.agent.clean import storable_json

UNREADABLE = "Its answer cannot be read"
_VERSION = r'"jsonrpc"\s*:\s*"2\.0"'
_ID = r'"id"\s*:\s*(?P<id>\d{1,15})'
_HEAD = re.compile(rf'\{{\s*(?:{_VERSION}\s*,\s*)?{_ID}\s*,(?:\s*{_VERSION}\s*,)?(?!\s*"method")')
_BEGINS_WITH_RESULT = re.compile(r'\{\s*"(?:result|error)"')
_TAIL = re.compile(rf"{_ID}\s*(?:,\s*{_VERSION}\s*)?\}}\Z")
_LONGEST_TAIL = 100


def message_in(line: bytes) -> Any:
    """Return the message of a line; None for one that is none.

    An answer that cannot be read is an error of its call, which would else wait in vain.
    """
    try:
        return jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValidationError:
        text = storable_json(line.decode(errors="replace")).strip()
    value = _value_of(text)
    try:
        return jsonrpc_message_adapter.validate_python(value, by_name=False)
    except ValidationError:
        number = _answered_by(text, value)
    if number is None:
        return None
    error = ErrorData(code=PARSE_ERROR, message=UNREADABLE)
    return JSONRPCError(jsonrpc="2.0", id=number, error=error)


def _value_of(text: str) -> Any:
    """Read JSON with what some servers put in it: NaN, bare control characters."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _answered_by(text: str, value: Any) -> int | None:
    """Return which request of ours a broken answer is for: our numbers are whole ones."""
    if isinstance(value, dict):
        number = value.get("id")
        return number if type(number) is int and "method" not in value else None
    found = _HEAD.match(text)
    if found is None and _BEGINS_WITH_RESULT.match(text):
        # That is the order in which servers in JavaScript write.
        found = _TAIL.search(text[-_LONGEST_TAIL:])
    return int(found["id"]) if found else None
