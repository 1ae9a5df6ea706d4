"""Random stories: whatever happens in whatever order, the engine does what the model says."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
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
from tests.conformance.model import CLOSED, OPEN, PARKED, Entry, Thread
from tests.support.inbox import all_due

T = TypeVar("T")

LATER = datetime(2099, 1, 1, tzinfo=UTC)

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
        self.taken_by: dict[Claim, int] = {}
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

    def repository_of(self, claim: Claim) -> Repository:
        """The connection that took the claim: what a holder remembers is known only there."""
        return self.repositories[self.taken_by[claim]]

    def thread_of(self, claim: Claim) -> Thread:
        return next(thread for thread in self.threads.values() if thread.id == claim.session_id)

    def some_ids(self, claim: Claim, which: int) -> list[MessageId]:
        """Some messages of all threads, in an order of their own; often all of this one's."""
        everywhere = [entry for thread in self.threads.values() for entry in thread.entries]
        here = list(self.thread_of(claim).entries)
        return [here, everywhere[:which], everywhere[::-1], here[:1], []][which % 5]

    @rule(
        ts=THREADS,
        written=MESSAGES,
        with_lease=st.booleans(),
        parked=st.sampled_from([False, False, True]),
        due=st.booleans(),
    )
    def take_in(self, ts: str, written: str, with_lease: bool, parked: bool, due: bool) -> None:
        known = {id: thread for thread in self.threads.values() for id in thread.entries}
        id, lease = message_id(written), asks(self._fresh_holder()) if with_lease else None
        new = message(written, parked=parked, due_at=LATER if due else None)
        repository = self.repository
        receipt = self.run(repository.take_in(new_session(ts), new, lease=lease))
        if id in known:
            assert (receipt.is_new, receipt.created, receipt.claim) == (False, False, None)
            assert receipt.session.id == known[id].id
            return
        assert receipt.is_new
        assert receipt.created is (ts not in self.threads)
        fresh = Thread(receipt.session.id, is_provisional=parked)
        thread = self.threads.setdefault(ts, fresh)
        thread.is_provisional = thread.is_provisional and parked
        thread.entries[id] = Entry(state=PARKED if parked else OPEN, is_due=due)
        if receipt.claim is not None:
            assert not parked
            self._won(thread, receipt.claim, repository)
            thread.begin(receipt.claim, [id])

    @rule(ts=THREADS)
    def create(self, ts: str) -> None:
        session, created = self.run(self.repository.create_session(new_session(ts)))
        assert created is (ts not in self.threads)
        self.threads.setdefault(ts, Thread(session.id))

    @rule(ts=THREADS)
    def acquire(self, ts: str) -> None:
        repository = self.repository
        asked = repository.acquire_lease(new_session(ts).id, asks(self._fresh_holder()))
        if ts not in self.threads:
            with pytest.raises(SessionNotFoundError):
                self.run(asked)
            return
        lease, thread = self.run(asked), self.threads[ts]
        assert (lease is not None) is thread.is_free(self.now), "two holders, or none"
        if lease is not None:
            self._won(thread, lease.claim_on(thread.id), repository)

    @precondition(lambda self: self.holders)
    @rule(which=HOLDER)
    def refresh(self, which: int) -> None:
        claim = self.holders[-min(which, len(self.holders))]
        if self._write(claim, self.repository_of(claim).refresh_lease(claim, TTL)):
            self.thread_of(claim).held_until = self.now + TTL

    @precondition(lambda self: self.holders)
    @rule(which=HOLDER, some=WHICH)
    def begin(self, which: int, some: int) -> None:
        claim = self.holders[-min(which, len(self.holders))]
        ids = self.some_ids(claim, some)
        if self._write(claim, self.repository_of(claim).begin_turn(claim, ids)):
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
        if not self._write(claim, self.repository_of(claim).finish_turn(claim, end)):
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
        released = self.run(self.repository_of(claim).release_lease(claim, delivered=delivered))
        assert released is (thread.held == claim)
        if released:
            thread.held = None
            thread.deliver(delivered)

    @precondition(lambda self: self.holders)
    @rule(which=HOLDER, some=WHICH)
    def close(self, which: int, some: int) -> None:
        claim = self.holders[-min(which, len(self.holders))]
        ids = self.some_ids(claim, some)
        if self._write(claim, self.repository_of(claim).close_messages(claim, ids, "answered")):
            self.thread_of(claim).close(ids)

    @precondition(lambda self: self.holders)
    @rule(which=HOLDER, written=MESSAGES)
    def postpone(self, which: int, written: str) -> None:
        claim, id = self.holders[-min(which, len(self.holders))], message_id(written)
        entry = self.thread_of(claim).entries.get(id)
        is_open = entry is not None and entry.state is OPEN
        if self._write(claim, self.repository_of(claim).postpone(claim, id, LATER)) and is_open:
            assert entry is not None
            entry.is_due = True

    @rule(written=MESSAGES, opens=st.booleans(), blank=st.booleans())
    def settle(self, written: str, opens: bool, blank: bool) -> None:
        id, outcome = message_id(written), None if opens else "failed"
        found = [ts for ts, thread in self.threads.items() if id in thread.entries]
        settled = self.run(self.repository.settle(id, outcome, blank=blank and not opens))
        assert settled is any(self.threads[ts].settle(id, opens=opens) for ts in found)
        if not (settled and blank and not opens):
            return
        thread = self.threads[found[0]]
        if thread.is_provisional and len(thread.entries) == 1 and thread.is_free(self.now):
            del self.threads[found[0]]
            self.holders = [claim for claim in self.holders if claim.session_id != thread.id]

    @rule(written=MESSAGES, reopen=st.booleans())
    def amend(self, written: str, reopen: bool) -> None:
        id, self.counter = message_id(written), self.counter + 1
        text = f"version {self.counter}"
        found = [thread.entries[id] for thread in self.threads.values() if id in thread.entries]
        changed = self.run(self.repository.amend_message(id, text=text, reopen=reopen))
        assert changed is any(reopen or entry.state is not CLOSED for entry in found)
        for entry in found:
            if changed and entry.state is CLOSED:
                entry.state, entry.tried_by = OPEN, []

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
        swept = {message.id for message in await all_due(repository)}
        assert swept == {id for thread in self.threads.values() for id in thread.swept_ids()}
        for thread in self.threads.values():
            session = await stored(repository, thread.id)
            assert session.fence == thread.fence
            assert session.provisional is thread.is_provisional
            assert (session.lease and claim_of(session)) == thread.held
            turns = {turn.id: turn.outcome for turn in await repository.turns(thread.id)}
            assert turns == thread.turns
            entries = {item.id: item for item in await repository.timeline(thread.id)}
            assert entries.keys() == thread.entries.keys()
            for id, entry in thread.entries.items():
                assert (entries[id].state, entries[id].tries) == (entry.state, len(entry.tried_by))
            listed = {item.id for item in await repository.open_messages(thread.id)}
            assert listed == thread.open_ids()

    def _write(self, claim: Claim, write: Awaitable[object]) -> bool:
        """Write, and say whether it was let through; the model must agree."""
        if self.thread_of(claim).held == claim:
            self.run(write)
            return True
        with pytest.raises(LockLostError):
            self.run(write)
        return False

    def _won(self, thread: Thread, claim: Claim, repository: Repository) -> None:
        assert thread.is_free(self.now), "two holders at once"
        assert claim.fence == thread.fence + 1
        thread.acquire(claim, self.now + TTL)
        self.holders.append(claim)
        self.taken_by[claim] = self.repositories.index(repository)

    def _fresh_holder(self) -> str:
        self.counter += 1
        return f"req_{self.counter}"
