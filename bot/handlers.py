"""The story: what happens to a mention, from Slack's event to the answer in its thread."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError

from bot.admission import Admission
from bot.events import Incoming, Me, Rule, new_message
from bot.slack.client import TRANSPORT_ERRORS
from bot.slack.signals import Signals
from bot.tasks import TaskSet
from bot.turns.run import TurnRunner
from bot.turns.waiting import Waiting
from bot.turns.workers import Call, Slots, Workers
from session import (
    Lock,
    LockService,
    Receipt,
    Repository,
    Resolver,
    SessionError,
    new_request_id,
    request_scope,
    slack_message_id,
    slack_session_id,
)

log = structlog.get_logger(__name__)

TAKE_IN_SECONDS = 2.5
"""Slack wants its ack within three."""
CANNOT_TAKE_IN = (SessionError, SlackApiError, *TRANSPORT_ERRORS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message that was taken in, on its way to its session's worker."""

    incoming: Incoming
    request_id: str
    receipt: Receipt
    lock: Lock | None
    reserved: bool


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
        slots: Slots,
    ) -> None:
        self._me = me
        self._repository = repository
        self._resolver = resolver
        self._locks = locks
        self._admission = admission
        self._turns = turns
        self._waiting = waiting
        self._signals = signals
        self.workers = Workers(self.investigate, slots)
        self.errands = TaskSet()

    async def take_in(
        self,
        body: dict[str, Any],
        request: AsyncBoltRequest,
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[None]],
    ) -> BoltResponse | None:
        """Before the ack: store a message that is for us; if that fails, Slack sends it again."""
        if self.workers.stopping:
            return BoltResponse(status=503)
        incoming = Incoming.of(body, self._me)
        with request_scope(new_request_id()) as request_id:
            try:
                async with asyncio.timeout(TAKE_IN_SECONDS):
                    if incoming is not None and await self._is_for_us(incoming):
                        context["arrival"] = await self._store(incoming, request_id)
            except CANNOT_TAKE_IN as error:
                self._could_not_take_in(incoming, error)
                return BoltResponse(status=503)
        if incoming is not None and "arrival" in context and _attempt(request) > 0:
            self._errand(self._signals.unreact(*incoming.place, Signals.STORAGE_DOWN))
        await next()
        return None

    async def work(self, context: AsyncBoltContext) -> None:
        """After the ack: hand the message to its session's worker, and say so if it must wait."""
        arrival: Arrival | None = context.get("arrival")
        if arrival is None:
            return
        session = arrival.receipt.session
        with request_scope(arrival.request_id):
            if not arrival.receipt.message.is_open:
                log.info("message.duplicate", session_id=session.id)
                self.workers.unreserve(arrival.reserved)
                return
            self.workers.call(
                session.id, arrival.request_id, lock=arrival.lock, reserved=arrival.reserved
            )
            if arrival.receipt.is_new and arrival.lock is None:
                self._errand(self._waiting.mark(arrival.incoming.thread, arrival.receipt.message))

    async def investigate(self, call: Call) -> None:
        """Run turns until nothing is open; "Starting a new investigation" comes with the first.

        While somebody else holds the lock there is nothing to do: the holder looks into the inbox
        after its release, and finds what waits.
        """
        with structlog.contextvars.bound_contextvars(session_id=call.session_id):
            while lock := call.take_lock() or await self._acquire(call):
                try:
                    dealt_with = await self._turns.run(lock)
                finally:
                    await lock.release()
                if (thread := lock.session.thread) and dealt_with:
                    self._errand(self._waiting.clear(thread, dealt_with, lock.holder_id))

    async def _store(self, incoming: Incoming, request_id: str) -> Arrival:
        """Resolve the thread's one session and store the message with it, in one write."""
        reserved = self.workers.reserve(slack_session_id(incoming.thread))
        request = self._locks.lease_request()
        try:
            receipt = await self._resolver.resolve_slack_session(
                incoming.thread,
                incoming.user_id,
                message=new_message(incoming, request_id),
                lease=request if reserved else None,
            )
        except BaseException:
            self.workers.unreserve(reserved)
            raise
        return Arrival(
            incoming=incoming,
            request_id=request_id,
            receipt=receipt,
            lock=self._locks.taken_with(receipt, request),
            reserved=reserved,
        )

    async def _acquire(self, call: Call) -> Lock | None:
        """Lock the session if anything is open in it and nobody else has it."""
        if self.workers.stopping or not await self._repository.open_messages(call.session_id):
            return None
        return await self._locks.try_acquire(call.session_id)

    async def _is_for_us(self, incoming: Incoming) -> bool:
        if incoming.deleted_ts:
            deleted = slack_message_id(incoming.team_id, incoming.channel_id, incoming.deleted_ts)
            await self._repository.blank_message(deleted)
        rule = await self._admission.rule_for(incoming)
        if rule is Rule.EXTERNAL and (incoming.event_type == "app_mention" or incoming.is_direct):
            self._errand(self._admission.refuse(incoming))
        if not rule.takes:
            log.debug("message.declined", rule=rule.name.lower(), ts=incoming.ts)
        return rule.takes

    def _could_not_take_in(self, incoming: Incoming | None, error: BaseException) -> None:
        reason = str(error) or f"no answer within {TAKE_IN_SECONDS} s"
        log.error("message.not_taken_in", reason=reason, outcome="not_acked")
        if incoming is not None and incoming.mentions_me:
            self._errand(self._signals.react(*incoming.place, Signals.STORAGE_DOWN))

    def _errand(self, errand: Any) -> None:
        self.errands.start(errand, name="errand")


def _attempt(request: AsyncBoltRequest) -> int:
    """Return 0 for a first delivery, which Socket Mode marks too.

    https://github.com/slackapi/bolt-python/pull/1498
    """
    return int(next(iter(request.headers.get("x-slack-retry-num") or ()), "0"))
