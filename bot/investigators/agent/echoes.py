"""Takes out of an answer what the model repeats of our complaints: they are not for people."""

import re
from collections.abc import Sequence
from typing import Any

from bot.investigators.agent.output import Fact, Hypothesis, Reply, Report, Sentence

_NOT_A_WORD = re.compile(r"\W+")
NOTHING_SAID = "…"
"""The rest of a reply that was only a complaint."""
_RUN = 5
"""Words; a shorter piece of a complaint can be anybody's words."""


def without_complaints(answer: Any, complaints: Sequence[str]) -> Any:
    """Return the answer without the parts that repeat a complaint."""
    told = frozenset().union(*map(_runs, complaints))
    if not told:
        return answer
    if isinstance(answer, Reply) and _repeats(answer.text, told):
        return answer.model_copy(update={"text": NOTHING_SAID, "evidence": []})
    if isinstance(answer, Report):
        kept = {
            name: [item for item in getattr(answer, name) if not _repeats(_text(item), told)]
            for name in ("summary", "facts", "hypotheses", "unknown", "next_steps")
        }
        return answer.model_copy(update=kept)
    return answer


def _text(item: str | Fact | Hypothesis | Sentence) -> str:
    return item if isinstance(item, str) else item.text


def _repeats(text: str, told: frozenset[str]) -> bool:
    """Tell whether most of a text is made of runs of words out of the complaints."""
    runs = _runs(text)
    return bool(runs) and len(runs & told) * 2 >= len(runs)


def _runs(text: str) -> frozenset[str]:
    """Return all runs of five words."""
    said = _NOT_A_WORD.sub(" ", text.casefold()).split()
    return frozenset(" ".join(said[place : place + _RUN]) for place in range(len(said) - _RUN + 1))
