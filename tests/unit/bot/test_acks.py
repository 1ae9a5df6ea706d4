"""Acks: on any open connection, and in time before the last one closes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt import BoltResponse

from bot.entry.socket import Socket
from bot.slack.client import open_web_client
from tests.unit.bot.socket_mode import Slack, socket_mode_server

EVENT = {"type": "events_api", "envelope_id": "e1", "payload": {"type": "event_callback"}}


class Dispatch:
    """Takes in what comes once it is told to."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may_go_on = asyncio.Event()
        self.dispatched = 0

    async def response_to(self, body: object, *, is_again: bool) -> BoltResponse:
        self.dispatched += 1
        self.begun.set()
        await self.may_go_on.wait()
        return BoltResponse(status=200)


@asynccontextmanager
async def connected(dispatch: Any) -> AsyncIterator[tuple[Slack, Socket]]:
    async with (
        socket_mode_server(Slack()) as slack,
        open_web_client(slack.base_url, "xoxb-1", timeout=5) as client,
    ):
        socket = Socket(dispatch, client, "xapp-1", local_store=None)
        try:
            await socket.connect()
            await slack.connected.wait()
            yield slack, socket
        finally:
            await socket.close()


async def test_what_is_under_way_is_acked_before_the_connection_closes() -> None:
    dispatch = Dispatch()
    async with connected(dispatch) as (slack, socket):
        await slack.send(EVENT)
        await dispatch.begun.wait()
        closing = asyncio.create_task(socket.close())
        await asyncio.sleep(0.1)
        await slack.send(EVENT | {"envelope_id": "e2"})
        await asyncio.sleep(0.1)
        dispatch.may_go_on.set()
        await closing
    assert slack.received == [{"envelope_id": "e1"}]
    assert dispatch.dispatched == 1


async def test_an_ack_goes_over_the_next_connection_where_its_own_is_gone() -> None:
    dispatch = Dispatch()
    async with connected(dispatch) as (slack, socket):
        await slack.send(EVENT)
        await dispatch.begun.wait()
        slack.connected.clear()
        await slack.sockets[-1].close()
        await slack.connected.wait()
        async with asyncio.timeout(20):
            while socket.trouble() is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        dispatch.may_go_on.set()
        async with asyncio.timeout(20):
            while not slack.received:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert slack.received == [{"envelope_id": "e1"}]
    assert len(slack.used) == 2


async def test_what_hangs_does_not_hold_up_the_end() -> None:
    dispatch = Dispatch()
    async with connected(dispatch) as (slack, socket):
        await slack.send(EVENT)
        await dispatch.begun.wait()
        async with asyncio.timeout(20):
            await socket.close()
    assert slack.received == []
    assert "envelope" not in {task.get_name() for task in asyncio.all_tasks()}
