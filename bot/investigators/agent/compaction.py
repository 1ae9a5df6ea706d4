"""Keeps a conversation with the model within its context window."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic_ai.messages import (
    CompactionPart,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from bot.investigators.agent import words
from bot.investigators.agent.images import IMAGE_CHARACTERS, text_of_prompt

CHARACTERS_PER_TOKEN = 4
FULL_AT = 0.6
_WHOLE_TURNS = 2
_NEWEST_RESULTS = 4
ATTEMPT = "."
"""Stands between a turn's id and the number of the run in it."""
_LINE = 160
_SHORT_PROMPT = 4_000
_LONGEST_SUMMARY = 12_000
_LONGEST_SAID = 1_500


def turn_of(message: ModelMessage) -> str | None:
    """Return the turn to which a message belongs; a turn may take several runs."""
    return message.run_id.rpartition(ATTEMPT)[0] if message.run_id else None


def characters_in(messages: Sequence[ModelMessage]) -> int:
    """Count what a request holds, instructions aside."""
    return sum(_size(part) for message in messages for part in message.parts)


def _size(part: Any) -> int:
    content = getattr(part, "args", None) or getattr(part, "content", "") or ""
    if isinstance(part, UserPromptPart) and not isinstance(content, str):
        return sum(len(it) if isinstance(it, str) else IMAGE_CHARACTERS for it in content)
    return len(content) if isinstance(content, str) else len(str(content))


def compacted(messages: Sequence[ModelMessage], *, window: int) -> list[ModelMessage]:
    """Return the messages, shortened step by step until they fill 60 % of the window.

    First results older than two turns become a line each, then older turns one summary, then the
    older results of this turn a line each. What a tool search found stays as it is.
    """
    most = int(window * CHARACTERS_PER_TOKEN * FULL_AT)
    shortened = list(messages)
    steps: tuple[Callable[[list[ModelMessage]], list[ModelMessage]], ...] = (
        _older_results_short,
        summarised,
        _this_turns_results_short,
        _all_but_the_newest_result_short,
        _prompts_short,
        _all_results_short,
    )
    for step in steps:
        if characters_in(shortened) <= most:
            break
        shortened = step(shortened)
    return shortened


def _older_results_short(messages: list[ModelMessage]) -> list[ModelMessage]:
    recent = set(_turns(messages)[-_WHOLE_TURNS:])
    return [it if turn_of(it) in recent else _with_short_results(it) for it in messages]


def _this_turns_results_short(messages: list[ModelMessage]) -> list[ModelMessage]:
    return _short_but_newest(messages, _NEWEST_RESULTS)


def _all_but_the_newest_result_short(messages: list[ModelMessage]) -> list[ModelMessage]:
    return _short_but_newest(messages, 1)


def _all_results_short(messages: list[ModelMessage]) -> list[ModelMessage]:
    return _short_but_newest(messages, 0)


def _prompts_short(messages: list[ModelMessage]) -> list[ModelMessage]:
    """Keep a prompt's head and its longer tail, where the question stands, and no image."""
    return [
        replace(it, parts=[_short_prompt(part) for part in it.parts])
        if isinstance(it, ModelRequest)
        else it
        for it in messages
    ]


def _short_prompt(part: Any) -> Any:
    if not isinstance(part, UserPromptPart):
        return part
    text = text_of_prompt(part.content)
    if len(text) <= _SHORT_PROMPT:
        return replace(part, content=text)
    head, tail = text[: _SHORT_PROMPT // 4], text[-_SHORT_PROMPT * 3 // 4 :]
    return replace(part, content=f"{head}\n(… left out …)\n{tail}")


def _short_but_newest(messages: list[ModelMessage], newest: int) -> list[ModelMessage]:
    holding = [place for place, it in enumerate(messages) if _has_results(it)]
    keep = set(holding[len(holding) - newest :])
    return [
        _with_short_results(it) if place in holding and place not in keep else it
        for place, it in enumerate(messages)
    ]


def _has_results(message: ModelMessage) -> bool:
    return any(isinstance(part, ToolReturnPart) for part in message.parts)


def _turns(messages: Sequence[ModelMessage]) -> list[str | None]:
    return list(dict.fromkeys(turn_of(it) for it in messages))


def _with_short_results(message: ModelMessage) -> ModelMessage:
    if not isinstance(message, ModelRequest):
        return message
    return replace(message, parts=[_short(part) for part in message.parts])


def _short(part: Any) -> Any:
    if not isinstance(part, ToolReturnPart) or part.tool_kind is not None:
        return part
    text = part.content if isinstance(part.content, str) else str(part.content)
    if len(text) <= _LINE + 40:
        return part
    return replace(part, content=f"{' '.join(text[:_LINE].split())} … (shortened; call it again)")


def summarised(messages: list[ModelMessage]) -> list[ModelMessage]:
    """Replace all turns but the newest by one summary: what was asked, and what was answered."""
    turns = _turns(messages)
    older = [it for it in messages if turn_of(it) != turns[-1]]
    newest = [it for it in messages if turn_of(it) == turns[-1]]
    if not older:
        return messages
    text = "\n".join(_said(older))[-_LONGEST_SUMMARY:]
    summary = ModelRequest(parts=[CompactionPart(content=text)], run_id=older[-1].run_id)
    return [summary, *newest]


def _said(messages: Sequence[ModelMessage]) -> Iterator[str]:
    for message in messages:
        for part in message.parts:
            match part:
                case UserPromptPart():
                    yield f"Told to you: {text_of_prompt(part.content)[-_LONGEST_SAID:]}"
                case CompactionPart(content=str() as content):
                    yield content
                case ToolCallPart() if isinstance(message, ModelResponse):
                    yield f"You called {part.tool_name}: {part.args_as_json_str()[:_LONGEST_SAID]}"


def left_out(whole: Sequence[ModelMessage], kept: Sequence[ModelMessage]) -> list[str]:
    """Say what of a conversation a shortened one does not hold, for people."""
    still = {it.tool_call_id: it.content for it in _returns(kept)}
    titles = [
        str((it.metadata or {}).get("title") or it.tool_name)
        for it in _returns(whole)
        if it.tool_call_id in still and still[it.tool_call_id] != it.content
    ]
    said = [words.result_left_out(title) for title in dict.fromkeys(titles)]
    if len(_turns(kept)) < len(_turns(whole)) or any(map(_is_summary, kept)):
        said.append(words.EARLIER_TURNS)
    before = _prompts(whole)
    if any(0 < size < before[turn] for turn, size in _prompts(kept).items()):
        said.append(words.LONG_MESSAGES)
    return said


def _returns(messages: Sequence[ModelMessage]) -> list[ToolReturnPart]:
    return [part for it in messages for part in it.parts if isinstance(part, ToolReturnPart)]


def _is_summary(message: ModelMessage) -> bool:
    return any(isinstance(part, CompactionPart) for part in message.parts)


def _prompts(messages: Sequence[ModelMessage]) -> Counter[str | None]:
    """Count the characters of the prompts of each turn."""
    sizes: Counter[str | None] = Counter()
    for message in messages:
        prompts = [part for part in message.parts if isinstance(part, UserPromptPart)]
        sizes[turn_of(message)] += sum(map(_size, prompts))
    return sizes
