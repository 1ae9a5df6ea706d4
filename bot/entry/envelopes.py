"""Socket Mode envelopes: each is handed on, and acked unless it could not be stored."""

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from slack_bolt import BoltResponse

from bot.entry.connection import CLOSE_SECONDS, Connection, Frame
from bot.entry.dispatch import OK, Dispatch
from bot.entry.transport import Deliveries
from bot.tasks import TaskSet

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 5_000
"""Envelopes under way; while there are so many, no more are read."""
ACK_SECONDS = 3.0
"""How long Slack waits for an ack (https://docs.slack.dev/apis/events-api/using-socket-mode)."""


class Envelopes:
    """Deals with what comes over all connections; an ack counts on any of them."""

    def __init__(
        self,
        dispatch: Dispatch,
        open_now: Callable[[], Iterable[Connection]],
        deliveries: Deliveries,
    ) -> None:
        self._dispatch = dispatch
        self._open_now = open_now
        self._deliveries = deliveries
        self._is_closing = False
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._under_way = TaskSet()

    async def take(self, connection: Connection, frame: Frame) -> None:
        """Begin to deal with an envelope; there is nothing to ack in other frames."""
        if self._is_closing or "envelope_id" not in frame:
            return
        is_again = self._deliveries.add(frame.get("retry_attempt"), frame.get("retry_reason"))
        await self._room.acquire()
        work = self._deal_with(connection, frame, is_again=is_again)
        self._under_way.start(work, name="envelope")

    async def close(self) -> None:
        """Take nothing more, and let what is under way be acked."""
        self._is_closing = True
        if not await self._under_way.drain(ACK_SECONDS):
            await self._under_way.cancel(CLOSE_SECONDS)

    async def _deal_with(self, connection: Connection, envelope: Frame, *, is_again: bool) -> None:
        """Hand an envelope on, and ack it; Slack delivers again what is not acked.

        https://docs.slack.dev/apis/events-api/using-socket-mode#acknowledge
        """
        payload = envelope.get("payload")
        body = payload if isinstance(payload, dict) else {}
        try:
            response = await self._dispatch.response_to(body, is_again=is_again)
            if response.status != OK:
                return
            ack = {"envelope_id": envelope["envelope_id"]}
            if response.body:
                ack["payload"] = _carried(response)
            if await connection.send(ack):
                return
            for another in list(self._open_now()):
                if await another.send(ack):
                    return
            log.debug("envelope.ack_not_sent")
        finally:
            self._room.release()


def _carried(response: BoltResponse) -> Any:
    """Return what an ack carries, for the few that carry anything."""
    is_json = response.headers.get("content-type", [""])[0].startswith("application/json")
    return json.loads(response.body) if is_json else {"text": response.body}
