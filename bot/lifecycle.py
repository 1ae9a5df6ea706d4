"""Runs the bot from start to stop: connect, work, and lose nothing on the way out."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial

import structlog

from bot.app import Burrow, open_burrow
from bot.config import Settings
from bot.entry.transport import Transport
from bot.installation import VERSION, machine
from bot.observe.census import Census
from bot.observe.health import Health
from bot.observe.loop_watch import watching_the_loop
from bot.observe.lost_disk import warn_of_lost_disk
from bot.observe.opening import open_exporter
from bot.observe.presence import Presence
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import LOG_LINES_DROPPED
from bot.observe.stand_in import warn_of_stand_in
from bot.retention import keep_for
from bot.shutdown import ShutdownRequests
from bot.tasks import TaskSet
from bot.web import Listener, listening

__all__ = ["ShutdownRequests", "run_bot", "serve"]

log = structlog.get_logger(__name__)

ERRAND_SECONDS = 3.0
LONGEST_LEAVE_SECONDS = 5.0
"""How long messages are still stored over HTTP once we are to stop, and never more than a quarter
of the grace."""


async def run_bot(
    settings: Settings,
    shutdown: ShutdownRequests,
    *,
    once_open: Callable[[], None] = lambda: None,
    lines_dropped: Callable[[], int] = lambda: 0,
) -> None:
    """Open everything and serve; a stop is heeded at any moment, in the middle of the start too.

    `once_open` is called when all parts are there; `lines_dropped` counts what the log has lost.
    Raises what `open_burrow` and `serve` raise.
    """
    health, is_open = Health(), asyncio.Event()
    listeners, recorder = _listeners(settings, health)
    recorder.read(LOG_LINES_DROPPED, lines_dropped)

    async def open_and_serve() -> None:
        async with open_burrow(settings, recorder) as burrow:
            is_open.set()
            once_open()
            await serve(burrow, shutdown, health)

    async with listening(listeners):
        with watching_the_loop(settings.investigator):
            await shutdown.unless_asked(open_and_serve(), until=is_open)
    if not is_open.is_set():
        log.info("bot.stopped", started=False)


async def serve(burrow: Burrow, shutdown: ShutdownRequests, health: Health | None = None) -> None:
    """Connect to Slack and serve until asked to stop, then shut down in order.

    Raises `ConfigurationError` if Slack rejects the app token or a port cannot be used,
    `SlackUnreachableError` if there is no connection for a minute.
    """
    health = health or Health()
    background = TaskSet()
    try:
        await shutdown.unless_asked(_connect(burrow.transports))
    except BaseException:
        await _close(burrow.transports)
        raise
    try:
        if not shutdown.stop.is_set():
            _start(burrow, background, health)
            await shutdown.stop.wait()
    finally:
        health.stopping()
        await _shut_down(burrow, background, shutdown)


def _listeners(settings: Settings, health: Health) -> tuple[list[Listener], Recorder]:
    """Make what answers on HEALTH_PORT, and who counts what is answered there."""
    if settings.health_port is None:
        return [], NO_RECORDER
    at = settings.health_address, settings.health_port
    if not settings.metrics:
        return [health.listener(*at)], NO_RECORDER
    exporter = open_exporter()
    return [health.listener(*at), exporter.listener(*at)], exporter


def _start(burrow: Burrow, background: TaskSet, health: Health) -> None:
    """Start what goes on by itself, and say that the bot is at work."""
    presence = Presence(burrow.repository)
    background.start(presence.run(), name="presence")
    background.start(burrow.parts.sweep.run(), name="sweep")
    background.start(burrow.parts.tally.run(), name="tally")
    background.start(burrow.token_watch.run(), name="token watch")
    census = Census(burrow.repository, burrow.recorder, burrow.parts.updates.share_among)
    background.start(census.run(), name="census")
    background.start(keep_for(burrow.repository, burrow.settings.retention_days), name="retention")

    if any(transport.comes_in for transport in burrow.transports):
        # An unready instance would get no event, and nobody would see that it is not stored.
        health.started(partial(slack_trouble, burrow), remarks=[presence.trouble])
    else:
        health.started(partial(slack_trouble, burrow), presence.trouble)
    for warning in burrow.warnings:
        background.start(warning(), name="warning")
    log.info(
        "bot.ready",
        version=VERSION,
        team=burrow.me.team,
        team_id=burrow.me.team_id,
        investigator=burrow.settings.investigator,
        store=burrow.repository.description,
        slack=burrow.settings.slack_api_url,
        over=["HTTP" if transport.comes_in else "Socket Mode" for transport in burrow.transports],
        settings=burrow.settings.changed(),
        **machine(),
    )
    warn_of_stand_in(burrow.repository, burrow.settings.slack_api_url)
    warn_of_lost_disk(burrow.settings.session_store)


async def slack_trouble(burrow: Burrow) -> str | None:
    """Return why Slack does not reach us, or None: one transport that stands is enough.

    A token that Slack rejects does not count where Slack comes to us: a balancer would then send
    nothing to any instance, and messages can be stored all the same.
    """
    if not any(transport.is_connected for transport in burrow.transports):
        return "; ".join(filter(None, (each.trouble() for each in burrow.transports)))
    if any(transport.comes_in for transport in burrow.transports):
        return None
    return burrow.token_watch.trouble()


async def _connect(transports: Sequence[Transport]) -> None:
    for transport in transports:
        await transport.connect()


async def _close(transports: Iterable[Transport]) -> None:
    await asyncio.gather(*(transport.close() for transport in transports))


async def _stop_receiving(burrow: Burrow, shutdown: ShutdownRequests) -> None:
    """Close what we opened at once; what comes to us only once balancers know that we go."""
    coming_in = [transport for transport in burrow.transports if transport.comes_in]
    opened = [transport for transport in burrow.transports if not transport.comes_in]

    async def take_leave() -> None:
        grace = burrow.settings.shutdown_grace_seconds if coming_in else 0
        with suppress(TimeoutError):
            async with asyncio.timeout(min(grace / 4, LONGEST_LEAVE_SECONDS)):
                await shutdown.hurry.wait()
        burrow.parts.handlers.close()
        await _close(coming_in)

    for transport in coming_in:
        transport.leave()
    await asyncio.gather(_close(opened), take_leave())


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
        await _stop_receiving(burrow, shutdown)
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
        await burrow.parts.tally.close()
    log.info("bot.stopped")
