"""Several processes on one store: one winner each, and what was acknowledged survives a kill."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from session import MessageId, MessageState, Outcome, Repository, TurnEnd
from tests.conformance.examples import (
    a_message,
    a_session,
    acquired,
    asks,
    long_record,
    stored,
    stored_message,
)
from tests.conformance.harness import Harness
from tests.conformance.processes import let_go, running, told_by
from tests.conformance.worker import MOVED_ID, SESSION_ID, TURNS
from tests.support.inbox import all_due

PROCESSES = 4


async def together(harness: Harness, act: str) -> list[Any]:
    """Let four processes act at the same moment, and collect what each of them reports."""
    async with AsyncExitStack() as stack:
        starting = [running(harness, act, f"worker{number}") for number in range(PROCESSES)]
        workers = [await stack.enter_async_context(worker) for worker in starting]
        await let_go(*workers)
        told = await asyncio.gather(*(told_by(worker) for worker in workers))
        await let_go(*workers)
        assert [await worker.wait() for worker in workers] == [0] * PROCESSES
        return list(told)


async def test_one_task_of_one_process_creates_the_session(shared: Harness) -> None:
    made = [report for told in await together(shared, "create") for report in told]
    assert len(made) == PROCESSES * shared.crowd
    assert [created for _, _, created in made].count(True) == 1
    assert len({(session_id, user_id) for session_id, user_id, _ in made}) == 1


async def test_one_task_of_one_process_takes_the_message_in(
    shared: Harness, store: Repository
) -> None:
    told = [report for told in await together(shared, "take_in") for report in told]
    created, is_new, leases, texts = zip(*told, strict=True)
    assert (created.count(True), is_new.count(True)) == (1, 1)
    assert leases.count(True) <= 1
    assert len(set(texts)) == 1
    session = await stored(store, SESSION_ID)
    assert session.fence == leases.count(True)
    assert len(await store.timeline(SESSION_ID)) == 1


async def test_one_task_of_one_process_acquires_the_lock(
    shared: Harness, store: Repository
) -> None:
    await a_session(store)
    told = await together(shared, "acquire")
    assert [fence for fences in told for fence in fences] == [1]


async def test_processes_take_turns_and_never_overlap(shared: Harness, store: Repository) -> None:
    await a_session(store)
    told = await together(shared, "work")
    fences = [fence for fences in told for fence in fences]
    assert sorted(fences) == list(range(1, PROCESSES * TURNS + 1))
    assert all(fences == sorted(fences) for fences in told)


@pytest.mark.parametrize("facts", [1, 2, 3, 30])
async def test_what_was_acknowledged_is_there_after_a_kill(shared: Harness, facts: int) -> None:
    async with running(shared, "write") as worker:
        await let_go(worker)
        told = [await told_by(worker) for _ in range(facts)]
    repository = await shared.reopen()
    for fact, value in told:
        match fact:
            case "taken in":
                await stored_message(repository, MessageId(value))
            case "acquired":
                assert (await stored(repository, SESSION_ID)).fence >= value
            case "answered":
                question = await stored_message(repository, MessageId(value))
                assert question.state is MessageState.CLOSED
                assert question.outcome == Outcome.ANSWERED
    await assert_whole(repository)


async def assert_whole(repository: Repository) -> None:
    """No commit is there by half: each answered question has its answer, its turn, its memory."""
    timeline = await repository.timeline(SESSION_ID)
    turns = await repository.turns(SESSION_ID)
    closed = [entry for entry in timeline if entry.state is MessageState.CLOSED]
    answers = [entry for entry in timeline if entry.id not in {question.id for question in closed}]
    answered = [turn for turn in turns if turn.outcome == Outcome.ANSWERED]
    by_turn = {answer.turn_id for answer in answers if answer.turn_id is not None}
    assert {entry.turn_id for entry in closed} == {turn.id for turn in answered} == by_turn
    notebook = await repository.read_notebook(SESSION_ID, "brief")
    assert notebook == ({"number": len(answered) - 1} if answered else None)


async def test_the_lock_of_a_killed_process_comes_free(shared: Harness, store: Repository) -> None:
    question = await a_message(store)
    async with running(shared, "hold") as worker:
        await let_go(worker)
        fence = await told_by(worker)
        (abandoned,) = await store.turns(SESSION_ID)
    while True:
        lease = await store.acquire_lease(SESSION_ID, asks("req_successor"))
        if lease is not None:
            break
        await asyncio.sleep(0.05)
    assert lease.fence == fence + 1
    claim = lease.claim_on(SESSION_ID)
    await store.begin_turn(claim, [question.id])
    interrupted, _ = await store.turns(SESSION_ID)
    assert (interrupted.id, interrupted.outcome) == (abandoned.id, Outcome.INTERRUPTED)
    assert (await stored_message(store, question.id)).tries == 2
    end = TurnEnd(outcome=Outcome.FAILED, message_ids=(question.id,), release=True)
    await store.finish_turn(claim, end)
    assert list(await all_due(store)) == []


@pytest.mark.parametrize(
    "pause", [0.0, *(pytest.param(it, marks=pytest.mark.slow) for it in (0.02, 0.1))]
)
async def test_a_record_that_was_restored_by_half_is_completed(
    shared: Harness, store: Repository, pause: float
) -> None:
    async with running(shared, "move") as worker:
        await let_go(worker)
        assert await told_by(worker) == "moving"
        await asyncio.sleep(pause)
    record = long_record(MOVED_ID)
    await store.restore_session(record)
    assert await store.get_session(MOVED_ID) == record.session
    assert tuple(await store.timeline(MOVED_ID)) == record.messages
    assert tuple(await store.turns(MOVED_ID)) == record.turns
    assert await store.read_record(MOVED_ID) == record
    open_ids = {message.id for message in record.messages if message.is_open}
    assert {entry.id for entry in await store.open_messages(MOVED_ID)} == open_ids
    assert await store.restore_session(record) is False
    assert (await acquired(store, MOVED_ID)).fence == record.session.fence + 1
