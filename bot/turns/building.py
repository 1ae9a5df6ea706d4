"""Makes and joins the parts of a turn, and puts the deeds in order."""

from collections.abc import Callable

from bot.cards.reading import Cards
from bot.config import Settings
from bot.investigators.brief import BriefInvestigator
from bot.investigators.loading import Steps, steps_of
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.surfaces.contract import Surface
from bot.turns.deeds.contract import Deed
from bot.turns.deeds.export import Export
from bot.turns.deeds.give_up import GiveUp
from bot.turns.deeds.indicators import Indicators
from bot.turns.deeds.investigate import Investigate
from bot.turns.deeds.investigate_alert import InvestigateAlert
from bot.turns.deeds.mute import Mute
from bot.turns.deeds.resume import Resume
from bot.turns.deeds.stop import Stop
from bot.turns.deeds.tell_of_alert import TellOfAlert
from bot.turns.deeds.unknown import Unknown
from bot.turns.deeds.withdraw import Withdraw
from bot.turns.deeds.work import Work
from bot.turns.run import TurnRunner
from bot.turns.stop_watch import StopWatch
from session import Repository, SlackThread


def build_turns(
    settings: Settings,
    repository: Repository,
    steps: Steps,
    surface_of: Callable[[SlackThread], Surface],
    brief: BriefInvestigator,
    recorder: Recorder = NO_RECORDER,
    *,
    call_seconds: float,
) -> TurnRunner:
    """Make the runner."""
    deeds = build_deeds(settings, repository, steps, brief)
    return TurnRunner(repository, deeds, surface_of, call_seconds=call_seconds, recorder=recorder)


def build_deeds(
    settings: Settings, repository: Repository, steps: Steps, brief: BriefInvestigator
) -> tuple[Deed, ...]:
    """Make the deeds, in the order in which they are looked at.

    Alerts are briefed whatever investigates people's questions.
    """
    cards = Cards(repository)

    def working(steps: Steps, name: str) -> Work:
        watch, timeout = StopWatch(repository), settings.turn_timeout_seconds
        return Work(repository, steps, name, watch, timeout)

    work = working(steps, settings.investigator)
    return (
        Stop(cards),
        Mute(reads_replies=settings.replies == "all"),
        GiveUp(cards),
        Resume(work, cards),
        Withdraw(cards),
        Indicators(working(brief.indicators, brief.name), cards),
        Export(working(brief.export, brief.name), cards),
        Investigate(work, cards),
        InvestigateAlert(working(steps_of(brief.investigate), brief.name), cards),
        TellOfAlert(repository),
        Unknown(repository.now),
    )
