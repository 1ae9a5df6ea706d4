"""Makes and joins the parts between the store and Slack."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.cards.reading import Cards
from bot.changes import Changes
from bot.config import Settings
from bot.decisions import Decisions
from bot.errands import Errands
from bot.handlers import Handlers
from bot.intake.admission import Admission
from bot.intake.approvals import Approvals
from bot.intake.building import build_admission, build_limits
from bot.intake.catch_up import CatchUp
from bot.intake.limit_notes import LimitNotes
from bot.intake.limits import QuestionLimits
from bot.intake.newcomers import Newcomers
from bot.intake.replies import Replies
from bot.intake.withdrawals import Withdrawals
from bot.investigators.brief import BriefInvestigator
from bot.investigators.loading import Steps, counting
from bot.observe.recorder import Recorder
from bot.observe.series import TURNS_QUEUED, TURNS_RUNNING
from bot.slack.me import Me
from bot.slack.people import People
from bot.slack.updates import UpdatePacing
from bot.surfaces.slack import SlackParts, SlackSurface
from bot.tally import Tally
from bot.turns.building import build_turns
from bot.turns.glances import Glances
from bot.turns.queue_signs import QueueSigns
from bot.turns.run import TurnRunner
from bot.turns.slots import Slots
from bot.turns.sweep import Sweep
from bot.turns.workers import Assignment, Workers
from bot.words.help import help_text
from session import (
    LockService,
    Repository,
    Resolver,
    SlackThread,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The joined parts between the store and Slack."""

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
class _Common:
    """What most of the parts need."""

    settings: Settings
    me: Me
    repository: Repository
    resolver: Resolver
    cards: Cards
    people: People
    surface_of: Callable[[SlackThread], SlackSurface]
    recorder: Recorder


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
    """Make and join them."""
    updates = UpdatePacing(time.monotonic)
    common = _common(settings, me, repository, client, updates, recorder)
    workers = _workers(settings, recorder, lambda assignment: handlers.investigate(assignment))
    locks = LockService(repository, ttl=settings.lock_ttl, on_handed_back=workers.take_up)
    tally, limits = Tally(repository), build_limits(settings)
    admission = build_admission(settings, me, repository, common.people)
    errands = _errands(common, admission, workers, limits, brief)
    turns = _turns(common, counting(steps, tally), brief)
    handlers = Handlers(
        admission, repository, common.resolver, locks, workers, turns, errands, limits
    )
    return Parts(
        handlers=handlers,
        changes=Changes(admission, repository, common.resolver, workers, errands, handlers),
        decisions=_decisions(common, admission, workers, errands),
        workers=workers,
        locks=locks,
        errands=errands,
        sweep=_sweep(common, workers, errands),
        tally=tally,
        updates=updates,
    )


def _common(
    settings: Settings,
    me: Me,
    repository: Repository,
    client: AsyncWebClient,
    updates: UpdatePacing,
    recorder: Recorder,
) -> _Common:
    people = People(client, me, time.monotonic)
    return _Common(
        settings=settings,
        me=me,
        repository=repository,
        resolver=Resolver(repository),
        cards=Cards(repository),
        people=people,
        surface_of=_surfaces(settings, me, client, people, updates),
        recorder=recorder,
    )


def _workers(
    settings: Settings, recorder: Recorder, work: Callable[[Assignment], Awaitable[None]]
) -> Workers:
    slots = Slots(settings.max_turns, per_author=settings.max_turns_per_author)
    workers = Workers(work, slots)
    recorder.read(TURNS_RUNNING, lambda: workers.load().running)
    recorder.read(TURNS_QUEUED, lambda: workers.load().queued)
    return workers


def _turns(common: _Common, steps: Steps, brief: BriefInvestigator) -> TurnRunner:
    return build_turns(
        common.settings,
        common.repository,
        steps,
        common.surface_of,
        brief,
        common.recorder,
        call_seconds=web_api_timeout(common.settings),
    )


def _sweep(common: _Common, workers: Workers, errands: Errands) -> Sweep:
    return Sweep(
        common.repository,
        workers.take_up,
        errands.settle,
        lock_ttl=common.settings.lock_ttl,
        recorder=common.recorder,
    )


def _surfaces(
    settings: Settings, me: Me, client: AsyncWebClient, people: People, updates: UpdatePacing
) -> Callable[[SlackThread], SlackSurface]:
    slack = SlackParts.of(
        client,
        me,
        people,
        call_seconds=web_api_timeout(settings),
        reads_channels=settings.channel_context,
        updates=updates,
    )
    return lambda thread: SlackSurface(slack, thread)


def _errands(
    common: _Common,
    admission: Admission,
    workers: Workers,
    limits: QuestionLimits,
    brief: BriefInvestigator,
) -> Errands:
    repository, resolver, surface_of = common.repository, common.resolver, common.surface_of
    catch_up = CatchUp(brief, repository, resolver, surface_of, time.monotonic)
    how_to_ask = help_text(
        reads_replies=common.settings.replies == "all",
        has_model=common.settings.investigator != "brief",
        has_alerts=bool(common.settings.alerts),
        takes_files="files:write" not in common.me.missing_scopes,
        takes_directs="im:write" not in common.me.missing_scopes,
    )
    return Errands(
        Replies(
            repository, resolver, common.people, surface_of, how_to_ask, workers.load, catch_up
        ),
        Newcomers(
            repository, admission, common.people, surface_of, workers.take_up, common.recorder
        ),
        QueueSigns(repository, surface_of, workers.load, Glances(brief.about)),
        LimitNotes(repository, limits, surface_of, time.monotonic),
        Withdrawals(repository, resolver, common.cards, workers.take_up),
        surface_of,
        common.recorder,
    )


def _decisions(
    common: _Common, admission: Admission, workers: Workers, errands: Errands
) -> Decisions:
    return Decisions(
        Approvals(common.repository, common.cards, admission, common.people),
        common.cards,
        common.resolver,
        common.people,
        workers,
        errands,
        common.surface_of,
    )
