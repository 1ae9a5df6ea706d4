"""With the server refusing, hanging or dying, every call says so soon; and all is well after."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable

import grpc
import pytest

from session import (
    AlertKey,
    Claim,
    MessageId,
    NewAlert,
    Outcome,
    SessionId,
    StorageError,
    TurnEnd,
)
from session.alerts import AlertRecord
from session.counts import Count
from session.engines.firestore.repository import FirestoreRepository
from session.models import SessionRecord
from tests.conformance.examples import (
    SENT_AT,
    TTL,
    asks,
    claim_of,
    cli_session,
    long_record,
    message,
    message_id,
    new_session,
    thread,
)
from tests.support.grpc_proxy import Fate, Proxy
from tests.support.inbox import all_due

Method = Callable[[FirestoreRepository, Claim], Awaitable[object]]

TAKE_IN_PROMISE, PROMISE, RECOVERY = 2.5, 5.0, 3.0
NOW_ID = new_session().id
RECORD: SessionRecord = long_record(SessionId("cli_moved"), messages=3)
ALERT = NewAlert(
    key=AlertKey(team_id="T1", channel_id="C1", fingerprint="cpu"),
    thread_ts="1712.1",
    ts="1712.1",
    sent_at=SENT_AT,
    is_over=False,
)
SEEN = AlertRecord(key=ALERT.key, last_seen_at=SENT_AT)
DAY = SENT_AT.date()
COUNT = Count(name="tokens", day=DAY, instance_id="there", value=1)

METHODS: dict[str, Method] = {
    "create_session": lambda store, claim: store.create_session(cli_session()),
    "get_session": lambda store, claim: store.get_session(NOW_ID),
    "sessions_by_ticket": lambda store, claim: store.sessions_by_ticket("SEC-42"),
    "scan_sessions": lambda store, claim: store.scan_sessions(),
    "delete_session": lambda store, claim: store.delete_session(NOW_ID, idle_since=store.now()),
    "read_record": lambda store, claim: store.read_record(NOW_ID),
    "restore_session": lambda store, claim: store.restore_session(RECORD),
    "acquire_lease": lambda store, claim: store.acquire_lease(NOW_ID, asks("req_b")),
    "refresh_lease": lambda store, claim: store.refresh_lease(claim, TTL),
    "release_lease": lambda store, claim: store.release_lease(claim),
    "take_in": lambda store, claim: store.take_in(new_session(), message("1712.9")),
    "take_in_with_lease": lambda store, claim: store.take_in(
        new_session("1713.1"), message("1713.1"), lease=asks()
    ),
    "open_messages": lambda store, claim: store.open_messages(NOW_ID),
    "get_message": lambda store, claim: store.get_message(message_id("1712.1")),
    "find_messages": lambda store, claim: store.find_messages("req_1712.1"),
    "blank_message": lambda store, claim: store.blank_message(MessageId("any")),
    "amend_message": lambda store, claim: store.amend_message(message_id("1712.1"), text="other"),
    "settle": lambda store, claim: store.settle(message_id("1712.1")),
    "scan_due": lambda store, claim: all_due(store),
    "begin_turn": lambda store, claim: store.begin_turn(claim, [message_id("1712.1")]),
    "finish_turn": lambda store, claim: store.finish_turn(claim, TurnEnd(outcome=Outcome.FAILED)),
    "close_messages": lambda store, claim: store.close_messages(
        claim, [message_id("1712.1")], Outcome.FAILED
    ),
    "postpone": lambda store, claim: store.postpone(claim, message_id("1712.1"), store.now()),
    "read_notebook": lambda store, claim: store.read_notebook(NOW_ID, "brief"),
    "read_audit": lambda store, claim: store.read_audit(NOW_ID, claim.turn_id),
    "timeline": lambda store, claim: store.timeline(NOW_ID),
    "turns": lambda store, claim: store.turns(NOW_ID),
    "sign": lambda store, claim: store.sign({"host": "here"}),
    "instances": lambda store, claim: store.instances(),
    "seen_elsewhere": lambda store, claim: store.seen_elsewhere(["a.example"], besides=NOW_ID),
    "see_alert": lambda store, claim: store.see_alert(ALERT),
    "find_alert": lambda store, claim: store.find_alert(ALERT.key),
    "scan_alerts": lambda store, claim: store.scan_alerts(),
    "delete_alert": lambda store, claim: store.delete_alert(ALERT.key, idle_since=store.now()),
    "restore_alert": lambda store, claim: store.restore_alert(SEEN),
    "put_count": lambda store, claim: store.put_count("tokens", DAY, 1),
    "total": lambda store, claim: store.total("tokens", DAY),
    "scan_counts": lambda store, claim: store.scan_counts(),
    "delete_counts": lambda store, claim: store.delete_counts(before=DAY),
    "restore_count": lambda store, claim: store.restore_count(COUNT),
}


@pytest.fixture
async def claim(repository: FirestoreRepository) -> Claim:
    """A session that is held."""
    receipt = await repository.take_in(new_session(), message("1712.1"), lease=asks())
    assert receipt.claim is not None
    return receipt.claim


async def refusing(proxy: Proxy) -> None:
    await proxy.stop()


async def hanging(proxy: Proxy) -> None:
    proxy.oracle = lambda method: Fate(delay=math.inf)


async def failing_inside(proxy: Proxy) -> None:
    proxy.oracle = lambda method: Fate(before=grpc.StatusCode.INTERNAL)


async def overloaded(proxy: Proxy) -> None:
    proxy.oracle = lambda method: Fate(before=grpc.StatusCode.RESOURCE_EXHAUSTED)


async def seconds_to_fail(method: Awaitable[object]) -> float:
    """Await the `StorageError` and say how long it took."""
    began = time.monotonic()
    with pytest.raises(StorageError, match="Firestore") as raised:
        await method
    assert raised.value.__cause__ is not None, "the driver's error is kept"
    return time.monotonic() - began


@pytest.mark.parametrize("trouble", [refusing, hanging, failing_inside, overloaded])
async def test_every_method_says_within_its_time_that_the_store_is_down(
    repository: FirestoreRepository,
    proxy: Proxy,
    claim: Claim,
    trouble: Callable[[Proxy], Awaitable[None]],
) -> None:
    await trouble(proxy)
    names = list(METHODS)
    took = await asyncio.gather(
        *(seconds_to_fail(METHODS[name](repository, claim)) for name in names)
    )
    for name, seconds in zip(names, took, strict=True):
        assert seconds < (TAKE_IN_PROMISE if name.startswith("take_in") else PROMISE), name
    if trouble is refusing:
        await proxy.start()


async def test_a_server_that_dies_in_mid_call_is_noticed_in_time(
    repository: FirestoreRepository, proxy: Proxy, claim: Claim
) -> None:
    proxy.oracle = lambda method: Fate(delay=math.inf)
    under_way = [
        asyncio.ensure_future(seconds_to_fail(method(repository, claim)))
        for method in METHODS.values()
    ]
    await asyncio.sleep(0.3)
    assert not any(task.done() for task in under_way)
    await proxy.stop()
    assert max(await asyncio.gather(*under_way)) < PROMISE
    await proxy.start()


@pytest.mark.parametrize("calls", [1, pytest.param(10, marks=pytest.mark.slow)])
async def test_the_store_works_again_soon_after_the_server_is_back(
    repository: FirestoreRepository, proxy: Proxy, claim: Claim, calls: int
) -> None:
    """Of gRPC's own back-off the long outage would see gaps of more than ten seconds."""
    await proxy.stop()
    for _ in range(calls):
        await seconds_to_fail(repository.get_session(NOW_ID))
    await proxy.start()
    back = time.monotonic()
    assert await repository.get_session(NOW_ID) is not None
    assert time.monotonic() - back < RECOVERY
    await repository.refresh_lease(claim, TTL)
    assert await repository.release_lease(claim) is True


async def test_a_short_interruption_is_not_noticed(
    repository: FirestoreRepository, proxy: Proxy, claim: Claim
) -> None:
    await proxy.stop()
    refresh = asyncio.ensure_future(repository.refresh_lease(claim, TTL))
    await asyncio.sleep(0.3)
    await proxy.start()
    lease = await refresh
    session = await repository.get_session(NOW_ID)
    assert session is not None
    assert session.lease == lease
    assert claim_of(session) == claim
    assert session.thread == thread()


def test_the_list_of_methods_is_complete() -> None:
    public = {name for name in dir(FirestoreRepository) if not name.startswith("_")}
    outside = {"aclose", "open", "now", "date", "is_local", "description", "emulator", "tasks"}
    outside |= {"until_one_leaves"}
    assert public - outside == set(METHODS) - {"take_in_with_lease"}
