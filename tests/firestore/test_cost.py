"""A mention costs few calls to the server, counted by a proxy on the wire."""

import asyncio
from datetime import timedelta

import pytest

from session import (
    AlertFate,
    LockService,
    Notebook,
    Outcome,
    Resolver,
    Sighting,
    TurnEnd,
    request_scope,
)
from session.engines.firestore import inbox
from session.engines.firestore.repository import FirestoreRepository
from tests.conformance.examples import (
    SENT_AT,
    TTL,
    a_message,
    acquired,
    answer,
    asks,
    message,
    message_id,
    new_session,
    thread,
)
from tests.conformance.test_alerts import alert
from tests.support.grpc_proxy import Proxy
from tests.support.inbox import all_due


async def a_mention(repository: FirestoreRepository, ts: str) -> None:
    """Ask the store all that the bot asks of it for one mention, in the same order."""
    resolver, locks = Resolver(repository), LockService(repository)
    with request_scope():
        receipt = await resolver.resolve_slack_session(
            thread(), "U1", message=message(ts), locks=locks
        )
        lock = await locks.try_acquire(receipt.session.id)
        assert lock is not None
        waiting = await repository.open_messages(receipt.session.id)
        reply = answer(f"a{ts}")
        ids = tuple(entry.id for entry in waiting)
        end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=ids, answer=reply)
        await lock.finish_turn(end)
        assert await lock.release(delivered=reply.id)
        assert list(await repository.open_messages(receipt.session.id)) == []


async def test_a_mention_in_a_known_session_takes_six_calls(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    await a_mention(repository, "1712.1")
    proxy.seen.clear()
    await a_mention(repository, "1712.2")
    before_the_ack = ["BatchGetDocuments", "Commit"]
    before_the_work = ["RunQuery"]
    assert proxy.methods == [*before_the_ack, *before_the_work, "Commit", "Commit", "RunQuery"]
    assert sum(call.reads for call in proxy.seen) == 4
    assert sum(call.writes for call in proxy.seen) == 8


async def test_the_first_mention_of_a_thread_costs_no_more(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    await a_mention(repository, "1712.1")
    assert len(proxy.seen) == 6
    assert sum(call.writes for call in proxy.seen) == 7


async def test_a_second_turn_of_the_same_worker_reads_only_the_inbox(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    await repository.release_lease(claim)
    proxy.seen.clear()
    claim = await acquired(repository, question.session_id, "req_b")
    await repository.open_messages(question.session_id)
    await repository.begin_turn(claim, [question.id])
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    assert proxy.methods == ["Commit", "RunQuery", "Commit", "Commit"]


async def test_a_refused_lock_costs_one_call(
    repository: FirestoreRepository, proxy: Proxy, project: str
) -> None:
    receipt = await repository.take_in(new_session(), message(), lease=asks("req_a"))
    other = await FirestoreRepository.open(project)
    proxy.seen.clear()
    assert await other.acquire_lease(receipt.session.id, asks("req_b")) is None
    assert proxy.methods == ["BatchGetDocuments"]
    await other.aclose()


async def test_a_refusal_after_a_try_on_an_older_snapshot_costs_two(
    repository: FirestoreRepository, proxy: Proxy, project: str
) -> None:
    session, _ = await repository.create_session(new_session())
    other = await FirestoreRepository.open(project)
    await acquired(other, session.id, "req_b")
    proxy.seen.clear()
    assert await repository.acquire_lease(session.id, asks("req_a")) is None
    assert proxy.methods == ["Commit", "BatchGetDocuments"]
    await other.aclose()


async def test_a_lock_on_a_session_never_seen_costs_two(
    repository: FirestoreRepository, proxy: Proxy, project: str
) -> None:
    session, _ = await repository.create_session(new_session())
    other = await FirestoreRepository.open(project)
    proxy.seen.clear()
    await acquired(other, session.id)
    assert proxy.methods == ["BatchGetDocuments", "Commit"]
    await other.aclose()


async def test_a_refresh_is_one_commit_of_one_document(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    receipt = await repository.take_in(new_session(), message(), lease=asks())
    assert receipt.claim is not None
    proxy.seen.clear()
    for _ in range(3):
        await repository.refresh_lease(receipt.claim, TTL)
    assert proxy.methods == ["Commit"] * 3
    assert sum(call.writes for call in proxy.seen) == 3


async def test_a_redelivery_of_a_closed_message_is_one_read_call(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    await a_mention(repository, "1712.1")
    proxy.seen.clear()
    receipt = await repository.take_in(new_session(), message("1712.1"), lease=asks())
    assert not receipt.is_new
    assert proxy.methods == ["BatchGetDocuments"]


async def test_a_message_into_a_held_session_leaves_the_holder_its_version(
    repository: FirestoreRepository, proxy: Proxy, project: str
) -> None:
    receipt = await repository.take_in(new_session(), message("1712.1"), lease=asks())
    assert receipt.claim is not None
    other = await FirestoreRepository.open(project)
    proxy.seen.clear()
    await other.take_in(new_session(), message("1712.2"), lease=asks("req_b"))
    assert proxy.methods == ["BatchGetDocuments", "Commit"]
    proxy.seen.clear()
    await repository.refresh_lease(receipt.claim, TTL)
    await repository.finish_turn(
        receipt.claim, TurnEnd(outcome=Outcome.FAILED, message_ids=(message_id("1712.1"),))
    )
    assert await repository.release_lease(receipt.claim)
    assert proxy.methods == ["Commit"] * 3
    await other.aclose()


async def test_a_sweep_of_an_empty_inbox_is_one_query_and_one_read(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    assert list(await all_due(repository)) == []
    assert proxy.methods == ["RunQuery"]
    assert proxy.seen[0].reads == 1


@pytest.mark.parametrize("ttl", [timedelta(minutes=3), timedelta(seconds=5)])
async def test_a_holder_whose_version_moved_for_another_reason_goes_on(
    repository: FirestoreRepository, proxy: Proxy, ttl: timedelta
) -> None:
    receipt = await repository.take_in(new_session(), message(), lease=asks(ttl=ttl))
    assert receipt.claim is not None
    store = repository._store
    await store.session(receipt.session.id).update({"noted_by_an_operator": "hello"})
    proxy.seen.clear()
    lease = await repository.refresh_lease(receipt.claim, ttl)
    assert proxy.methods == ["Commit", "BatchGetDocuments", "Commit"]
    assert lease.expires_at > receipt.session.last_active_at


async def test_a_burst_into_a_new_thread_does_not_contend_with_itself(
    repository: FirestoreRepository, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However busy the machine is, those behind wait long enough for the first.
    monkeypatch.setattr(inbox, "TAKE_IN_LIMIT", 60.0)
    receipts = await asyncio.gather(
        *(
            repository.take_in(new_session(), message(f"1712.{n}"), lease=asks(f"req_{n}"))
            for n in range(20)
        )
    )
    assert [receipt.claim is not None for receipt in receipts].count(True) == 1
    assert proxy.methods.count("BatchGetDocuments") == proxy.methods.count("Commit") == 20
    assert len(await repository.open_messages(new_session().id)) == 20


async def test_simultaneous_writes_of_one_holder_never_refuse_each_other(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    receipt = await repository.take_in(new_session(), message(), lease=asks())
    claim = receipt.claim
    assert claim is not None
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(receipt.message.id,), answer=answer())
    proxy.seen.clear()
    await asyncio.gather(
        repository.refresh_lease(claim, TTL),
        repository.begin_turn(claim, [receipt.message.id]),
        repository.refresh_lease(claim, TTL),
        repository.finish_turn(claim, end),
        repository.refresh_lease(claim, TTL),
        repository.release_lease(claim, delivered=message_id("a1")),
    )
    assert proxy.methods == ["Commit"] * 6


async def test_where_else_sixty_were_seen_are_two_queries_and_replacing_them_is_one_write(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    for number in range(3):
        receipt = await repository.take_in(
            new_session(f"171{number}.1"), message(f"171{number}.1"), lease=asks()
        )
        assert receipt.claim is not None
        seen = tuple(Sighting(key=f"key {n}", seen_at=SENT_AT) for n in range(60))
        proxy.seen.clear()
        end = TurnEnd(outcome=Outcome.ANSWERED, sightings=seen, release=True)
        await repository.finish_turn(receipt.claim, end)
        assert proxy.methods == ["Commit"]
        # Beside the session and its message.
        assert sum(call.writes for call in proxy.seen) == 3
    proxy.seen.clear()
    keys = [f"key {n}" for n in range(60)]
    found = await repository.seen_elsewhere(keys, besides=new_session("1710.1").id, limit=1)
    assert len(found) == 1
    assert proxy.methods == ["RunQuery"] * 2
    assert sum(call.reads for call in proxy.seen) == 4


async def test_an_alert_takes_one_reading_and_one_write(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    proxy.seen.clear()
    # Only one that begins looks at how many began in its channel.
    assert (await repository.see_alert(alert(0))).fate is AlertFate.BEGINS
    assert [(call.reads, call.writes) for call in proxy.seen] == [(1, 0), (1, 0), (0, 2)]
    proxy.seen.clear()
    assert (await repository.see_alert(alert(1))).fate is AlertFate.REPEATS
    assert proxy.methods == ["BatchGetDocuments", "Commit"]
    assert [(call.reads, call.writes) for call in proxy.seen] == [(1, 0), (0, 1)]
    proxy.seen.clear()
    await repository.see_alert(alert(1))
    assert proxy.methods == ["BatchGetDocuments"]


async def test_the_line_about_an_alerts_repeats_takes_seven_calls(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    await repository.see_alert(alert(0))
    await a_mention(repository, "1712.1")
    proxy.seen.clear()
    line = message("1712.2", kind="alert repeats", provisional=True)
    receipt = await repository.take_in(new_session(), line, lease=asks())
    assert receipt.claim is not None
    await repository.open_messages(receipt.session.id)
    await repository.find_alert(alert(0).key)
    await repository.read_notebook(receipt.session.id, "alert")
    end = TurnEnd(
        outcome=Outcome.ANSWERED,
        message_ids=(line.id,),
        notebook=Notebook(name="alert", value={"repeats": "1712.3"}),
        release=True,
    )
    await repository.finish_turn(receipt.claim, end)
    await repository.open_messages(receipt.session.id)
    assert len(proxy.seen) == 7
    assert sum(call.reads for call in proxy.seen) == 6
    assert sum(call.writes for call in proxy.seen) == 6
