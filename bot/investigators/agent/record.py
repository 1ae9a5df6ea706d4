"""The record of a turn's tool calls: for repetitions, for the audit, for what was found so far."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.investigators.agent.clean import shown, storable_value

_LONGEST_ARGUMENTS = 300
_MOST_REPETITIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it ran."""

    tool: str
    arguments: str
    """JSON, without secrets, cut."""
    handle: str
    outcome: str
    """`done`, `empty`, `failed` or `unknown` (a write that did not return)."""
    milliseconds: int
    server: str = ""
    is_of_conversation: bool = False
    first_line: str = ""
    id: str = ""
    """The provider's id of it."""

    @property
    def title(self) -> str:
        """How people know it: `query_logs(service=checkout)`."""
        return title_of(self.tool, self.arguments)

    def as_json(self) -> dict[str, Any]:
        """Return what the audit keeps of it."""
        return {
            "tool": self.tool,
            "arguments": self.arguments,
            "outcome": self.outcome,
            "ms": self.milliseconds,
        }


@dataclass(slots=True)
class Record:
    """All calls of a turn, and which tools have repeated themselves too often."""

    calls: list[Call] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    """Tools that the model gets no more in this turn."""
    _results: dict[tuple[str, str], tuple[str, str, int]] = field(default_factory=dict)

    @property
    def has_result(self) -> bool:
        """Whether any tool succeeded that looks at more than this conversation."""
        return any(
            call.outcome in {"done", "empty"} and not call.is_of_conversation
            for call in self.calls
        )

    def repeats(self, tool: str, arguments: str, text: str) -> str | None:
        """Return the handle of the same result of the same call, and count the repetition.

        After the second unchanged one the tool is withdrawn.
        """
        known = self._results.get((tool, arguments))
        if known is None or known[1] != text:
            return None
        handle, _, repetitions = known
        self._results[tool, arguments] = (handle, text, repetitions + 1)
        if repetitions + 1 >= _MOST_REPETITIONS:
            self.withdrawn.add(tool)
        return handle

    def remember(self, tool: str, arguments: str, handle: str, text: str) -> None:
        """Keep a result to compare the next one with."""
        self._results[tool, arguments] = (handle, text, 0)

    def as_audit(self) -> list[dict[str, Any]]:
        """Return the calls as the audit keeps them."""
        return [call.as_json() for call in self.calls]

    def something_changed(self) -> None:
        """Forget repetitions: after a write, failed or not, a question may have another answer."""
        self._results.clear()
        self.withdrawn.clear()


def canonical(arguments: Mapping[str, Any]) -> str:
    """Write arguments so that equal ones are equal text."""
    return json.dumps(
        storable_value(dict(arguments)), sort_keys=True, default=str, ensure_ascii=False
    )


def for_people(arguments: Mapping[str, Any]) -> str:
    """Write arguments as the audit and people see them."""
    text = shown(canonical(arguments))
    return text if len(text) <= _LONGEST_ARGUMENTS else text[: _LONGEST_ARGUMENTS - 1] + "…"


def title_of(tool: str, arguments: str) -> str:
    """Name a call by its tool and arguments."""
    try:
        pairs = json.loads(arguments).items()
    except (ValueError, AttributeError):
        return f"{tool}({arguments})"
    inside = ", ".join(f"{key}={value}" for key, value in pairs)
    return f"{tool}({inside})" if len(inside) <= 120 else f"{tool}({inside[:119]}…)"
