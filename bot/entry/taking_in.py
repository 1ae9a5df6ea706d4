"""The ack, within Slack's three seconds: 200 once a message is stored, 503 if it could not be."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.changes import Changes
from bot.decisions import Decisions
from bot.errands import Errands
from bot.errors import BurrowError
from bot.handlers import Handlers
from bot.intake.approvals import DecisionClick
from bot.intake.clicks import StopClick
from bot.intake.incoming import Incoming, text_of
from bot.intake.revisions import CHANGES, Deletion, Edit, is_interruption
from bot.intake.rules import Ruling
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import ACK
from bot.slack.me import Me
from session import NotStorableError, SessionError, request_scope

log = structlog.get_logger(__name__)

TAKE_IN_SECONDS = 2.5
ACKED = BoltResponse(status=200)
NOT_ACKED = BoltResponse(status=503)
CANNOT_TAKE_IN = (SessionError, BurrowError, TimeoutError)


class TakingIn:
    """Reads what Slack sends, once, and hands it on."""

    def __init__(
        self,
        me: Me,
        handlers: Handlers,
        changes: Changes,
        decisions: Decisions,
        errands: Errands,
        recorder: Recorder = NO_RECORDER,
        on_interrupted: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_interrupted` is called when a bot of ours shows that it was interrupted."""
        self._me = me
        self._handlers = handlers
        self._changes = changes
        self._decisions = decisions
        self._errands = errands
        self._recorder = recorder
        self._on_interrupted = on_interrupted

    async def message(self, body: Mapping[str, Any], *, is_again: bool = False) -> BoltResponse:
        """Take in a message, an edit or a deletion, which Slack may deliver again."""
        event, me = body["event"], self._me
        if event.get("user") == me.user_id or event.get("bot_id") == me.bot_id:
            # A post of ours that comes back.
            return ACKED
        if text_of(event, "subtype") in CHANGES:
            return await self._change(body)
        incoming = Incoming.of(body, self._me)
        if incoming is None:
            return ACKED
        response = await self._try(lambda: self._handlers.take_in(incoming), incoming)
        if response is ACKED and is_again and incoming.mentions_me:
            self._errands.unwarn(incoming)
        return response

    async def _change(self, body: Mapping[str, Any]) -> BoltResponse:
        if is_interruption(body, self._me):
            self._on_interrupted()
            return ACKED
        if deletion := Deletion.of(body, self._me):
            return await self._try(lambda: self._changes.delete(deletion))
        if change := Incoming.of_change(body, self._me):
            return await self._try(lambda: self._handlers.take_in(change), change)
        if edit := Edit.of(body, self._me):
            return await self._try(lambda: self._changes.edit(edit))
        return ACKED

    async def slacks_stop(self, request: AsyncBoltRequest) -> BoltResponse:
        """Take in Slack's own stop button."""
        click = StopClick.of_event(request.body, self._me)
        if click is None:
            log.warning("stop.unreadable", source="event")
            return ACKED
        return await self._try(lambda: self._changes.stop(click))

    async def click(self, request: AsyncBoltRequest) -> BoltResponse:
        """Take in a click on our stop button; Slack shows the person if it is not acked."""
        click = StopClick.of_click(request.body, self._me)
        if click is None:
            log.warning("stop.unreadable", source="click")
            return ACKED
        return await self._try(lambda: self._changes.stop(click))

    async def decision(self, request: AsyncBoltRequest) -> BoltResponse:
        """Take in a click on a card; Slack shows the person if it is not acked."""
        click = DecisionClick.of(request.body, self._me)
        if click is None:
            log.warning("decision.unreadable")
            return ACKED
        return await self._try(lambda: self._decisions.take_in(click))

    async def _try(
        self, take_in: Callable[[], Awaitable[Ruling | None]], incoming: Incoming | None = None
    ) -> BoltResponse:
        with request_scope():
            return await self._in_scope(take_in, incoming)

    async def _in_scope(
        self, take_in: Callable[[], Awaitable[Ruling | None]], incoming: Incoming | None
    ) -> BoltResponse:
        began_at = time.perf_counter()
        try:
            async with asyncio.timeout(TAKE_IN_SECONDS):
                ruling = await take_in()
        except NotStorableError as error:
            # It can never be stored, so Slack need not send it again.
            log.error("event.not_storable", reason=str(error), outcome="acked")
            if incoming is not None:
                self._errands.mark_unstorable(incoming)
            return ACKED
        except CANNOT_TAKE_IN as error:
            self._recorder.time(ACK, time.perf_counter() - began_at, "not_stored")
            reason = str(error) or f"no answer within {TAKE_IN_SECONDS} s"
            if incoming is not None:
                self._errands.warn(incoming, reason)
            else:
                log.error("event.not_taken_in", reason=reason, outcome="not_acked")
            return NOT_ACKED
        if ruling is not None:
            outcome = "declined" if ruling.kind is None else "stored"
            self._recorder.time(ACK, time.perf_counter() - began_at, outcome)
        return ACKED
