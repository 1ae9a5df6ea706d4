"""One worker for each session; and what becomes of a lock that no worker takes."""

from datetime import timedelta

from bot.turns.workers import Call, Held, Slots, Workers
from session import LockService, Outcome, Resolver, SlackThread, open_repository, request_scope
from tests.conformance.examples import message


async def test_a_lock_that_comes_too_late_is_handed_back_as_if_nothing_had_begun() -> None:
    async def work(_: Call) -> None:
        raise AssertionError("nothing is to be begun any more")

    thread = SlackThread(team_id="T1", channel_id="C1", thread_ts="1712.1")
    async with open_repository("memory://") as repository:
        locks, workers = (
            LockService(repository, ttl=timedelta(seconds=60)),
            Workers(work, Slots(1)),
        )
        with request_scope("req_a") as request_id:
            receipt = await Resolver(repository).resolve_slack_session(
                thread, "U1", message=message("1712.1"), locks=locks
            )
            lock = await locks.try_acquire(receipt.session.id)
        assert lock is not None
        assert receipt.message.tries == 1
        workers.stopping = True
        workers.call(receipt.session.id, request_id, held=Held(lock, receipt.session))
        await workers.drain(1)
        (handed_back,) = await repository.open_messages(receipt.session.id)
        assert (handed_back.tries, handed_back.turn_id) == (0, None)
        (turn,) = await repository.turns(receipt.session.id)
        assert turn.outcome == Outcome.INTERRUPTED
        session = await repository.get_session(receipt.session.id)
        assert session is not None
        assert session.lease is None
