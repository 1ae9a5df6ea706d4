"""From start to stop: connect, work, and on the way out lose nothing."""

import asyncio
import signal
from dataclasses import dataclass, field

import structlog

from bot.app import Burrow
from bot.observe.health import Health, serving_health
from bot.observe.stand_in import warn_of_stand_in
from bot.retention import keep_for
from bot.tasks import TaskSet

log = structlog.get_logger(__name__)

ERRAND_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class ShutdownRequests:
    """The first request stops in order, the second at once; both give every lease back."""

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    hurry: asyncio.Event = field(default_factory=asyncio.Event)

    def ask(self) -> None:
        """Ask once more."""
        (self.hurry if self.stop.is_set() else self.stop).set()

    def on_signals(self) -> None:
        """Have SIGTERM and Ctrl-C ask."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.ask)


async def serve(burrow: Burrow, requests: ShutdownRequests) -> None:
    """Serve until asked to stop, then shut down in order."""
    health = Health(burrow.repository, burrow.socket.trouble)
    async with serving_health(health, burrow.settings.health_port):
        await _serve(burrow, requests)


async def _serve(burrow: Burrow, requests: ShutdownRequests) -> None:
    background = TaskSet()
    await burrow.socket.connect()
    background.start(burrow.sweep.run(), name="sweep")
    background.start(keep_for(burrow.repository, burrow.settings.retention_days), name="retention")
    log.info(
        "bot.ready",
        team=burrow.me.team,
        team_id=burrow.me.team_id,
        store=burrow.repository.description,
        slack=burrow.settings.slack_api_url,
    )
    warn_of_stand_in(burrow.repository, burrow.settings.slack_api_url)
    try:
        await requests.stop.wait()
    finally:
        await _shut_down(burrow, background, requests)


async def _shut_down(burrow: Burrow, background: TaskSet, requests: ShutdownRequests) -> None:
    """Stop receiving, let turns end, hand back what cannot end; the leases are given back."""
    grace = burrow.settings.shutdown_grace_seconds
    workers = burrow.handlers.workers
    log.info("bot.stopping", grace_s=grace)
    workers.stopping = True
    await background.cancel(ERRAND_SECONDS)
    draining = asyncio.create_task(workers.drain(grace))
    hurrying = asyncio.create_task(requests.hurry.wait())
    try:
        await burrow.socket.close()
        await asyncio.wait({draining, hurrying}, return_when=asyncio.FIRST_COMPLETED)
        if not draining.done():
            log.warning("bot.hurrying")
            await workers.cancel()
        await draining
    finally:
        hurrying.cancel()
        await burrow.handlers.errands.drain(ERRAND_SECONDS)
        await burrow.handlers.errands.cancel(ERRAND_SECONDS)
    log.info("bot.stopped")
