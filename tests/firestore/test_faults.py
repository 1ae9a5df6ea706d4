"""Commits are lost, refused, delayed and applied late; nothing is held or closed twice."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import grpc
import pytest

from session import (
    ANSWER,
    LockService,
    MessageState,
    NewMessage,
    Outcome,
    Receipt,
    Repository,
    Resolver,
    SessionId,
    StorageError,
    TurnEnd,
    request_scope,
)
from session.engines.firestore.repository import FirestoreRepository
from tests.conformance.examples import (
    a_message,
    answer,
    message,
    new_session,
    stored,
    thread,
)
from tests.support.grpc_proxy import Fate, Proxy

ROUNDS, WORKERS, THREADS = 25, 8, 3
UNAVAILABLE = grpc.StatusCode.UNAVAILABLE


def misfortune(seed: int) -> "Misfortune":
    return Misfortune(random.Random(seed))


@dataclass
class Misfortune:
    """Of all commits: a tenth is lost on the way there, a tenth on the way back, and so on."""

    dice: random.Random
    dealt: Counter[str] = field(default_factory=Counter)

    def __call__(self, method: str) -> Fate:
        if method != "Commit":
            return Fate()
        kind = self.dice.choice(["refused", "lost", "delayed", "late", *[""] * 6])
        self.dealt[kind] += 1
        match kind:
            case "refused":
                return Fate(before=UNAVAILABLE)
            case "lost":
                return Fate(after=UNAVAILABLE)
            case "delayed":
                return Fate(delay=self.dice.uniform(0.0, 0.1))
            case "late":
                return Fate(late=UNAVAILABLE, delay=self.dice.uniform(0.0, 0.3))
        return Fate()


@dataclass
class Story:
    """What the workers saw."""

    inside: dict[SessionId, str] = field(default_factory=dict)
    acquired: int = 0
    released: int = 0
    redeliveries: int = 0
    """Messages that were not taken in in time and came again, as Slack sends them."""


async def taken_in(
    resolver: Resolver, story: Story, place: str, new: NewMessage, locks: LockService
) -> Receipt:
    """Deliver a message until it is taken in, as Slack does."""
    while True:
        try:
            return await resolver.resolve_slack_session(
                thread(place), "U1", message=new, locks=locks
            )
        except StorageError:
            story.redeliveries += 1


async def one_mention(repository: Repository, story: Story, place: str, ts: str) -> None:
    """Take a mention in and, as the bot does, work as long as anything is open."""
    resolver, locks = Resolver(repository), LockService(repository)
    with request_scope():
        receipt = await taken_in(resolver, story, place, message(ts), locks)
        session_id = receipt.session.id
        lock = await locks.try_acquire(session_id)
        while lock is not None:
            story.acquired += 1
            assert session_id not in story.inside, "two at once"
            story.inside[session_id] = lock.holder_id
            waiting = await repository.open_messages(session_id)
            questions = [entry.id for entry in waiting if entry.kind != ANSWER]
            await lock.begin_turn(questions)
            await asyncio.sleep(0)
            reply = answer(f"answer of {lock.claim.turn_id}")
            await lock.finish_turn(
                TurnEnd(outcome=Outcome.ANSWERED, message_ids=tuple(questions), answer=reply)
            )
            del story.inside[session_id]
            if await lock.release(delivered=reply.id):
                story.released += 1
            if not await repository.open_messages(session_id):
                return
            lock = await locks.try_acquire(session_id)


@pytest.fixture
async def connections(proxy: Proxy, project: str) -> AsyncIterator[list[FirestoreRepository]]:
    opened = [await FirestoreRepository.open(project) for _ in range(2)]
    yield opened
    for repository in opened:
        await repository.aclose()


async def test_hundreds_of_mentions_survive_every_kind_of_fault(
    proxy: Proxy, connections: list[FirestoreRepository]
) -> None:
    story, fate = Story(), misfortune(20261123)
    proxy.oracle = fate

    async def worker(number: int) -> None:
        for turn in range(ROUNDS):
            place, ts = f"171{(number + turn) % THREADS}.1", f"1712.{number}.{turn}"
            await one_mention(connections[number % 2], story, place, ts)

    await asyncio.gather(*(worker(number) for number in range(WORKERS)))
    assert min(fate.dealt[kind] for kind in ("refused", "lost", "delayed", "late")) > 50
    await asyncio.sleep(0.4)
    proxy.oracle = lambda method: Fate()

    assert story.acquired == story.released, "each release is counted, and once"
    fences, questions = 0, 0
    for place in range(THREADS):
        session = await stored(connections[0], new_session(f"171{place}.1").id)
        fences += session.fence
        assert session.lease is None
        await assert_each_answered_once(connections[0], session.id)
        entries = await connections[0].timeline(session.id)
        questions += sum(entry.kind == "question" for entry in entries)
    assert questions == WORKERS * ROUNDS, "no message is lost or doubled"
    unknown = fences - story.acquired
    assert 0 <= unknown <= story.redeliveries, "no acquisition that nobody knows of"


async def assert_each_answered_once(repository: Repository, session_id: SessionId) -> None:
    entries = await repository.timeline(session_id)
    turns = {turn.id: turn for turn in await repository.turns(session_id)}
    ended = Counter(id for turn in turns.values() for id in turn.message_ids)
    for entry in entries:
        assert entry.state is MessageState.CLOSED
        if entry.kind != ANSWER:
            assert (entry.outcome, ended[entry.id]) == (Outcome.ANSWERED, 1)
            assert entry.turn_id is not None
            assert entry.id in turns[entry.turn_id].message_ids
    answers = Counter(entry.turn_id for entry in entries if entry.kind == ANSWER)
    ran = {id for id, turn in turns.items() if turn.outcome == Outcome.ANSWERED}
    assert answers == Counter(ran), "one answer a turn"


async def test_all_mentions_are_there(
    proxy: Proxy, connections: list[FirestoreRepository]
) -> None:
    proxy.oracle = misfortune(7)
    await asyncio.gather(*(a_message(connections[n % 2], f"1712.{n}") for n in range(30)))
    proxy.oracle = lambda method: Fate()
    assert len(await connections[0].open_messages(new_session().id)) == 30
