"""Why the questions of a labelled thread count as answered: what was said to them, weighed."""

from collections.abc import Iterator

from bot.investigators.brief.answers import Conversation
from bot.investigators.brief.asked import OpenQuestion
from bot.investigators.brief.evidence import Evidence, Sign
from bot.investigators.brief.exchange import Exchange
from bot.investigators.brief.reading import read_entries
from bot.investigators.brief.weights import ENOUGH, WEIGHTS, weight_of
from tests.evals.labelled import LabelledThread
from tests.evals.written import written

_BEST = 3


def explained(thread: LabelledThread) -> Iterator[str]:
    """Yield lines: the questions of a thread in order, and what was said to them."""
    conversation = Conversation.of(read_entries(thread.messages, frozenset()))
    lines: dict[int, list[tuple[float, str]]] = {}
    for statement in conversation.statements:
        for exchange in conversation.candidates(statement):
            lines.setdefault(id(exchange.question), []).append(_line(exchange))
        conversation.take_in(statement)
    for question in conversation.asked:
        yield f"{_head(question)} {question.text}"
        for _, line in sorted(lines.get(id(question), ()), reverse=True)[:_BEST]:
            yield f"    {line}"


def _head(question: OpenQuestion) -> str:
    return "answered" if question.answer else "OPEN    "


def _line(exchange: Exchange) -> tuple[float, str]:
    found = sorted(exchange.evidence(), key=written)
    weight = weight_of(found)
    told = " ".join(f"{written(it)} {WEIGHTS.get(it, _unweighed(it))}" for it in found)
    score = "never" if weight is None else f"{weight:.1f} of {ENOUGH}"
    said = exchange.said.text.replace("\n", " ")[:60]
    return -99.0 if weight is None else weight, f"{score}: “{said}” {told}"


def _unweighed(sign: Sign) -> str:
    return "never" if isinstance(sign, Evidence) else "0"
