"""Of any number of simultaneous callers exactly one wins."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

import pytest

from session import Lease, Outcome, Receipt, Repository, TurnEnd
from tests.conformance.examples import (
    TTL,
    a_message,
    a_session,
    acquired,
    asks,
    claim_of,
    message,
    message_id,
    new_session,
    stored,
    stored_message,
    thread,
)
from tests.conformance.harness import Harness

T = TypeVar("T")

TASKS = 50
CONNECTIONS = 4


@pytest.fixture
async def connections(harness: Harness) -> list[Repository]:
    return [await harness.connect() for _ in range(CONNECTIONS)]


async def together(
    connections: Sequence[Repository],
    act: Callable[[Repository, int], Awaitable[T]],
    *,
    tasks: int = TASKS,
) -> list[T]:
    """Let many tasks act at the same moment, spread over the connections."""
    start = asyncio.Event()

    async def one(number: int) -> T:
        await start.wait()
        return await act(connections[number % len(connections)], number)

    waiting = [asyncio.ensure_future(one(number)) for number in range(tasks)]
    await asyncio.sleep(0)
    start.set()
    return list(await asyncio.gather(*waiting))


def winners(leases: Iterable[Lease | None]) -> list[Lease]:
    return [lease for lease in leases if lease is not None]


async def test_one_of_fifty_creates_the_session(connections: list[Repository]) -> None:
    made = await together(
        connections, lambda store, n: store.create_session(new_session(user=f"U{n}"))
    )
    assert [created for _, created in made].count(True) == 1
    (creator,) = (session for session, created in made if created)
    assert {(session.id, session.user_id, session.created_at) for session, _ in made} == {
        (creator.id, creator.user_id, creator.created_at)
    }


async def test_one_of_fifty_acquires_a_free_session(connections: list[Repository]) -> None:
    session = await a_session(connections[0])
    got = winners(
        await together(
            connections, lambda store, n: store.acquire_lease(session.id, asks(f"req_{n}"))
        )
    )
    (winner,) = got
    assert winner == (await stored(connections[-1], session.id)).lease
    assert winner.fence == 1


async def test_one_of_fifty_takes_over_an_expired_session(
    harness: Harness, connections: list[Repository]
) -> None:
    session = await a_session(connections[0])
    await acquired(connections[0], session.id, "req_late")
    await harness.advance(TTL)
    got = winners(
        await together(
            connections, lambda store, n: store.acquire_lease(session.id, asks(f"req_{n}"))
        )
    )
    (winner,) = got
    assert winner.fence == 2


async def test_nobody_acquires_a_held_session(connections: list[Repository]) -> None:
    session = await a_session(connections[0])
    await acquired(connections[0], session.id, "req_first")
    got = await together(
        connections, lambda store, n: store.acquire_lease(session.id, asks(f"req_{n}"))
    )
    assert winners(got) == []


async def test_twins_of_one_message_are_stored_once(connections: list[Repository]) -> None:
    receipts = await together(
        connections,
        lambda store, n: store.take_in(new_session(user=f"U{n}"), message(text=f"{n}")),
    )
    assert [receipt.is_new for receipt in receipts].count(True) == 1
    assert [receipt.created for receipt in receipts].count(True) == 1
    (first,) = (receipt for receipt in receipts if receipt.is_new)
    assert first.created, "the session came with the message"
    assert {receipt.message.text for receipt in receipts} == {first.message.text}
    assert list(await connections[0].timeline(first.session.id)) == [first.message]


async def test_twins_of_one_message_take_the_lease_at_most_once(
    connections: list[Repository],
) -> None:
    receipts = await together(
        connections,
        lambda store, n: store.take_in(new_session(), message(), lease=asks(f"req_{n}")),
    )
    claims = [receipt.claim for receipt in receipts if receipt.claim is not None]
    assert len(claims) <= 1
    session = await stored(connections[0], new_session().id)
    assert session.fence == len(claims)
    assert all(receipt.is_new for receipt in receipts if receipt.claim)
    for claim in claims:
        assert claim == claim_of(session)


async def test_of_fifty_messages_all_are_stored_and_at_most_one_takes_the_lease(
    connections: list[Repository],
) -> None:
    receipts: list[Receipt] = await together(
        connections,
        lambda store, n: store.take_in(
            new_session(), message(f"1712.{n}"), lease=asks(f"req_{n}")
        ),
    )
    assert all(receipt.is_new for receipt in receipts)
    assert [receipt.created for receipt in receipts].count(True) == 1
    assert sum(receipt.claim is not None for receipt in receipts) <= 1
    open_ids = {entry.id for entry in await connections[0].open_messages(new_session().id)}
    assert open_ids == {message_id(f"1712.{n}") for n in range(TASKS)}


async def test_one_message_for_two_threads_is_stored_in_one(connections: list[Repository]) -> None:
    receipts = await together(
        connections,
        lambda store, n: store.take_in(new_session(f"171{n % 2}.1"), message("1712.9")),
    )
    assert [receipt.is_new for receipt in receipts].count(True) == 1
    homes = Counter(receipt.session.id for receipt in receipts)
    assert len(homes) == 1
    (home,) = await connections[0].scan_sessions()
    assert [home.id] == list(homes)


async def test_creating_and_taking_in_at_once_makes_one_session(
    connections: list[Repository],
) -> None:
    async def either(repository: Repository, number: int) -> bool:
        if number % 2:
            return (await repository.create_session(new_session()))[1]
        return (await repository.take_in(new_session(), message(f"1712.{number}"))).created

    assert (await together(connections, either)).count(True) == 1
    assert len(await connections[0].open_messages(new_session().id)) == TASKS / 2


async def test_a_lease_is_released_once(connections: list[Repository]) -> None:
    session = await a_session(connections[0])
    claim = await acquired(connections[0], session.id)
    released = await together(connections, lambda store, _: store.release_lease(claim))
    assert released.count(True) == 1


async def test_messages_that_arrive_while_a_turn_ends_stay_open(
    connections: list[Repository],
) -> None:
    question = await a_message(connections[0])
    claim = await acquired(connections[0], question.session_id)
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,), release=True)

    async def finish_or_write(repository: Repository, number: int) -> None:
        if number == TASKS // 2:
            await repository.finish_turn(claim, end)
        else:
            await repository.take_in(new_session(), message(f"1713.{number}"))

    await together(connections, finish_or_write)
    waiting = await connections[0].open_messages(question.session_id)
    assert len(waiting) == TASKS - 1
    assert not (await stored_message(connections[0], question.id)).is_open
    session = await stored(connections[0], question.session_id)
    assert (session.lease, session.fence) == (None, 1)
    assert session.thread == thread()


async def test_workers_of_one_session_take_turns(connections: list[Repository]) -> None:
    """Each tries until it had its turn; two are never in it, and each has a fence of its own."""
    session = await a_session(connections[0])
    inside: list[int] = []
    fences: list[int] = []

    async def work(repository: Repository, number: int) -> None:
        while True:
            held = await repository.acquire_lease(session.id, asks(f"req_{number}"))
            if held is not None:
                break
            await asyncio.sleep(0.002)
        inside.append(number)
        assert inside == [number]
        fences.append(held.fence)
        await asyncio.sleep(0)
        inside.remove(number)
        assert await repository.release_lease(held.claim_on(session.id))

    await together(connections, work, tasks=12)
    assert fences == list(range(1, 13))
