"""The memory engine's harnesses: as it is, and as slow to answer as a distant store."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from session import Repository
from session.engines.memory import MemoryRepository
from tests.conformance.clock import FrozenClock
from tests.conformance.harness import Harness


class HesitantMemoryRepository(MemoryRepository):
    """Lets others run before and after each step, as an engine does that waits for something."""

    def __getattribute__(self, name: str) -> Any:
        found = object.__getattribute__(self, name)
        return _hesitating(found) if asyncio.iscoroutinefunction(found) else found


def _hesitating(step: Callable[..., Any]) -> Callable[..., Any]:
    async def hesitate(*args: Any, **options: Any) -> Any:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        result = await step(*args, **options)
        await asyncio.sleep(0)
        return result

    return hesitate


class MemoryHarness(Harness):
    """Each connection is the same object."""

    name = "memory"
    has_frozen_clock = True
    is_durable = False
    examples = 80
    steps = 40
    engine: Callable[[Callable[[], datetime]], MemoryRepository] = MemoryRepository

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._clock = FrozenClock()
        self._repository = type(self).engine(self._clock)

    async def open(self) -> Repository:
        return self._repository

    async def advance(self, by: timedelta) -> None:
        self._clock.advance(by)


class HesitantMemoryHarness(MemoryHarness):
    """Shows what goes wrong between a question to the store and its answer."""

    name = "hesitant-memory"
    examples = 5
    engine = HesitantMemoryRepository
