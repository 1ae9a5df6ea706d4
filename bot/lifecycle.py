"""From start to stop: connect, work, and on the way out lose nothing."""

import asyncio
from collections.abc import Callable

import structlog

from bot.app import Burrow, open_burrow
from bot.config import Settings
from bot.installation import VERSION, machine
from bot.observe.health import Health
from bot.observe.loop_watch import watching_the_loop
from bot.observe.lost_disk import warn_of_lost_disk
from bot.observe.presence import Presence
from bot.observe.stand_in import warn_of_stand_in
from bot.retention import keep_for
from bot.shutdown import ShutdownRequests
from bot.tasks import TaskSet
from bot.web import Listener, listening

__all__ = ["ShutdownRequests", "run_bot", "serve"]

log = structlog.get_logger(__name__)

ERRAND_SECONDS = 3.0


async def run_bot(
    settings: Settings, shutdown: ShutdownRequests, *, once_open: Callable[[], None] = lambda: None
) -> None:
    """Open everything and serve; a stop is heeded at any moment, in the middle of the start too.

    `once_open` is called when all parts are there. Raises what `open_burrow` and `serve` raise.
    """
    health, is_open = Health(), asyncio.Event()

    async def open_and_serve() -> None:
        async with open_burrow(settings) as burrow:
            is_open.set()
            once_open()
            await serve(burrow, shutdown, health)

    async with listening(_listeners(settings, health)):
        with watching_the_loop(settings.investigator):
            await shutdown.unless_asked(open_and_serve(), until=is_open)
    if not is_open.is_set():
        log.info("bot.stopped", started=False)


async def serve(burrow: Burrow, shutdown: ShutdownRequests, health: Health | None = None) -> None:
    """Connect to Slack and serve until asked to stop, then shut down in order.

    Raises `ConfigurationError` if Slack rejects the app token, `SlackUnreachableError` if there
    is no connection for a minute.
    """
    health = health or Health()
    background = TaskSet()
    try:
        await shutdown.unless_asked(burrow.socket.connect())
    except BaseException:
        await burrow.socket.close()
        raise
    try:
        if not shutdown.stop.is_set():
            _start(burrow, background, health)
            await shutdown.stop.wait()
    finally:
        health.stopping()
        await _shut_down(burrow, background, shutdown)


def _listeners(settings: Settings, health: Health) -> list[Listener]:
    if settings.health_port is None:
        return []
    return [health.listener(settings.health_address, settings.health_port)]


def _start(burrow: Burrow, background: TaskSet, health: Health) -> None:
    """Start what goes on by itself, and say that the bot is at work."""
    presence = Presence(burrow.repository)
    background.start(presence.run(), name="presence")
    background.start(burrow.parts.sweep.run(), name="sweep")
    background.start(burrow.token_watch.run(), name="token watch")
    background.start(keep_for(burrow.repository, burrow.settings.retention_days), name="retention")

    async def slack() -> str | None:
        return burrow.socket.trouble() or burrow.token_watch.trouble()

    health.started(slack, presence.trouble)
    background.start(burrow.warn_of_unseen_channels(), name="channels")
    log.info(
        "bot.ready",
        version=VERSION,
        team=burrow.me.team,
        team_id=burrow.me.team_id,
        investigator=burrow.settings.investigator,
        store=burrow.repository.description,
        slack=burrow.settings.slack_api_url,
        settings=burrow.settings.changed(),
        **machine(),
    )
    warn_of_stand_in(burrow.repository, burrow.settings.slack_api_url)
    warn_of_lost_disk(burrow.settings.session_store)


async def _shut_down(burrow: Burrow, background: TaskSet, shutdown: ShutdownRequests) -> None:
    """Stop receiving, let turns end, hand back what cannot end; the leases are given back."""
    grace = burrow.settings.shutdown_grace_seconds
    workers = burrow.parts.workers
    log.info("bot.stopping", grace_s=grace)
    workers.stopping = True
    await background.cancel(ERRAND_SECONDS)
    draining = asyncio.create_task(workers.drain(grace))
    hurrying = asyncio.create_task(shutdown.hurry.wait())
    try:
        await burrow.socket.close()
        await asyncio.wait({draining, hurrying}, return_when=asyncio.FIRST_COMPLETED)
        if not draining.done():
            log.warning("bot.hurrying")
            await workers.cancel()
        await draining
    finally:
        hurrying.cancel()
        await burrow.parts.locks.aclose()
        await burrow.parts.errands.tasks.drain(ERRAND_SECONDS)
        await burrow.parts.errands.tasks.cancel(ERRAND_SECONDS)
    log.info("bot.stopped")
