"""The Socket Mode connection: Slack's events in, acks out."""

from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient

log = structlog.get_logger(__name__)

PING_SECONDS = 4.0
"""A broken connection is noticed after four of these at most."""


class Socket:
    """One connection, opened again by itself whenever it breaks.

    https://docs.slack.dev/apis/events-api/using-socket-mode
    """

    def __init__(self, bolt: AsyncApp, app_token: str, *, local_store: str | None) -> None:
        """`local_store` describes a store that other machines cannot see, or is None."""
        self._handler = AsyncSocketModeHandler(bolt, app_token, ping_interval=PING_SECONDS)
        self._client: SocketModeClient = self._handler.client
        self._client.message_listeners.append(self._on_message)
        self._local_store = local_store
        self._warned_of = 1

    async def connect(self) -> None:
        """Connect; retried for as long as it takes, since the tokens were checked before."""
        await self._handler.connect_async()

    async def close(self) -> None:
        """Stop receiving."""
        await self._handler.close_async()

    async def is_connected(self) -> bool:
        """Whether events can reach us now."""
        return bool(await self._client.is_connected())

    async def _on_message(self, _: object, message: dict[str, Any], __: str | None) -> None:
        """Read `hello`, which says how many connections this app has open.

        https://docs.slack.dev/apis/events-api/using-socket-mode#connect
        """
        if message.get("type") != "hello":
            return
        connections = int(message.get("num_connections") or 1)
        log.info("slack.connected", connections=connections)
        if self._local_store and connections > self._warned_of:
            self._warned_of = connections
            log.warning(
                "slack.other_connection",
                connections=connections,
                store=self._local_store,
                advice="Another copy of this app is connected to Slack, and gets some of the"
                " messages. If it runs on another machine it does not see this store, so threads"
                " would be split between the two: stop one of them, or set SESSION_STORE to a"
                " store that both reach (firestore://…). For development use a Slack app of"
                " its own.",
            )
