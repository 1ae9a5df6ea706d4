"""The composition root: every part of the bot is made and joined here, and nowhere else."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import words
from bot.cards.reading import Cards
from bot.changes import Changes
from bot.config import Settings
from bot.config.alerts import apps_by_channel
from bot.decisions import Decisions
from bot.entry.bolt import build_bolt
from bot.entry.building import build_transports
from bot.entry.taking_in import TakingIn
from bot.entry.transport import Transport
from bot.errands import Errands
from bot.handlers import Handlers
from bot.intake.admission import Admission
from bot.intake.approvals import Approvals
from bot.intake.building import build_admission
from bot.intake.catch_up import CatchUp
from bot.intake.limit_notes import LimitNotes
from bot.intake.limits import QuestionLimits
from bot.intake.newcomers import Newcomers
from bot.intake.replies import Replies
from bot.intake.withdrawals import Withdrawals
from bot.investigators.brief import BriefInvestigator
from bot.investigators.brief.runbooks import read_runbooks
from bot.investigators.loading import Steps, counting, open_investigator
from bot.observe.measuring import Measuring
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import TURNS_QUEUED, TURNS_RUNNING
from bot.slack.alert_sources import warn_of_alert_sources
from bot.slack.client import open_web_client
from bot.slack.me import Me
from bot.slack.measured import MeasuredClient
from bot.slack.people import People
from bot.slack.preflight import preflight, say_what_is_missing
from bot.slack.token_watch import TokenWatch
from bot.slack.unseen_channels import warn_of_unseen_channels
from bot.slack.updates import UpdatePacing
from bot.surfaces.slack import SlackParts, SlackSurface
from bot.tally import Tally
from bot.turns.building import build_turns
from bot.turns.glances import Glances
from bot.turns.queue_signs import QueueSigns
from bot.turns.slots import Slots
from bot.turns.sweep import Sweep
from bot.turns.workers import Assignment, Workers
from session import (
    LockService,
    Repository,
    Resolver,
    SessionId,
    SlackThread,
    measured,
    new_request_id,
    open_repository,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is joined between the store and Slack."""

    handlers: Handlers
    changes: Changes
    decisions: Decisions
    workers: Workers
    locks: LockService
    errands: Errands
    sweep: Sweep
    tally: Tally
    updates: UpdatePacing


@dataclass(frozen=True, slots=True, kw_only=True)
class Burrow:
    """What has a life of its own; `lifecycle.serve` runs it."""

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
        open_repository(
            settings.session_store, any_file_system=settings.sqlite_any_file_system
        ) as store,
        open_web_client(
            settings.slack_api_url,
            bot_token,
            timeout=call_timeout,
            make=partial(MeasuredClient, measuring),
        ) as client,
    ):
        repository = measured(store, measuring.store_operation)
        me = await preflight(client)
        say_what_is_missing(me)
        parts = build_parts(settings, me, repository, client, steps, brief, recorder)
        taking_in = TakingIn(
            me, parts.handlers, parts.changes, parts.decisions, parts.errands, recorder
        )
        yield Burrow(
            settings=settings,
            me=me,
            repository=repository,
            recorder=recorder,
            parts=parts,
            transports=build_transports(
                settings,
                app_token,
                build_bolt(client, me, taking_in),
                client,
                repository,
                recorder,
            ),
            token_watch=TokenWatch(client),
            warnings=(
                partial(warn_of_unseen_channels, client, settings.access.channels),
                partial(warn_of_alert_sources, client, apps_by_channel(settings.alerts)),
            ),
        )


def web_api_timeout(settings: Settings) -> float:
    """Seconds one Web API call may take: well within a lease, however short that is."""
    return min(10.0, settings.lock_ttl_seconds / 6)


def build_parts(
    settings: Settings,
    me: Me,
    repository: Repository,
    client: AsyncWebClient,
    steps: Steps,
    brief: BriefInvestigator,
    recorder: Recorder,
) -> Parts:
    """Join the library, the turns and Slack."""
    call_seconds = web_api_timeout(settings)
    people = People(client, me, time.monotonic)
    slack = SlackParts.of(
        client,
        me,
        people,
        call_seconds=call_seconds,
        reads_channels=settings.channel_context,
        updates=(updates := UpdatePacing(time.monotonic)),
    )

    def surface_of(thread: SlackThread) -> SlackSurface:
        return SlackSurface(slack, thread)

    async def investigate(assignment: Assignment) -> None:
        await handlers.investigate(assignment)

    def assign(session_id: SessionId, author_id: str) -> None:
        workers.assign(session_id, new_request_id(), author_id)

    resolver, cards = Resolver(repository), Cards(repository)
    tally = Tally(repository)
    steps = counting(steps, tally)
    slots = Slots(settings.max_turns, per_author=settings.max_turns_per_author)
    workers = Workers(investigate, slots)
    limits = QuestionLimits(
        per_person=settings.questions_per_hour_person,
        per_channel=settings.questions_per_hour_channel,
        monotonic=time.monotonic,
    )
    recorder.read(TURNS_RUNNING, lambda: workers.load().running)
    recorder.read(TURNS_QUEUED, lambda: workers.load().queued)
    locks = LockService(
        repository,
        ttl=settings.lock_ttl,
        on_handed_back=lambda session_id: assign(session_id, ""),
    )
    admission = build_admission(settings, me, repository, people)
    catch_up = CatchUp(brief, repository, resolver, surface_of, time.monotonic)
    errands = Errands(
        Replies(repository, resolver, people, surface_of, _help(settings), workers.load, catch_up),
        Newcomers(repository, admission, people, surface_of, assign, recorder),
        QueueSigns(repository, surface_of, workers.load, Glances(brief.about)),
        LimitNotes(repository, limits, surface_of, time.monotonic),
        Withdrawals(repository, resolver, cards, assign),
        surface_of,
        recorder,
    )
    handlers = Handlers(
        admission,
        repository,
        resolver,
        locks,
        workers,
        build_turns(
            settings, repository, steps, surface_of, brief, recorder, call_seconds=call_seconds
        ),
        errands,
        limits,
    )
    sweep = Sweep(
        repository, assign, errands.settle, lock_ttl=settings.lock_ttl, recorder=recorder
    )
    decisions = Decisions(
        Approvals(repository, cards, admission, people),
        cards,
        resolver,
        people,
        workers,
        errands,
        surface_of,
        recorder,
    )
    return Parts(
        handlers=handlers,
        changes=Changes(admission, repository, resolver, workers, errands),
        decisions=decisions,
        workers=workers,
        locks=locks,
        errands=errands,
        sweep=sweep,
        tally=tally,
        updates=updates,
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


def _help(settings: Settings) -> str:
    """Say how to ask what is true of this installation."""
    return words.help_text(
        reads_replies=settings.replies == "all", has_model=settings.investigator != "brief"
    )
