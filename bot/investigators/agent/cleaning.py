"""Puts right what servers get wrong in an answer before anything reads it."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ThinkingPart, ToolCallPart

from bot.investigators.agent.clean import storable, storable_json, storable_value

_REPEATED = re.compile(r"(.{1,64}?)\1+")
_ID_LENGTH = 9
"""The only length that one provider (Mistral) takes."""


def cleaned(
    response: ModelResponse, before: Iterable[ModelMessage], tools: Collection[str]
) -> ModelResponse:
    """Replace what no store takes, ids of calls that were given before, and repeated names.

    Some servers number the calls of each answer from 0. Some repeat a tool's name with each piece
    of a stream, and the library puts the pieces together.
    """
    parts = [part for message in before for part in message.parts]
    used = {part.tool_call_id for part in parts if isinstance(part, ToolCallPart)}
    return replace(response, parts=[_cleaned(part, used, tools) for part in response.parts])


def _cleaned(part: Any, used: set[str], tools: Collection[str]) -> Any:
    match part:
        case ToolCallPart():
            return _cleaned_call(part, used, tools)
        case TextPart(content=content) | ThinkingPart(content=content):
            return replace(part, content=storable(content))
    return part


def _cleaned_call(part: ToolCallPart, used: set[str], tools: Collection[str]) -> ToolCallPart:
    call_id = part.tool_call_id
    if not call_id or call_id in used:
        call_id = uuid4().hex[:_ID_LENGTH]
    used.add(call_id)
    args = storable_json(part.args) if isinstance(part.args, str) else storable_value(part.args)
    return replace(part, tool_name=_name(part.tool_name, tools), args=args, tool_call_id=call_id)


def _name(name: str, tools: Collection[str]) -> str:
    once = None if name in tools else _REPEATED.fullmatch(name)
    return once[1] if once and once[1] in tools else name
