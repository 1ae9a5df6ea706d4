"""The story: what happens to a mention, from Slack's event to the answer in its thread."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError

from bot.admission import Admission
from bot.controls.stop import StopRequest
from bot.events import Incoming, Kind, Me, new_message
from bot.slack.client import TRANSPORT_ERRORS
from bot.slack.signals import Signals
from bot.tasks import TaskSet, Twins
from bot.turns.choose import choose
from bot.turns.run import TurnRunner
from bot.turns.waiting import Waiting
from bot.turns.workers import Call, Held, Slots, Workers
from session import (
    Lock,
    LockService,
    Receipt,
    Repository,
    Resolver,
    SessionError,
    TurnId,
    new_request_id,
    request_scope,
    slack_session_id,
)

log = structlog.get_logger(__name__)

TAKE_IN_SECONDS = 2.5
"""Slack wants its ack within three."""
ACKED = BoltResponse(status=200)
NOT_ACKED = BoltResponse(status=503)
_NO_TURN = TurnId("")
CANNOT_TAKE_IN = (SessionError, SlackApiError, *TRANSPORT_ERRORS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message that was taken in, on its way to its session's worker."""

    request_id: str
    receipt: Receipt
    held: Held | None = None
    reserved: bool = False


class Handlers:
    """Bolt runs `take_in`, acks, then runs `work`; the session's worker runs `investigate`."""

    def __init__(
        self,
        me: Me,
        repository: Repository,
        resolver: Resolver,
        locks: LockService,
        admission: Admission,
        turns: TurnRunner,
        waiting: Waiting,
        signals: Signals,
        errands: TaskSet,
        slots: Slots,
    ) -> None:
        self._me = me
        self._repository = repository
        self._resolver = resolver
        self.locks = locks
        self._admission = admission
        self._turns = turns
        self._waiting = waiting
        self._signals = signals
        self.errands = errands
        self.workers = Workers(self.investigate, slots)
        self._twins = Twins()

    async def take_in(self, request: AsyncBoltRequest) -> BoltResponse | None:
        """Before the ack: store a message that is for us; if that fails, Slack sends it again.

        None if there is `work` to do.
        """
        incoming = Incoming.of(request.body, self._me)
        arrival: Arrival | None = None
        with request_scope(new_request_id()) as request_id:
            try:
                async with asyncio.timeout(TAKE_IN_SECONDS):
                    if self.workers.stopping:
                        return NOT_ACKED
                    if incoming and (kind := await self._admission.kind_of(incoming)):
                        arrival = await self._twins.once(
                            incoming.message_id,
                            partial(self._store, incoming, kind, request_id),
                        )
                        self._mend_sign(incoming, request)
            except CANNOT_TAKE_IN as error:
                self._could_not_take_in(incoming, error)
                return NOT_ACKED
        if arrival is None:
            return ACKED
        request.context["arrival"] = arrival
        return None

    async def work(self, context: AsyncBoltContext) -> None:
        """After the ack: hand the message to its session's worker, and say so if it must wait."""
        arrival: Arrival = context["arrival"]
        session, message = arrival.receipt.session, arrival.receipt.message
        with request_scope(arrival.request_id):
            if not message.is_open:
                log.debug("message.duplicate", session_id=session.id)
                self.workers.unreserve(arrival.reserved)
                return
            self.workers.call(
                session.id, arrival.request_id, held=arrival.held, reserved=arrival.reserved
            )
            if arrival.receipt.is_new and arrival.held is None:
                self._errand(self._waiting.mark(arrival.receipt))

    async def investigate(self, call: Call) -> None:
        """Run turns until nothing is open; "Starting a new investigation" comes with the first.

        While somebody else holds the lock there is nothing to do: the holder looks into the inbox
        after its release, and finds what waits.
        """
        with structlog.contextvars.bound_contextvars(session_id=call.session_id):
            while held := call.take_held() or await self._acquire(call):
                try:
                    turn = await self._turns.run(held)
                finally:
                    await held.lock.release()
                if turn is not None:
                    self._errand(self._waiting.clear(turn))
                    if turn.progress.is_missing:
                        self._errand(turn.progress.leave_later())
                    if turn.left_unposted:
                        return

    async def take_in_stop(self, request: StopRequest) -> bool:
        """Store a click on a stop button; whoever holds the session ends the turn.

        False if it could not be stored: then it is not acked, and Slack shows or repeats that.
        """
        with request_scope(new_request_id()) as request_id:
            try:
                async with asyncio.timeout(TAKE_IN_SECONDS):
                    if await self._resolver.lookup_slack_session(request.thread) is None:
                        return True
                    receipt = await self._resolver.resolve_slack_session(
                        request.thread, request.user_id, message=request.as_message(request_id)
                    )
            except CANNOT_TAKE_IN as error:
                log.error("stop.not_taken_in", reason=str(error) or "no answer in time")
                return False
            if receipt.message.is_open:
                self.workers.call(receipt.session.id, request_id)
            return True

    async def _store(self, incoming: Incoming, kind: Kind, request_id: str) -> Arrival:
        """Resolve the thread's one session and store the message with it, in one write.

        The same write takes the lock if it is free and this instance has room for a turn.
        """
        reserved = self.workers.reserve(slack_session_id(incoming.thread))
        try:
            receipt = await self._resolver.resolve_slack_session(
                incoming.thread,
                incoming.user_id,
                message=new_message(incoming, request_id, kind),
                locks=self.locks if reserved else None,
            )
        except BaseException:
            self.workers.unreserve(reserved)
            raise
        lock = await self.locks.try_acquire(receipt.session.id) if receipt.claim else None
        held = None if lock is None else Held(lock, receipt.session)
        return Arrival(request_id=request_id, receipt=receipt, held=held, reserved=reserved)

    async def _acquire(self, call: Call) -> Held | None:
        """Lock the session if anything in it is for a turn and nobody else has it."""
        if self.workers.stopping:
            return None
        if choose(await self._repository.open_messages(call.session_id), _NO_TURN).is_nothing:
            return None
        lock = await self.locks.try_acquire(call.session_id)
        return None if lock is None else await self._look_at(lock)

    async def _look_at(self, lock: Lock) -> Held | None:
        """Read what was locked; what another program keeps in the same store is left alone."""
        held: Held | None = None
        try:
            session = await self._repository.get_session(lock.session_id)
            if session is not None and session.thread is not None:
                held = Held(lock, session)
        finally:
            if held is None:
                await lock.release()
        return held

    def _could_not_take_in(self, incoming: Incoming | None, error: BaseException) -> None:
        log.error(
            "message.not_taken_in",
            reason=str(error) or f"no answer within {TAKE_IN_SECONDS} s",
            outcome="not_acked",
            session_id=slack_session_id(incoming.thread) if incoming else None,
        )
        if incoming is not None and incoming.mentions_me:
            self._errand(self._signals.react(*incoming.place, Signals.STORAGE_DOWN))

    def _mend_sign(self, incoming: Incoming, request: AsyncBoltRequest) -> None:
        """Take the warning off a message that could not be taken in the first time.

        Socket Mode marks a first delivery as attempt 0:
        https://github.com/slackapi/bolt-python/pull/1498
        """
        attempts = request.headers.get("x-slack-retry-num") or ["0"]
        if int(attempts[0]) > 0:
            self._errand(self._signals.unreact(*incoming.place, Signals.STORAGE_DOWN))

    def _errand(self, errand: Coroutine[Any, Any, None]) -> None:
        self.errands.start(errand, name="errand")
