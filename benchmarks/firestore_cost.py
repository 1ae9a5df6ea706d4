"""What the steps cost on Firestore, counted on the wire: `python -m benchmarks.firestore_cost`.

Needs Google's emulator, found as the tests find it.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

import pytest

from session import LockService, Notebook, Outcome, Resolver, TurnEnd, request_scope
from session.engines.firestore.repository import FirestoreRepository
from tests.conformance.examples import (
    TTL,
    a_message,
    acquired,
    answer,
    asks,
    message,
    new_session,
    thread,
)
from tests.conformance.test_alerts import alert
from tests.support.firestore_emulator import HOST_VARIABLE, new_project, running_emulator
from tests.support.grpc_proxy import Proxy
from tests.support.inbox import all_due

READS, WRITES = 0.06, 0.18
"""US dollars per 100,000 documents in nam5 (United States, multi-region), Standard edition, list
price without the free quota: https://cloud.google.com/firestore/pricing"""

T = TypeVar("T")


class Meter:
    """Prints a line per step: calls, documents read and written, dollars per thousand."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._total = [0, 0, 0]

    async def step(self, name: str, step: Awaitable[T]) -> T:
        """Await a step and print what it cost."""
        self._proxy.seen.clear()
        result = await step
        seen = self._proxy.seen
        cost = [len(seen), sum(call.reads for call in seen), sum(call.writes for call in seen)]
        self._total = [mine + more for mine, more in zip(self._total, cost, strict=True)]
        self._print(name, cost)
        return result

    def sum_up(self, name: str) -> None:
        """Print the sum of the steps since the last one."""
        self._print(f"**{name}**", self._total)
        self._total = [0, 0, 0]

    def _print(self, name: str, cost: list[int]) -> None:
        calls, reads, writes = cost
        dollars = (reads * READS + writes * WRITES) / 100
        print(f"| {name} | {calls} | {reads} | {writes} | {dollars:.4f} |")


async def a_mention(repository: FirestoreRepository, meter: Meter, ts: str, name: str) -> None:
    """All that the bot asks of the store for one mention that nobody else works on."""
    resolver, locks = Resolver(repository), LockService(repository)
    with request_scope():
        receipt = await meter.step(
            "take in, with the lease (before the ack)",
            resolver.resolve_slack_session(thread(), "U1", message=message(ts), locks=locks),
        )
        session_id = receipt.session.id
        lock = await locks.try_acquire(session_id)
        assert lock is not None
        await meter.step("open messages (before the work)", repository.open_messages(session_id))
        end = TurnEnd(
            outcome=Outcome.ANSWERED, message_ids=(receipt.message.id,), answer=answer(f"a{ts}")
        )
        await meter.step("end the turn, answer stored", lock.finish_turn(end))
        releasing = lock.release(delivered=answer(f"a{ts}").id)
        await meter.step("release, answer delivered", releasing)
        await meter.step("look at the inbox again", repository.open_messages(session_id))
    meter.sum_up(name)


async def single_steps(
    repository: FirestoreRepository, other: FirestoreRepository, meter: Meter
) -> None:
    """What happens beside the plain mention; `other` is another instance."""
    session_id = new_session().id
    again = repository.take_in(new_session(), message("1712.1"), lease=asks())
    await meter.step("a redelivery of a closed message", again)
    await meter.step(
        "a lookup (a plain reply: is there a session?)", other.get_session(session_id)
    )
    claim = await acquired(repository, session_id, "req_holder")
    await meter.step("a refused lock", other.acquire_lease(session_id, asks("req_b")))
    into_held = other.take_in(new_session(), message("1712.8"), lease=asks("req_b"))
    await meter.step("a message into a held session", into_held)
    waiting = [entry.id for entry in await repository.open_messages(session_id)]
    await meter.step("a message taken up in a running turn", repository.begin_turn(claim, waiting))
    await meter.step("a refresh", repository.refresh_lease(claim, TTL))
    end = TurnEnd(outcome=Outcome.FAILED, message_ids=tuple(waiting), release=True)
    await meter.step("the end of a turn that owes no post", repository.finish_turn(claim, end))
    relock = acquired(repository, session_id, "req_again")
    await meter.step("a lock on a session that this instance released", relock)
    look = repository.get_session(session_id)
    await meter.step("a look at the session that was locked so", look)
    fresh = await a_message(repository, "1713.1", into="1713.1")
    elsewhere = acquired(other, fresh.session_id, "req_c")
    await meter.step("a lock on a session that another instance made", elsewhere)
    await meter.step("a sweep that finds one open message", all_due(repository))
    await left_behind(repository, meter)


async def left_behind(repository: FirestoreRepository, meter: Meter) -> None:
    """What a turn leaves for later, and what is changed in mid-turn or without a turn."""
    question = await a_message(repository, "1714.1", into="1714.1")
    claim = await acquired(repository, question.session_id)
    notebook = Notebook(name="brief", value={"read_up_to": "1714.1"})
    reply = answer("a1714.1")
    end = TurnEnd(
        outcome=Outcome.ANSWERED, message_ids=(question.id,), answer=reply, notebook=notebook
    )
    finishing = repository.finish_turn(claim, end)
    await meter.step("the end of a turn, answer and notebook stored", finishing)
    reading = repository.read_notebook(claim.session_id, "brief")
    await meter.step("a notebook that is read", reading)
    postponing = repository.postpone(claim, reply.id, repository.now())
    await meter.step("an owed answer postponed", postponing)
    closing = repository.close_messages(claim, [reply.id], Outcome.ANSWERED)
    await meter.step("an owed answer closed", closing)
    keys = [f"key {n}" for n in range(60)]
    asking = repository.seen_elsewhere(keys, besides=claim.session_id, limit=21)
    await meter.step("where else up to 60 indicators were seen", asking)
    for number, what in enumerate(("begins", "repeats")):
        noting = repository.see_alert(alert(number))
        await meter.step(f"an alert that {what} is noted (before the ack)", noting)
    parked = await a_message(repository, "1714.2", into="1714.1", parked=True)
    await meter.step("a parked message settled", repository.settle(parked.id))


async def measure(address: str) -> None:
    """Print the table."""
    async with Proxy(address) as proxy:
        os.environ[HOST_VARIABLE] = proxy.address
        project = new_project()
        repository = await FirestoreRepository.open(project)
        other = await FirestoreRepository.open(project)
        meter = Meter(proxy)
        print("| step | calls | documents read | documents written | $ per 1,000 |")
        print("| --- | ---: | ---: | ---: | ---: |")
        await meter.step("a sweep that finds nothing", all_due(repository))
        meter.sum_up("an instance at rest, each minute")
        await a_mention(repository, meter, "1712.1", "the first mention in a thread")
        await a_mention(repository, meter, "1712.2", "a further mention in it")
        await single_steps(repository, other, meter)
        await other.aclose()
        await repository.aclose()


def main() -> None:
    """Start the emulator and measure."""
    try:
        with tempfile.TemporaryDirectory() as directory, running_emulator(Path(directory)) as one:
            asyncio.run(measure(one))
    except (pytest.skip.Exception, pytest.fail.Exception) as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main()
