"""Socket Mode: a connection to Slack, opened anew whenever it ends."""

import asyncio

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.entry.connection import CLOSE_SECONDS, Connection
from bot.entry.dispatch import Dispatch
from bot.entry.envelopes import Envelopes
from bot.entry.neighbours import Neighbours
from bot.entry.transport import Deliveries, Transport
from bot.entry.tries import CANNOT_CONNECT, Tries
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import CONNECTED, SOCKETS
from bot.slack.preflight import APP_TOKEN, Patience
from bot.tasks import TaskSet

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 60.0
"""How long the first connection may take, pauses that Slack asks for not counted."""


class Socket(Transport):
    """Keeps one connection open, each at an address of its own: an address is good for once.

    https://docs.slack.dev/reference/methods/apps.connections.open
    """

    comes_in = False

    def __init__(
        self,
        dispatch: Dispatch,
        client: AsyncWebClient,
        app_token: str,
        *,
        local_store: str | None,
        is_alone: bool = True,
        recorder: Recorder = NO_RECORDER,
    ) -> None:
        """`local_store` describes a store that other machines cannot see, or is None.

        `is_alone`: without this connection nothing reaches us, so `connect` waits for it.
        """
        self._is_alone = is_alone
        self._client = client
        self._app_token = app_token
        self._neighbours = Neighbours(local_store)
        self._tries = Tries(client.base_url)
        self._session: aiohttp.ClientSession | None = None
        self._open: list[Connection] = []
        self._envelopes = Envelopes(dispatch, lambda: self._open, Deliveries("socket", recorder))
        self._tasks = TaskSet()
        self._keeping: asyncio.Task[None] | None = None
        recorder.read(CONNECTED, lambda: self.is_connected, "socket")
        recorder.read(SOCKETS, lambda: sum(each.is_open for each in self._open))

    async def connect(self, *, patience: float = PATIENCE_SECONDS) -> None:
        """Make the first connection, which is also the check of the app token, and keep one open.

        Where it is not the only way to us, it is tried for in the background, for as long as it
        takes. Otherwise this raises `ConfigurationError` if Slack rejects the token, and
        `SlackUnreachableError` if there is no connection after `patience` seconds.
        """
        self._session = aiohttp.ClientSession()
        if not self._is_alone:
            self._keeping = self._tasks.start(self._keep_trying(), name="socket")
            return
        trying = Patience(self._client.base_url, patience)
        while True:
            try:
                first = await self._connection()
            except CANNOT_CONNECT as error:
                await trying.after(error, APP_TOKEN)
            else:
                self._keeping = self._tasks.start(self._keep(first), name="socket")
                return

    def trouble(self) -> str | None:
        """Return why no event can reach us now, or None."""
        if any(connection.is_open for connection in self._open):
            return None
        return self._tries.trouble or "not connected to Slack"

    async def close(self) -> None:
        """Take nothing more, let what is under way be acked, and disconnect."""
        await self._envelopes.close()
        if self._keeping is not None:
            # It would replace what is closed now.
            self._keeping.cancel()
        for connection in list(self._open):
            await connection.close()
        await self._tasks.cancel(CLOSE_SECONDS)
        if self._session is not None:
            await self._session.close()

    async def _keep_trying(self) -> None:
        await self._keep(await self._next())

    async def _keep(self, connection: Connection) -> None:
        """Replace each connection when it ends, or before, where Slack says so in time."""
        loop = asyncio.get_running_loop()
        while True:
            stood_at = loop.time()
            self._tasks.start(self._read(connection), name="socket reader")
            await connection.ending.wait()
            if connection.gives_way:
                await connection.close()
            await asyncio.sleep(self._tries.ended(loop.time() - stood_at))
            following = await self._next()
            self._tasks.start(connection.close(), name="socket closer")
            connection = following

    async def _next(self) -> Connection:
        while True:
            try:
                return await self._connection()
            except Exception as error:  # noqa: BLE001 - without a further try it stays deaf
                await asyncio.sleep(self._tries.failed(error))

    async def _connection(self) -> Connection:
        """Ask for an address and connect to it."""
        assert self._session is not None
        answer = await self._client.apps_connections_open(app_token=self._app_token)
        address = answer.get("url")
        if not isinstance(address, str):
            raise ValueError("Slack gave no address")
        connection = await Connection.open(self._session, address)
        self._tries.succeeded()
        self._neighbours.heard(connection.hello, ours=len(self._open))
        self._open.append(connection)
        return connection

    async def _read(self, connection: Connection) -> None:
        try:
            await connection.receive(self._envelopes.take)
        finally:
            self._open.remove(connection)
