"""For container probes: 200 while the socket and the store work, 503 with the reason otherwise."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from bot.errors import ConfigurationError
from session import Repository, SessionError, SessionId

CHECK_SECONDS = 3.0
_NOBODY = SessionId("health-probe")


class Health:
    """Asks the socket and the store; a probe never waits longer than `CHECK_SECONDS`."""

    def __init__(self, repository: Repository, socket_trouble: Callable[[], str | None]) -> None:
        self._repository = repository
        self._socket_trouble = socket_trouble

    async def trouble(self) -> str | None:
        """Return what is wrong, or None."""
        if (trouble := self._socket_trouble()) is not None:
            return trouble
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await self._repository.get_session(_NOBODY)
        except (SessionError, TimeoutError) as error:
            return f"the store does not answer: {str(error) or f'nothing in {CHECK_SECONDS:g} s'}"
        return None

    async def answer(self, _: web.Request) -> web.Response:
        """Answer a probe, whatever its path."""
        trouble = await self.trouble()
        return web.Response(text=f"{trouble or 'ok'}\n", status=503 if trouble else 200)


@asynccontextmanager
async def serving_health(health: Health, port: int | None) -> AsyncIterator[None]:
    """Serve probes on all interfaces while the context is open; no port, no server."""
    if port is None:
        yield
        return
    app = web.Application()
    app.router.add_get("/{path:.*}", health.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, port=port).start()
        except OSError as error:
            raise ConfigurationError(
                f"HEALTH_PORT={port} cannot be used ({error.strerror}): choose a free port."
            ) from error
        yield
    finally:
        await runner.cleanup()
