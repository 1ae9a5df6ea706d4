"""Joins what a turn is made of."""

from collections.abc import Callable

from bot.config import Settings
from bot.investigators.brief import BriefInvestigator
from bot.investigators.loading import Steps
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.surfaces.contract import Surface
from bot.turns.deeds.export import Export
from bot.turns.deeds.give_up import GiveUp
from bot.turns.deeds.indicators import Indicators
from bot.turns.deeds.investigate import Investigate
from bot.turns.deeds.mute import Mute
from bot.turns.deeds.stop import Stop
from bot.turns.run import TurnRunner
from bot.turns.stop_watch import StopWatch
from session import Repository, SlackThread


def build_turns(
    settings: Settings,
    repository: Repository,
    steps: Steps,
    surface_of: Callable[[SlackThread], Surface],
    recorder: Recorder = NO_RECORDER,
    *,
    call_seconds: float,
) -> TurnRunner:
    """Make the runner; its deeds stand in the order in which they are looked at."""
    brief, watch = BriefInvestigator(settings), StopWatch(repository)
    timeout = settings.turn_timeout_seconds
    deeds = (
        Stop(),
        Mute(),
        GiveUp(),
        Indicators(repository, brief.indicators, brief.name, watch, timeout),
        Export(repository, brief.export, brief.name, watch, timeout),
        Investigate(repository, steps, settings.investigator, watch, timeout),
    )
    return TurnRunner(repository, deeds, surface_of, call_seconds=call_seconds, recorder=recorder)
