"""The memory engine's harness."""

from datetime import timedelta
from pathlib import Path

from session import Repository
from session.engines.memory import MemoryRepository
from tests.conformance.clock import FrozenClock
from tests.conformance.harness import Harness


class MemoryHarness(Harness):
    """Each connection is the same object."""

    name = "memory"
    has_frozen_clock = True
    is_durable = False
    examples = 150
    steps = 40

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._clock = FrozenClock()
        self._repository = MemoryRepository(self._clock)

    async def open(self) -> Repository:
        return self._repository

    async def advance(self, by: timedelta) -> None:
        self._clock.advance(by)
