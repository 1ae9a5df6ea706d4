"""Messages that have to wait: an hourglass on each, one line for each author."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot import words
from bot.events import Kind
from bot.slack.people import People
from bot.slack.signals import Signals
from bot.turns.waiting import QUEUED_SECONDS, Waiting
from session import (
    Lock,
    LockService,
    NewMessage,
    Outcome,
    Receipt,
    Resolver,
    SlackThread,
    TurnEnd,
    request_scope,
)
from session.engines.memory import MemoryRepository
from simulator import Simulator
from simulator.values import Message as Posted
from tests.unit.bot.stories import SENT_AT, TTL, in_memory
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import connected, me_in


@dataclass(slots=True, kw_only=True)
class Queue:
    """A thread in which Ann's question is being worked on or waits."""

    slack: Simulator
    repository: MemoryRepository
    waiting: Waiting
    root: Posted
    thread: SlackThread

    async def take_in(self, posted: Posted, **changes: object) -> Receipt:
        """Store what somebody posted."""
        new = NewMessage(
            **{
                "id": posted.ts,
                "kind": "question",
                "author_id": posted.user,
                "text": posted.text,
                "sent_at": SENT_AT,
                "request_id": f"req_{posted.ts}",
                "attributes": {"ts": posted.ts},
                **changes,
            }  # type: ignore[arg-type]
        )
        resolver = Resolver(self.repository)
        return await resolver.resolve_slack_session(self.thread, "U", message=new)

    async def begin(self, *receipts: Receipt) -> Lock:
        """Begin a turn with these."""
        with request_scope("req_holder"):
            locks = LockService(self.repository, ttl=TTL, monotonic=now)
            lock = await locks.try_acquire(receipts[0].session.id)
        assert lock is not None
        await lock.begin_turn([one.message.id for one in receipts])
        return lock

    async def told(self, name: str) -> list[str]:
        return [one.text for one in await self.slack.ephemerals(name)]

    async def marked(self, posted: Posted) -> bool:
        return any(one.name == Signals.WAITING for one in await self.slack.reactions(posted))


@asynccontextmanager
async def a_queue() -> AsyncIterator[Queue]:
    async with Simulator.start() as slack, connected(slack) as client:
        root = await slack.user("ann").say("#incidents", "down?")
        me, repository = me_in(slack), in_memory()
        yield Queue(
            slack=slack,
            repository=repository,
            waiting=Waiting(repository, Signals(client), People(client, me, now)),
            root=root,
            thread=SlackThread(team_id=me.team_id, channel_id=root.channel, thread_ts=root.ts),
        )


@in_virtual_time
async def test_a_question_behind_a_turn_is_marked_and_its_author_told_once_a_turn() -> None:
    async with a_queue() as queue:
        await queue.begin(await queue.take_in(queue.root))
        posts = [await queue.slack.user("ben").reply(queue.root, f"and {n}?") for n in (1, 2)]
        for posted in posts:
            await queue.waiting.mark(await queue.take_in(posted))
        assert [await queue.marked(one) for one in posts] == [True, True]
        (told,) = await queue.told("ben")
        assert told.lower() == "i'm on ann's question; yours is next."


@in_virtual_time
async def test_who_waits_behind_themselves_is_told_so() -> None:
    async with a_queue() as queue:
        await queue.begin(await queue.take_in(queue.root))
        posted = await queue.slack.user("ann").reply(queue.root, "and?")
        await queue.waiting.mark(await queue.take_in(posted))
        assert await queue.told("ann") == [words.waiting_behind_yourself()]


@in_virtual_time
async def test_a_question_that_the_turn_took_up_is_not_marked() -> None:
    async with a_queue() as queue:
        receipt = await queue.take_in(queue.root)
        await queue.begin(receipt)
        await queue.waiting.mark(receipt)
        assert not await queue.marked(queue.root)


@in_virtual_time
async def test_a_question_that_waits_for_a_free_slot_is_marked_after_a_while() -> None:
    async with a_queue() as queue:
        receipt = await queue.take_in(queue.root)
        began = now()
        await queue.waiting.mark(receipt)
        assert now() - began >= QUEUED_SECONDS
        assert await queue.marked(queue.root)
        assert await queue.told("ann") == [words.QUEUED]


@in_virtual_time
async def test_a_question_that_is_taken_up_soon_is_not_marked() -> None:
    async with a_queue() as queue:
        receipt = await queue.take_in(queue.root)
        marking = asyncio.create_task(queue.waiting.mark(receipt))
        await asyncio.sleep(QUEUED_SECONDS / 2)
        await queue.begin(receipt)
        await marking
        assert not await queue.marked(queue.root)
        assert await queue.told("ann") == []


@in_virtual_time
async def test_a_mark_that_came_too_late_is_taken_off_again() -> None:
    async with a_queue() as queue:
        lock = await queue.begin(await queue.take_in(queue.root))
        posted = await queue.slack.user("ben").reply(queue.root, "and?")
        receipt = await queue.take_in(posted)

        class Closing(Signals):
            async def react(self, channel_id: str, ts: str, name: str) -> None:
                await lock.finish_turn(
                    TurnEnd(outcome=Outcome.ANSWERED, message_ids=(receipt.message.id,))
                )
                await super().react(channel_id, ts, name)

        async with connected(queue.slack) as client:
            people = People(client, me_in(queue.slack), now)
            late = Waiting(queue.repository, Closing(client), people)
            await late.mark(receipt)
        assert len(await queue.slack.api_calls("reactions.add")) == 1
        assert not await queue.marked(posted)


@in_virtual_time
async def test_a_request_to_stop_is_not_marked() -> None:
    async with a_queue() as queue:
        await queue.begin(await queue.take_in(queue.root))
        posted = await queue.slack.user("ben").reply(queue.root, "stop")
        receipt = await queue.take_in(posted, kind=Kind.STOP)
        await queue.waiting.mark(receipt)
        assert not await queue.marked(posted)
