"""Events that meet while one is taken in: the first of two twins does the work for both.

A reply that comes right behind its thread's first mention waits for it. A message whose deletion
came first is left alone.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Generic, NamedTuple, TypeVar

from bot.intake.admission import lacks_session
from bot.intake.incoming import Incoming
from bot.intake.rules import Rule, Ruling
from bot.slack.addresses import sent_at
from session import Bounded, MessageId, Repository, SlackThread

T = TypeVar("T")

_REMEMBERED = 4_000
"""Twins that are done; Slack sends both events of a mention within a moment."""

_DELETIONS = 4_000
"""Deletions of what is not stored: Slack may send one before the message itself."""
PAUSE = 1.0
"""Seconds, of the three that Slack waits for an ack."""
_LOOK_AGAIN_AFTER = (2.0, 8.0, 60.0, 330.0)
"""Seconds between looks: Slack sends a message that nobody acked again at once, and after one and
five minutes more."""
_MOST_AWAITED = 100
_YOUNG = timedelta(seconds=10)
"""Since the thread's root: its first mention may be under way on another instance."""


class _Done(NamedTuple, Generic[T]):
    result: T


class Twins(Generic[T]):
    """Runs the work of the first of several calls with one key; the others get its result."""

    def __init__(self, counts: Callable[[T], bool] = lambda _: True) -> None:
        """`counts` looks at a result and tells whether the twins may have it too."""
        self._counts = counts
        self._under_way: dict[str, asyncio.Future[_Done[T] | None]] = {}
        self._done: Bounded[str, _Done[T]] = Bounded(_REMEMBERED)

    async def once(self, key: str, work: Callable[[], Awaitable[T]]) -> T:
        """Run the work once per key, and give its result to the twins too.

        If the first one fails, or its result does not count, its twins each try by themselves.
        """
        done, first = self._done.get(key), self._under_way.get(key)
        if done is None and first is not None:
            done = await asyncio.shield(first)
        if done is not None:
            return done.result
        under_way = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            result = await work()
            if self._counts(result):
                done = self._done[key] = _Done(result)
            return result
        finally:
            under_way.set_result(done)
            if self._under_way.get(key) is under_way:
                del self._under_way[key]


class FirstMentions:
    """Knows in which threads a mention is being taken in right now."""

    def __init__(self) -> None:
        self._counts: Counter[SlackThread] = Counter()
        self._ended = asyncio.Event()

    @contextmanager
    def under_way(self, incoming: Incoming) -> Iterator[None]:
        """Note that a message is being taken in that may be its thread's first mention."""
        if not incoming.asks:
            yield
            return
        thread = incoming.thread
        self._counts[thread] += 1
        try:
            yield
        finally:
            self._counts[thread] -= 1
            if not self._counts[thread]:
                del self._counts[thread]
            self._ended.set()
            self._ended = asyncio.Event()

    async def ruled(
        self, incoming: Incoming, rule: Callable[[Incoming], Awaitable[Ruling]]
    ) -> Ruling:
        """Rule on a message, and again if it may come right behind its thread's first mention."""
        ruling = await rule(incoming)
        if lacks_session(ruling) and await self._wait_for(incoming):
            return await rule(incoming)
        return ruling

    async def _wait_for(self, reply: Incoming) -> bool:
        """Wait for the mention that a reply may follow; False if there can hardly be one."""
        if not reply.is_reply:
            return False
        itself = int(reply.asks)
        is_here = self._counts[reply.thread] > itself
        if not is_here and reply.sent_at - sent_at(reply.thread.thread_ts) > _YOUNG:
            return False
        try:
            async with asyncio.timeout(PAUSE):
                while self._counts[reply.thread] > itself or not is_here:
                    await self._ended.wait()
        except TimeoutError:
            pass
        return True


class EarlyDeletions:
    """Knows of deletions that came before their message was stored: Slack keeps no order."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._deleted: Bounded[MessageId, None] = Bounded(_DELETIONS)
        self._awaited = 0

    def note(self, message_id: MessageId) -> None:
        """Remember a deletion: its message is left alone if it comes."""
        self._deleted[message_id] = None

    async def await_elsewhere(self, message_id: MessageId) -> bool:
        """Look for the message for some minutes, and blank it if another instance stores it.

        Tell whether it did. Of very many deletions at once not all are awaited.
        """
        if self._awaited >= _MOST_AWAITED:
            return False
        self._awaited += 1
        try:
            for seconds in _LOOK_AGAIN_AFTER:
                await asyncio.sleep(seconds)
                if await self._repository.blank_message(message_id):
                    return True
            return False
        finally:
            self._awaited -= 1

    async def heeded(
        self, incoming: Incoming, take_in: Callable[[Incoming], Awaitable[Ruling]]
    ) -> Ruling:
        """Take a message in, unless it is deleted. If its deletion comes meanwhile, blank it."""
        if incoming.message_id in self._deleted:
            return Ruling(rule=Rule.DELETED)
        ruling = await take_in(incoming)
        if incoming.message_id in self._deleted:
            await self._repository.blank_message(incoming.message_id)
        return ruling
