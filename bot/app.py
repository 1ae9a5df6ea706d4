"""The composition root: every part of the bot is made and joined here, and nowhere else."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.config.alerts import apps_by_channel
from bot.entry.bolt import build_bolt
from bot.entry.building import build_transports
from bot.entry.dispatch import Dispatch
from bot.entry.taking_in import TakingIn
from bot.entry.transport import Transport
from bot.intake.admission import Admission
from bot.intake.building import build_admission
from bot.investigators.brief import BriefInvestigator
from bot.investigators.brief.runbooks import read_runbooks
from bot.investigators.loading import open_investigator
from bot.observe.measuring import Measuring
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.parts import Parts, build_parts, web_api_timeout
from bot.slack.alert_sources import warn_of_alert_sources
from bot.slack.client import open_web_client
from bot.slack.me import Me
from bot.slack.people import People
from bot.slack.preflight import preflight, say_what_is_missing
from bot.slack.token_watch import TokenWatch
from bot.slack.unseen_channels import warn_of_unseen_channels
from bot.store import open_store
from session import (
    Repository,
    measured,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burrow:
    """The parts that run for as long as the process. `lifecycle.serve` starts and ends them."""

    settings: Settings
    me: Me
    repository: Repository
    recorder: Recorder
    parts: Parts
    transports: Sequence[Transport]
    token_watch: TokenWatch
    warnings: Sequence[Callable[[], Coroutine[Any, Any, None]]]
    """What is looked at beside the work once it is up: settings that name nothing."""


@asynccontextmanager
async def open_burrow(
    settings: Settings, recorder: Recorder = NO_RECORDER
) -> AsyncIterator[Burrow]:
    """Open the store and Slack, and build the bot between them.

    Raises `ConfigurationError`, `StoreUrlError`, `StorageError`, `SlackUnreachableError`.
    """
    bot_token, app_token = settings.tokens()
    call_timeout = web_api_timeout(settings)
    measuring = Measuring(recorder)
    runbooks = await asyncio.to_thread(read_runbooks, settings.runbooks)
    brief = BriefInvestigator(settings, runbooks)
    async with (
        open_investigator(settings, recorder, runbooks) as steps,
        open_store(settings) as store,
        open_web_client(
            settings.slack_api_url, bot_token, timeout=call_timeout, measuring=measuring
        ) as client,
    ):
        repository = measured(store, measuring.store_operation)
        me = await preflight(client)
        say_what_is_missing(me)
        parts = build_parts(settings, me, repository, client, steps, brief, recorder)
        taking_in = TakingIn(
            me,
            parts.handlers,
            parts.changes,
            parts.decisions,
            parts.errands,
            recorder,
            parts.sweep.soon,
        )
        dispatch = Dispatch(build_bolt(client, me, taking_in), me, taking_in)
        yield Burrow(
            settings=settings,
            me=me,
            repository=repository,
            recorder=recorder,
            parts=parts,
            transports=build_transports(
                settings, app_token, dispatch, client, repository, recorder
            ),
            token_watch=TokenWatch(client),
            warnings=(
                partial(warn_of_unseen_channels, client, settings.access.channels),
                partial(warn_of_alert_sources, client, apps_by_channel(settings.alerts)),
            ),
        )


@asynccontextmanager
async def open_admission(
    settings: Settings, repository: Repository, *, timeout: float
) -> AsyncIterator[tuple[Admission, AsyncWebClient, Me]]:
    """Build that part alone, for asking it about a message."""
    bot_token = settings.bot_token()
    async with open_web_client(settings.slack_api_url, bot_token, timeout=timeout) as client:
        me = await preflight(client, patience=timeout, waits_out_limits=False)
        people = People(client, me, time.monotonic)
        yield build_admission(settings, me, repository, people), client, me
