"""The turns that may run at once: in all, and of one author."""

import asyncio
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Self

from bot.load import Load
from bot.messages import OF_ALERTS, QUESTIONS
from session import Message, NewMessage

NOBODY = ""
"""The author of work that counts against nobody's own limit: a stop, an answer to be posted."""
ALERTS = "alerts"
"""The one author of all alerts, for which everybody else's turn comes first."""


class Slot:
    """One of the turns that may run at once; leaving it gives it back."""

    def __init__(self, slots: "Slots", author_id: str) -> None:
        self._slots: Slots | None = slots
        self._author_id = author_id

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        slots, self._slots = self._slots, None
        if slots is not None:
            slots.give_back(self._author_id)

    def taken_over(self) -> "Slot":
        """Return the slot to its new owner; leaving this one does nothing any more."""
        slots, self._slots = self._slots, None
        assert slots is not None, "a slot is taken over once"
        return Slot(slots, self._author_id)


@dataclass(eq=False, slots=True)
class Waiter:
    """A session that waits for a slot, in the name of each author who asked in it meanwhile."""

    granted: asyncio.Future[str] = field(default_factory=asyncio.Future)
    """Whose slot it got."""
    authors: list[str] = field(default_factory=list)


class Slots:
    """As many as turns may run at once; one author's sessions take their turn with others'.

    Of one author at most `per_author` run (0: any number). More of theirs wait while others' pass.
    """

    def __init__(self, count: int, *, per_author: int = 0) -> None:
        self._free = count
        self._per_author = per_author
        self._running: Counter[str] = Counter()
        self._queues: OrderedDict[str, dict[Waiter, None]] = OrderedDict()

    def try_take(self, author_id: str = NOBODY) -> Slot | None:
        """Take a slot if the author may have one now."""
        if not self._free or self._is_at_limit(author_id):
            return None
        self._free -= 1
        self._running[author_id] += 1
        return Slot(self, author_id)

    async def take(self, author_id: str, waiter: Waiter) -> Slot:
        """Wait for a slot and take it."""
        self.wait_for(author_id, waiter)
        try:
            return Slot(self, await waiter.granted)
        except asyncio.CancelledError:
            self._drop(waiter)
            if waiter.granted.done() and not waiter.granted.cancelled():
                self.give_back(waiter.granted.result())
            raise

    def wait_for(self, author_id: str, waiter: Waiter) -> None:
        """Have a waiter wait in this author's name too: the name whose turn comes first counts."""
        if waiter.granted.done() or author_id in waiter.authors:
            return
        waiter.authors.append(author_id)
        self._queues.setdefault(author_id, {})[waiter] = None
        self._hand_out()

    def give_back(self, author_id: str) -> None:
        """Give a slot to the longest waiting one of the author whose turn it is."""
        self._free += 1
        self._running[author_id] -= 1
        if not self._running[author_id]:
            del self._running[author_id]
        self._hand_out()

    def load(self, author_id: str, waiter: Waiter | None = None) -> Load:
        """Count what runs, what waits, and what comes before a waiter."""
        return Load(
            running=self._running.total(),
            queued=len({waiter for queue in self._queues.values() for waiter in queue}),
            own_running=self._running[author_id],
            own_queued=len(self._queues.get(author_id, ())),
            is_at_own_limit=self._is_at_limit(author_id),
            ahead=self._ahead_of(waiter) if waiter is not None and waiter.authors else None,
        )

    def _ahead_of(self, waiter: Waiter) -> int:
        """Count those that get a slot before it, if nobody else comes."""
        return min(self._ahead_in(author_id, waiter) for author_id in waiter.authors)

    def _ahead_in(self, author_id: str, waiter: Waiter) -> int:
        """Count them by its place in one author's queue, of which each round serves one."""
        place = list(self._queues[author_id]).index(waiter)
        before, is_earlier = place, True
        for other, queue in self._queues.items():
            if other == author_id:
                is_earlier = False
            elif author_id == ALERTS:
                before += len(queue)
            elif other != ALERTS and not self._is_at_limit(other):
                before += min(len(queue), place + is_earlier)
        return before

    def _hand_out(self) -> None:
        while self._free and self._queues and (author_id := self._next_author()) is not None:
            waiter = next(iter(self._queues[author_id]))
            self._queues.move_to_end(author_id)
            self._drop(waiter)
            if not waiter.granted.done():  # else it is cancelled, and about to leave
                self._free -= 1
                self._running[author_id] += 1
                waiter.granted.set_result(author_id)

    def _next_author(self) -> str | None:
        may_run = [it for it in self._queues if not self._is_at_limit(it)]
        return min(may_run, key=lambda it: it == ALERTS, default=None)

    def _is_at_limit(self, author_id: str) -> bool:
        is_limited = bool(self._per_author) and author_id != NOBODY
        return is_limited and self._running[author_id] >= self._per_author

    def _drop(self, waiter: Waiter) -> None:
        for author_id in waiter.authors:
            queue = self._queues[author_id]
            del queue[waiter]
            if not queue:
                del self._queues[author_id]
        waiter.authors = []


def queue_of(message: NewMessage | Message) -> str:
    """Return in whose name a message waits for a slot: a stop waits for nobody's limit."""
    if message.kind in QUESTIONS:
        return message.author_id
    return ALERTS if message.kind in OF_ALERTS else NOBODY
