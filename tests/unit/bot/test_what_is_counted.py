"""What the parts of the bot tell their recorder."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.document.posts import Sign
from bot.entry.socket import Socket
from bot.entry.taking_in import TakingIn
from bot.entry.transport import Deliveries
from bot.errors import Hope, PostingError
from bot.observe.census import FIRST_AFTER, Census
from bot.slack.client import open_web_client
from bot.turns.keep_alive import KeepAlive
from bot.turns.sweep import Sweep
from session import (
    SIGN_EVERY,
    LeaseRequest,
    LockLostError,
    NotStorableError,
    StorageError,
    current_request_id,
)
from tests.unit.bot.approvals import (
    RESTART,
    SCALE,
    Careful,
    card_of,
    decision,
    restart,
    withdrawal,
)
from tests.unit.bot.examples import ME, event
from tests.unit.bot.http_events import event_port
from tests.unit.bot.recording import Recording
from tests.unit.bot.rooms import Room
from tests.unit.bot.socket_mode import Slack, socket_mode_server
from tests.unit.bot.stories import TTL, Assigned, in_memory, lock_of, question, stop, take_in
from tests.unit.bot.test_acks import EVENT, Dispatch
from tests.unit.bot.test_handlers import MENTION, house, incoming, person
from tests.unit.bot.test_keep_alive import MARGIN, Store, Work, held
from tests.unit.bot.test_sweep import AT_ONCE, ignored
from tests.unit.bot.test_turns import finds, raises
from tests.unit.bot.virtual_time import in_virtual_time


@in_virtual_time
async def test_a_message_is_received_once_whatever_twins_and_repetitions_it_has() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**MENTION))
        await home.handlers.take_in(incoming(**MENTION | {"type": "message"}))
        assert home.recording.counts == {("messages_received", "stored", "mention"): 1}
        home.handlers._twins._done.clear()
        await home.handlers.take_in(incoming(**MENTION))
        assert home.recording.counts["messages_received", "duplicate", "mention"] == 1
        await home.quiet()


@in_virtual_time
async def test_what_is_left_alone_is_counted_once_by_its_rule() -> None:
    async with house(person(is_restricted=True)) as home:
        for kind in ("app_mention", "message"):
            await home.handlers.take_in(incoming(**MENTION | {"type": kind}))
        await home.handlers.take_in(incoming(text="lunch?", thread_ts=None))
        assert home.recording.counts == {
            ("messages_received", "declined", "external"): 1,
            ("messages_received", "declined", "no_mention"): 1,
        }
        await home.quiet()


@in_virtual_time
async def test_a_message_whose_author_turns_out_to_be_a_stranger_is_closed_as_declined() -> None:
    async with house(person(is_restricted=True)) as home:
        asked = question("1")
        (message,) = await take_in(home.repository, replace(asked, parked=True))
        home.errands.settle(message)
        await home.quiet()
        assert home.recording.counts == {("messages_closed", "declined"): 1}


async def test_an_ack_is_timed_by_what_it_stands_for() -> None:
    recording = Recording()
    async with house() as home:
        taking_in = TakingIn(
            ME, home.handlers, home.changes, home.decisions, home.errands, recording
        )
        for changes in (MENTION, {"text": "lunch?", "thread_ts": None}):
            await taking_in.message(event(**changes))
        home.handlers.close()
        with capture_logs():
            await taking_in.message(event(**changes))
        assert [len(recording.times["ack", outcome]) for outcome in ACKS] == [1, 1, 1]
        assert home.recording.counts["messages_received", "not_stored", "undecided"] == 1
        await home.workers.drain(10)
        await home.errands.tasks.drain(10)


async def test_the_line_about_a_message_that_was_not_stored_names_its_request() -> None:
    """The store may have taken it all the same, and a lease in the name of that request."""
    async with house() as home:
        taking_in = TakingIn(ME, home.handlers, home.changes, home.decisions, home.errands)
        asked = list[str]()

        async def fail(*_: object, lease: LeaseRequest, **__: object) -> None:
            asked.append(lease.holder_id)
            raise StorageError("no answer")

        home.repository.take_in = fail  # type: ignore[method-assign, assignment]
        with capture_logs(processors=[_with_request_id]) as lines:
            await taking_in.message(event(**MENTION))
        named = [it["request_id"] for it in lines if it["event"] == "message.not_taken_in"]
        assert named == asked
        await home.errands.tasks.drain(10)
        await home.workers.drain(10)


def _with_request_id(_: object, __: str, line: EventDict) -> EventDict:
    return {**line, "request_id": current_request_id()}


async def test_a_message_that_can_never_be_stored_is_acked_with_a_sign() -> None:
    async with house() as home:
        taking_in = TakingIn(
            ME, home.handlers, home.changes, home.decisions, home.errands, Recording()
        )

        async def refuse(*_: object, **__: object) -> None:
            raise NotStorableError("too large")

        home.repository.take_in = refuse  # type: ignore[method-assign, assignment]
        with capture_logs():
            response = await taking_in.message(event(**MENTION))
        assert response.status == 200
        await home.errands.tasks.drain(10)
        assert [sign for _, sign in home.surface.signs] == [Sign.STORAGE_DOWN]
        await home.workers.drain(10)


ACKS = ("stored", "declined", "not_stored")


@in_virtual_time
async def test_an_answer_is_timed_from_its_question_and_a_stop_is_not_an_answer() -> None:
    room = Room(finds("a cold cache", seconds=7))
    first, _ = await take_in(room.repository, question("1"), stop("2"))
    await room.turn(first.session_id)
    assert room.recording.counts == {
        ("messages_closed", "stopped"): 2,
        ("answers", "delivered"): 1,
    }
    await asyncio.sleep(0)
    await take_in(room.repository, question("3"))
    room.recording.times.clear()
    await room.turn(first.session_id)
    (seconds,) = room.recording.times["answer",]
    assert 7 <= seconds < 8
    assert room.recording.counts["messages_closed", "answered"] == 1
    assert room.recording.counts["answers", "delivered"] == 2


@in_virtual_time
async def test_a_turn_that_fails_closes_its_message_as_failed() -> None:
    room = Room(raises(KeyError("x")))
    (asked,) = await take_in(room.repository, question("1"))
    with capture_logs():
        await room.turn(asked.session_id)
    assert room.recording.counts["messages_closed", "failed"] == 1


@in_virtual_time
async def test_an_answer_is_owed_then_delivered_late() -> None:
    room = Room(finds("at last"))
    (asked,) = await take_in(room.repository, question("1"))
    room.surface.refuse = lambda *_: PostingError("token_revoked", hope=Hope.REPAIRABLE)
    with capture_logs():
        await room.turn(asked.session_id)
    assert room.recording.counts["answers", "owed"] == 1
    assert room.recording.times["answer",] == []
    room.surface.refuse = lambda *_: None
    await asyncio.sleep(6)
    await room.turn(asked.session_id)
    assert room.recording.counts["answers", "delivered_late"] == 1


@in_virtual_time
async def test_an_answer_that_is_given_up_is_counted_as_that() -> None:
    room = Room(finds("never seen"))
    (asked,) = await take_in(room.repository, question("1"))
    room.surface.refuse = lambda *_: PostingError("is_archived", hope=Hope.NONE)
    with capture_logs():
        await room.turn(asked.session_id)
    assert room.recording.counts["answers", "not_delivered"] == 1


@in_virtual_time
async def test_who_goes_on_after_a_turn_that_was_cut_off_takes_over() -> None:
    room = Room(finds("at last"))
    (asked,) = await take_in(room.repository, question("1"))
    dead = await lock_of(room.repository, asked.session_id, "req_dead")
    await dead.begin_turn([asked.id])
    await dead.release()
    await room.turn(asked.session_id)
    assert room.recording.counts["takeovers",] == 1


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [(LockLostError("s", "h", 1), "taken"), (StorageError("disk full"), "not_refreshed")],
)
def test_a_lease_is_lost_to_somebody_or_to_the_store(trouble: Exception, reason: str) -> None:
    @in_virtual_time
    async def story() -> None:
        store, recording = Store(), Recording()
        lock = await held(store)
        store.trouble = trouble
        with pytest.raises(LockLostError), capture_logs():
            await KeepAlive(MARGIN, recording).run(lock, Work()())
        assert recording.counts == {("leases_lost", reason): 1}

    story()


@in_virtual_time
async def test_a_refresh_that_comes_with_less_than_half_of_the_lease_left_is_late() -> None:
    store, recording = Store(), Recording()
    lock = await held(store)
    working = asyncio.create_task(KeepAlive(MARGIN, recording).run(lock, Work(60)()))
    await asyncio.sleep(TTL.total_seconds() / 3 - 1)
    assert recording.counts == {}
    store.trouble = 6.0
    await asyncio.sleep(8)
    store.trouble = None
    assert await working == "done"
    assert recording.counts == {("lease_refreshes_late",): 1}


@in_virtual_time
async def test_the_oldest_open_message_grows_older_until_a_turn_ends_it() -> None:
    room, recording = Room(finds("a cold cache")), Recording()
    sweep = Sweep(room.repository, Assigned(), ignored, lock_ttl=TTL, recorder=recording)
    oldest = recording.readings["oldest_open_message",]
    await sweep.sweep(AT_ONCE)
    assert oldest() == 0
    (asked,) = await take_in(room.repository, question("1"))
    await asyncio.sleep(30)
    await take_in(room.repository, question("2"))
    await sweep.sweep(AT_ONCE)
    assert oldest() == pytest.approx(30, abs=0.1)
    await asyncio.sleep(10)
    assert oldest() == pytest.approx(40, abs=0.1)
    await room.turn(asked.session_id)
    await sweep.sweep(AT_ONCE)
    assert oldest() == 0


@in_virtual_time
async def test_bots_on_the_store_are_counted_and_stay_so_in_an_outage() -> None:
    class Shaken(type(in_memory())):  # type: ignore[misc]
        fails = False

        async def instances(self) -> Any:
            if self.fails:
                raise StorageError("away")
            return await super().instances()

    store, recording, told = Shaken(), Recording(), list[int]()
    counting = asyncio.create_task(Census(store, recording, told.append).run())
    count = recording.readings["instances",]
    assert count() == 0
    await store.sign({})
    await asyncio.sleep(FIRST_AFTER + 0.1)
    assert count() == 1
    store.fails = True
    with capture_logs() as lines:
        await asyncio.sleep(SIGN_EVERY.total_seconds())
    assert [line["event"] for line in lines] == ["instances.not_counted"]
    assert count() == 1
    assert told == [1]
    counting.cancel()
    await asyncio.wait([counting])


@pytest.mark.parametrize(
    ("number", "reason", "counted"),
    [
        (None, None, ("0", "none")),
        (0, None, ("0", "none")),
        ("2", "http_timeout", ("2", "http_timeout")),
        (3, "ssl_error", ("3", "ssl_error")),
        ("4", "solar_flare", ("other", "other")),
        ({"a": 1}, ["b"], ("other", "other")),
    ],
)
def test_a_delivery_is_counted_by_its_number_and_a_known_reason(
    number: object, reason: object, counted: tuple[str, str]
) -> None:
    recording = Recording()
    is_again = Deliveries("http", recording).add(number, reason)
    assert is_again is (counted[0] != "0")
    assert recording.counts == {("deliveries", "http", *counted): 1}


async def test_deliveries_and_refusals_over_http_are_counted() -> None:
    recording = Recording()
    async with event_port(recorder=recording) as port:
        assert recording.readings["connected", "http"]() == 1
        await port.deliver({"type": "x"}, x_slack_retry_num="1", x_slack_retry_reason="http_error")
        await port.post(b"{}", {})
    assert recording.counts == {
        ("deliveries", "http", "1", "http_error"): 1,
        ("requests_refused", "no_signature"): 1,
    }
    assert recording.readings["connected", "http"]() == 0


async def test_deliveries_over_a_socket_are_counted_and_the_socket_itself() -> None:
    recording, dispatch = Recording(), Dispatch()
    dispatch.may_go_on.set()
    async with (
        socket_mode_server(Slack()) as slack,
        open_web_client(slack.base_url, "xoxb-1", timeout=5) as client,
    ):
        socket = Socket(dispatch, client, "xapp-1", local_store=None, recorder=recording)  # type: ignore[arg-type]
        connected, sockets = (
            recording.readings["connected", "socket"],
            recording.readings["sockets_open",],
        )
        assert (connected(), sockets()) == (0, 0)
        try:
            await socket.connect()
            await slack.connected.wait()
            assert (connected(), sockets()) == (1, 1)
            await slack.send(EVENT | {"retry_attempt": 2, "retry_reason": "http_timeout"})
            await dispatch.begun.wait()
        finally:
            await socket.close()
        assert (connected(), sockets()) == (0, 0)
    assert recording.counts == {("deliveries", "socket", "2", "http_timeout"): 1}


@in_virtual_time
async def test_calls_that_people_approve_deny_or_let_expire_are_counted_each() -> None:
    room = Room(Careful(wanted=(RESTART, SCALE)).investigate)
    (first,) = await take_in(room.repository, restart())
    await room.turn(first.session_id)
    card = await card_of(room.repository, first.session_id)
    assert room.recording.counts["approvals", "asked"] == 2
    await take_in(room.repository, decision(card), decision(card, 2, approves=False, ts="51"))
    await room.turn(first.session_id)
    for ts, ends_it in (("60", withdrawal), ("70", lambda _, ts: stop(ts))):
        await take_in(room.repository, restart(ts))
        await room.turn(first.session_id)
        card = await card_of(room.repository, first.session_id)
        await take_in(room.repository, ends_it(card, ts=str(int(ts) + 1)))
        await room.turn(first.session_id)
    approvals = {
        key[1]: count for key, count in room.recording.counts.items() if key[0] == "approvals"
    }
    assert approvals == {"asked": 6, "approved": 1, "denied": 1, "expired": 2, "withdrawn": 2}


@pytest.mark.parametrize("field", ["subtype", "user", "ts", "files"])
@pytest.mark.parametrize("value", [None, 7, [], ["x"], {"x": 1}])
async def test_a_message_with_a_field_of_another_type_is_acked(field: str, value: object) -> None:
    """Slack would send it again and again."""
    async with house() as home:
        taking_in = TakingIn(ME, home.handlers, home.changes, home.decisions, home.errands)
        with capture_logs() as logs:
            response = await taking_in.message(event(**MENTION | {field: value}))
        assert (response.status, [line for line in logs if "exc_info" in line]) == (200, [])
        await home.workers.drain(10)
        await home.errands.tasks.drain(10)
