"""For probes: `/livez` while the loop answers, `/readyz` while the bot can do its work."""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.redact import redact
from bot.web import Listener

Check = Callable[[], Awaitable[str | None]]
"""Returns what is wrong, or None."""


class Health:
    """The bot's answers to probes, from its first moment to its last."""

    def __init__(self) -> None:
        self._checks: Sequence[Check] | None = None
        self._remarks: Sequence[Check] = ()
        self._is_stopping = False

    def started(self, *checks: Check, remarks: Sequence[Check] = ()) -> None:
        """Note that the bot is at work; from now on `checks` decide, and `remarks` are told."""
        self._checks, self._remarks = checks, remarks

    def stopping(self) -> None:
        """Note that the bot takes in nothing more."""
        self._is_stopping = True

    async def trouble(self) -> str | None:
        """Return why the bot cannot do its work now, or None."""
        if self._is_stopping:
            return "stopping"
        if self._checks is None:
            return "starting"
        for check in self._checks:
            if (trouble := await check()) is not None:
                return trouble
        return None

    def listener(self, address: str, port: int) -> Listener:
        """Make the listener that answers probes."""
        return Listener(
            address=address,
            port=port,
            routes=[web.get("/livez", self._live), web.get("/readyz", self._ready)],
            setting="HEALTH_PORT",
        )

    async def _live(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _ready(self, _: web.Request) -> web.Response:
        trouble = await self.trouble()
        said = [trouble or "ok", *[await remark() for remark in self._remarks if not trouble]]
        text = "".join(f"{line}\n" for line in said if line)
        # A library's words may name a proxy with its password.
        return web.Response(text=redact(text), status=503 if trouble else 200)
