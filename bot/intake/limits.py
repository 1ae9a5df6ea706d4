"""Counts the questions of each person and each channel, against the limits of an hour."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.intake.incoming import Incoming
from bot.intake.rules import Rule, Ruling
from bot.messages import QUESTIONS
from session import Bounded, MessageId

HOUR = 3600.0
REMEMBERED = 20_000
"""Questions within the hour, those that were asked last; beyond that the limits are lenient."""
_REFUSED = 4_000

_Bucket = tuple[Rule, bool, str]
"""Which limit, whether plain replies are left out of it, and whose it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitReached:
    """The limit that a person or a channel has met, for the line that tells so."""

    rule: Rule
    most: int
    seconds: float
    """How long until there is room for one more."""


class QuestionLimits:
    """Counts in this process alone, and from its start on: N instances let N times as much pass.

    A question counts once, whatever becomes of it: its twin and its redelivery go the same way.
    Plain replies, which ask nobody, are counted apart by the same figures.
    """

    def __init__(
        self, *, per_person: int, per_channel: int, monotonic: Callable[[], float]
    ) -> None:
        """Limit questions an hour; 0 means no limit. `monotonic` counts seconds."""
        self._most = {Rule.PERSON_LIMIT: per_person, Rule.CHANNEL_LIMIT: per_channel}
        self._monotonic = monotonic
        self._asked: OrderedDict[MessageId, tuple[float, tuple[_Bucket, ...]]] = OrderedDict()
        self._counts: Counter[_Bucket] = Counter()
        self._refused: Bounded[MessageId, Rule] = Bounded(_REFUSED)

    def applied_to(self, ruling: Ruling, incoming: Incoming) -> Ruling:
        """Count a question, or return the ruling by which it is one too many."""
        message_id = incoming.message_id
        self._forget_what_is_old()
        if ruling.kind not in QUESTIONS or message_id in self._asked:
            return ruling
        buckets = self._buckets(incoming)
        rule = self._refused.get(message_id) or self._reached(buckets)
        if rule is not None:
            self._refused[message_id] = rule
            return Ruling(rule=rule)
        if buckets:
            self._asked[message_id] = self._monotonic(), buckets
            self._counts.update(buckets)
        return ruling

    def reached(self, incoming: Incoming, rule: Rule) -> LimitReached:
        """Say how much may be asked, and when the next question has room."""
        mine = next(it for it in self._buckets(incoming) if it[0] is rule)
        first = next((at for at, buckets in self._asked.values() if mine in buckets), None)
        left = 0.0 if first is None else first + HOUR - self._monotonic()
        return LimitReached(rule=rule, most=self._most[rule], seconds=max(left, 0.0))

    def _reached(self, buckets: Iterable[_Bucket]) -> Rule | None:
        for bucket in buckets:
            if self._counts[bucket] >= self._most[bucket[0]]:
                return bucket[0]
        return None

    def _buckets(self, incoming: Incoming) -> tuple[_Bucket, ...]:
        """Name what is limited and counts a question."""
        whose = {Rule.PERSON_LIMIT: incoming.user_id, Rule.CHANNEL_LIMIT: incoming.channel_id}
        asks = incoming.asks
        return tuple((rule, asks, whose[rule]) for rule, most in self._most.items() if most)

    def _forget_what_is_old(self) -> None:
        until = self._monotonic() - HOUR
        while self._asked:
            at, buckets = next(iter(self._asked.values()))
            if at > until and len(self._asked) < REMEMBERED:
                return
            self._asked.popitem(last=False)
            self._counts.subtract(buckets)
            for bucket in buckets:
                if not self._counts[bucket]:
                    del self._counts[bucket]
