"""Random stories: whatever happens in whatever order, the engine does what the model says."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from session import (
    Claim,
    LockLostError,
    MessageId,
    Outcome,
    Repository,
    SessionNotFoundError,
    TurnEnd,
)
from tests.conformance.examples import (
    TTL,
    answer,
    asks,
    claim_of,
    message,
    message_id,
    new_session,
    stored,
)
from tests.conformance.harness import Harness
from tests.conformance.model import Entry, Thread

T = TypeVar("T")

THREADS = st.sampled_from(["1712.1", "1712.2"])
MESSAGES = st.sampled_from([f"1713.{number}" for number in range(6)])
WHICH = st.integers(0, 50)
HOLDER = st.sampled_from([1, 1, 1, 2, 3])
"""Counted from the latest, who most often is the one whose writes go through."""


@pytest.mark.timeout(600)  # Finding the shortest story that fails takes its time.
def test_every_story_ends_as_the_contract_says(
    engine: type[Harness], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Two unexpired holders and a stranded message are the worst that a story could show."""

    def story() -> Story:
        return Story(engine, tmp_path_factory.mktemp("story"))

    run_state_machine_as_test(
        cast(type[Story], story),
        settings=settings(
            max_examples=engine.examples,
            stateful_step_count=engine.steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


class Story(RuleBasedStateMachine):
    """Two threads, their messages, and all who ever held a lease on them."""

    def __init__(self, engine: type[Harness], directory: Path) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.harness = engine(directory)
        self.repositories = [self.run(self.harness.connect()) for _ in range(2)]
        self.threads: dict[str, Thread] = {}
        self.now = timedelta(0)
        self.holders: list[Claim] = []
        self.counter = 0

    def run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self.loop.run(wait())

    def teardown(self) -> None:
        self.run(self.harness.__aexit__())
        self.loop.close()

    @property
    def repository(self) -> Repository:
        """Now the one connection, now the other."""
        self.counter += 1
        return self.repositories[self.counter % 2]

    def thread_of(self, claim: Claim) -> Thread:
        return next(one for one in self.threads.values() if one.id == claim.session_id)

    def some_ids(self, claim: Claim, which: int) -> list[MessageId]:
        """Some messages of all threads, in an order of their own; often all of this one's."""
        everywhere = [one for thread in self.threads.values() for one in thread.entries]
        here = list(self.thread_of(claim).entries)
        return [here, everywhere[:which], everywhere[::-1], here[:1], []][which % 5]

    @rule(ts=THREADS, written=MESSAGES, with_lease=st.booleans())
    def take_in(self, ts: str, written: str, with_lease: bool) -> None:
        known = {one: thread for thread in self.threads.values() for one in thread.entries}
        id, lease = message_id(written), asks(self._fresh_holder()) if with_lease else None
        receipt = self.run(self.repository.take_in(new_session(ts), message(written), lease=lease))
        if id in known:
            assert (receipt.is_new, receipt.created, receipt.claim) == (False, False, None)
            assert receipt.session.id == known[id].id
            return
        assert receipt.is_new
        assert receipt.created is (ts not in self.threads)
        thread = self.threads.setdefault(ts, Thread(receipt.session.id))
        thread.entries[id] = Entry()
        if receipt.claim is not None:
            self._won(thread, receipt.claim)
            thread.begin(receipt.claim, [id])

    @rule(ts=THREADS)
    def create(self, ts: str) -> None:
        session, created = self.run(self.repository.create_session(new_session(ts)))
        assert created is (ts not in self.threads)
        self.threads.setdefault(ts, Thread(session.id))

    @rule(ts=THREADS)
    def acquire(self, ts: str) -> None:
        asked = self.repository.acquire_lease(new_session(ts).id, asks(self._fresh_holder()))
        if ts not in self.threads:
            with pytest.raises(SessionNotFoundError):
                self.run(asked)
            return
        lease, thread = self.run(asked), self.threads[ts]
        assert (lease is not None) is thread.is_free(self.now), "two holders, or none"
        if lease is not None:
            self._won(thread, lease.claim_on(thread.id))

    @precondition(lambda self: self.holders)
    @rule(which=HOLDER)
    def refresh(self, which: int) -> None:
        claim = self.holders[-min(which, len(self.holders))]
        if self._write(claim, self.repository.refresh_lease(claim, TTL)):
            self.thread_of(claim).held_until = self.now + TTL

    @precondition(lambda self: self.holders)
    @rule(which=HOLDER, some=WHICH)
    def begin(self, which: int, some: int) -> None:
        claim = self.holders[-min(which, len(self.holders))]
        ids = self.some_ids(claim, some)
        if self._write(claim, self.repository.begin_turn(claim, ids)):
            self.thread_of(claim).begin(claim, ids)

    @precondition(lambda self: self.holders)
    @rule(
        which=HOLDER,
        some=WHICH,
        outcome=st.sampled_from(Outcome),
        answers=st.booleans(),
        release=st.booleans(),
    )
    def finish(
        self, which: int, some: int, outcome: Outcome, answers: bool, release: bool
    ) -> None:
        claim = self.holders[-min(which, len(self.holders))]
        ids = self.some_ids(claim, some)
        end = TurnEnd(
            outcome=outcome,
            message_ids=tuple(ids),
            answer=answer(f"a{self.counter}") if answers else None,
            release=release,
        )
        if not self._write(claim, self.repository.finish_turn(claim, end)):
            return
        thread = self.thread_of(claim)
        thread.finish(claim, outcome, ids)
        if end.answer is not None:
            thread.entries[end.answer.id] = Entry(is_answer=True)
        if release:
            thread.held = None

    @precondition(lambda self: self.holders)
    @rule(which=HOLDER, some=WHICH)
    def release(self, which: int, some: int) -> None:
        claim = self.holders[-min(which, len(self.holders))]
        thread, ids = self.thread_of(claim), self.some_ids(claim, some)
        delivered = ids[-1] if ids else None
        released = self.run(self.repository.release_lease(claim, delivered=delivered))
        assert released is (thread.held == claim)
        if released:
            thread.held = None
            thread.deliver(delivered)

    @precondition(lambda self: self.holders)
    @rule(which=HOLDER)
    def crash(self, which: int) -> None:
        """Forget a handle: nobody will ever refresh, end or release it."""
        self.holders.pop(-min(which, len(self.holders)))

    @rule(thirds=st.integers(1, 4))
    def let_time_pass(self, thirds: int) -> None:
        self.run(self.harness.advance(TTL / 3 * thirds))
        self.now += TTL / 3 * thirds

    @rule()
    def reopen(self) -> None:
        first = self.run(self.harness.reopen())
        self.repositories = [first, self.run(self.harness.connect())]

    @invariant()
    def what_is_stored_is_what_the_model_says(self) -> None:
        self.run(self._compare(self.repository))

    async def _compare(self, repository: Repository) -> None:
        swept = {one.id for one in await repository.scan_open()}
        assert swept == {one for thread in self.threads.values() for one in thread.open_ids()}
        for thread in self.threads.values():
            session = await stored(repository, thread.id)
            assert session.fence == thread.fence
            assert (session.lease and claim_of(session)) == thread.held
            turns = {turn.id: turn.outcome for turn in await repository.turns(thread.id)}
            assert turns == thread.turns
            entries = {one.id: one for one in await repository.timeline(thread.id)}
            assert entries.keys() == thread.entries.keys()
            for id, entry in thread.entries.items():
                assert (entries[id].state, entries[id].tries) == (entry.state, len(entry.tried_by))
            listed = {one.id for one in await repository.open_messages(thread.id)}
            assert listed == thread.open_ids()

    def _write(self, claim: Claim, write: Awaitable[object]) -> bool:
        """Write, and say whether it was let through; the model must agree."""
        if self.thread_of(claim).held == claim:
            self.run(write)
            return True
        with pytest.raises(LockLostError):
            self.run(write)
        return False

    def _won(self, thread: Thread, claim: Claim) -> None:
        assert thread.is_free(self.now), "two holders at once"
        assert claim.fence == thread.fence + 1
        thread.acquire(claim, self.now + TTL)
        self.holders.append(claim)

    def _fresh_holder(self) -> str:
        self.counter += 1
        return f"req_{self.counter}"
