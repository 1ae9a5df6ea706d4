"""Facts about a whole thread: its most frequent words, and how fast people write."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from statistics import median

from bot.investigators.brief.statements import Statement

_LONG = 30
_USUAL = timedelta(minutes=2)
"""Between two messages of most threads."""
_FASTEST = 0.2


@dataclass(frozen=True, slots=True)
class Talk:
    """The manner of a thread."""

    common: frozenset[str] = frozenset()
    """Stems and roots that stand all over it, and tie nothing to anything."""
    pace: float = 1.0
    """How long people take, as a share of what is usual: less than 1 where they are faster."""

    @classmethod
    def of(cls, statements: Sequence[Statement]) -> "Talk":
        """Read it from what people say."""
        return cls(_common(statements), _pace(statements))


def _common(statements: Sequence[Statement]) -> frozenset[str]:
    words = Counter(it for statement in statements for it in statement.stems)
    beginnings = Counter(it for statement in statements for it in statement.roots)
    most = len(statements) // 8
    often = {it for it, count in words.items() if count > most and len(statements) >= _LONG}
    return frozenset(often | {it for it, count in beginnings.items() if count > max(3, most)})


def _pace(statements: Sequence[Statement]) -> float:
    gaps = [(after.entry.when - it.entry.when) / _USUAL for it, after in pairwise(statements)]
    return min(1.0, max(_FASTEST, median(gaps))) if gaps else 1.0
