"""The composition root: every part of the bot is made and joined here, and nowhere else."""

import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.admission import Admission
from bot.config import Settings
from bot.controls.answers import CommandAnswers
from bot.entry.bolt import build_bolt
from bot.entry.socket import Socket
from bot.events import Me
from bot.handlers import Handlers
from bot.investigators.loading import Steps, open_investigator
from bot.slack.client import open_web_client
from bot.slack.pacing import ChannelPacing
from bot.slack.people import People
from bot.slack.posting import Poster
from bot.slack.preflight import preflight, say_what_is_missing
from bot.slack.signals import Signals
from bot.slack.thread import SlackThreadView
from bot.slack.token_watch import TokenWatch
from bot.slack.unseen_channels import warn_of_unseen_channels
from bot.tasks import TaskSet
from bot.turns.answers import Answers
from bot.turns.endings import Endings
from bot.turns.finish import Finisher
from bot.turns.keep_alive import KeepAlive
from bot.turns.notices import Notices
from bot.turns.run import TurnRunner
from bot.turns.stop import StopWatch
from bot.turns.sweep import Sweep
from bot.turns.waiting import Waiting
from bot.turns.workers import Slots
from session import LockService, Repository, Resolver, open_repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Burrow:
    """The parts that have a life of their own; `lifecycle.serve` runs them."""

    settings: Settings
    me: Me
    repository: Repository
    handlers: Handlers
    socket: Socket
    token_watch: TokenWatch
    warn_of_unseen_channels: Callable[[], Coroutine[Any, Any, None]]
    sweep: Sweep


@asynccontextmanager
async def open_burrow(settings: Settings) -> AsyncIterator[Burrow]:
    """Open the store and Slack, and build the bot between them.

    Raises `ConfigurationError`, `StoreUrlError`, `StorageError`, `SlackUnreachableError`.
    """
    bot_token, app_token = settings.tokens()
    call_timeout = web_api_timeout(settings)
    async with (
        open_investigator(settings) as steps,
        open_repository(
            settings.session_store, any_file_system=settings.sqlite_any_file_system
        ) as repository,
        open_web_client(settings.slack_api_url, bot_token, timeout=call_timeout) as client,
    ):
        me = await preflight(client)
        say_what_is_missing(me)
        handlers = build_handlers(settings, me, repository, client, steps)
        yield Burrow(
            settings=settings,
            me=me,
            repository=repository,
            handlers=handlers,
            socket=Socket(
                build_bolt(client, me, handlers),
                client,
                app_token,
                local_store=repository.description if repository.is_local else None,
            ),
            token_watch=TokenWatch(client),
            warn_of_unseen_channels=partial(
                warn_of_unseen_channels, client, settings.allowed_channels
            ),
            sweep=Sweep(repository, handlers.workers.call, lock_ttl=settings.lock_ttl),
        )


def web_api_timeout(settings: Settings) -> float:
    """Seconds one Web API call may take: well within a lease, however short that is."""
    return min(10.0, settings.lock_ttl_seconds / 6)


def build_handlers(
    settings: Settings, me: Me, repository: Repository, client: AsyncWebClient, steps: Steps
) -> Handlers:
    """Join the library, the turns and Slack."""
    resolver = Resolver(repository)
    people = People(client, me, time.monotonic)
    signals = Signals(client)
    poster = Poster(client, me, ChannelPacing(time.monotonic))
    answers = Answers(repository, poster, people)
    notices = Notices(poster)
    turns = TurnRunner(
        repository=repository,
        steps=steps,
        poster=poster,
        answers=answers,
        endings=Endings(answers, people, settings.investigator),
        notices=notices,
        finisher=Finisher(
            repository=repository, answers=answers, notices=notices, signals=signals
        ),
        signals=signals,
        keep_alive=KeepAlive(margin=web_api_timeout(settings)),
        stop_watch=StopWatch(repository),
        view_of=lambda thread: SlackThreadView(client, me, people, thread),
        timeout=settings.turn_timeout_seconds,
        notebook=settings.investigator,
    )
    errands = TaskSet()
    return Handlers(
        me=me,
        repository=repository,
        resolver=resolver,
        locks=LockService(repository, ttl=settings.lock_ttl),
        admission=build_admission(settings, me, repository, people, signals, errands),
        turns=turns,
        waiting=Waiting(repository, signals, people),
        signals=signals,
        errands=errands,
        slots=Slots(settings.max_turns),
    )


def build_admission(
    settings: Settings,
    me: Me,
    repository: Repository,
    people: People,
    signals: Signals,
    errands: TaskSet,
) -> Admission:
    """Join what decides about a message before anything else happens to it."""
    resolver = Resolver(repository)
    return Admission(
        me,
        repository,
        resolver,
        people,
        signals,
        CommandAnswers(repository, resolver, people, signals),
        errands,
        replies=settings.replies,
        allowed_channels=settings.allowed_channels,
        allow_external=settings.allow_external,
    )


@asynccontextmanager
async def open_admission(
    settings: Settings, repository: Repository, *, timeout: float
) -> AsyncIterator[tuple[Admission, AsyncWebClient, Me]]:
    """Build that part alone, for asking it about a message."""
    bot_token, _ = settings.tokens()
    async with open_web_client(settings.slack_api_url, bot_token, timeout=timeout) as client:
        me = await preflight(client, patience=timeout, waits_out_limits=False)
        people = People(client, me, time.monotonic)
        admission = build_admission(settings, me, repository, people, Signals(client), TaskSet())
        yield admission, client, me
