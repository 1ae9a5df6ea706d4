"""A thread in memory in which turns run, one after another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.config import Settings
from bot.investigators.brief import BriefInvestigator
from bot.investigators.contract import Case
from bot.investigators.loading import steps_of
from bot.surfaces.memory import MemorySurface
from bot.turns.building import build_deeds
from bot.turns.ending import TurnResult
from bot.turns.run import TurnRunner
from session import Message, Repository, SessionId
from tests.unit.bot.recording import Recording
from tests.unit.bot.stories import in_memory, lock_of
from tests.unit.bot.virtual_time import now

CALL_SECONDS = 2.0


@dataclass(slots=True)
class Room:
    """A thread, its session's store, and one investigator."""

    investigate: Callable[[Case], Any]
    timeout: float = 60.0
    replies: str = "all"
    repository: Repository = field(default_factory=in_memory)
    surface: MemorySurface = field(default_factory=MemorySurface)
    recording: Recording = field(default_factory=Recording)

    def runner(self) -> TurnRunner:
        steps = steps_of(self.investigate)
        settings = Settings.isolated(
            turn_timeout_seconds=self.timeout, investigator="test", replies=self.replies
        )
        deeds = build_deeds(settings, self.repository, steps, BriefInvestigator())
        return TurnRunner(
            self.repository,
            deeds,
            lambda _: self.surface,
            call_seconds=CALL_SECONDS,
            monotonic=now,
            recorder=self.recording,
        )

    async def turn(self, session_id: SessionId, holder: str = "req_holder") -> TurnResult:
        lock = await lock_of(self.repository, session_id, holder)
        try:
            result = await self.runner().run(lock)
            assert result is not None
            return result
        finally:
            await lock.release()

    async def states(self, session_id: SessionId) -> list[tuple[str, str | None]]:
        """What became of each entry of people, oldest first."""
        entries = await self.repository.timeline(session_id)
        return [(entry.text, entry.outcome) for entry in entries if entry.kind != "answer"]

    async def answer(self, session_id: SessionId) -> Message:
        """The answer that is stored."""
        entries = await self.repository.timeline(session_id)
        return next(entry for entry in entries if entry.kind == "answer")
