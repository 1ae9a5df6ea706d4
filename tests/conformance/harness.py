"""What an engine brings along to be tested: connections, a way to move its time, a URL."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Self

from session import Repository


class Harness(ABC):
    """One empty store of its own for one test. An engine signs up in `conftest.HARNESSES`."""

    name: ClassVar[str]
    """The test ids' suffix, such as `sqlite`."""
    has_frozen_clock: ClassVar[bool]
    """Whether the engine's time stands still between two `advance`s."""
    is_durable: ClassVar[bool]
    """Whether other processes can open `url`, and the store outlives its connections."""
    examples: ClassVar[int] = 20
    """How many random stories the property test tells; remote engines tell few."""
    steps: ClassVar[int] = 30
    """How long each of these stories is."""
    crowd: ClassVar[int] = 50
    """How many tasks of each process race in `test_processes`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        """Empty, and this store's alone."""
        self._opened: list[Repository] = []

    @classmethod
    @contextmanager
    def server(cls) -> Iterator[None]:
        """Run what all of this engine's stores need, once a test run; may `pytest.skip`."""
        yield

    @property
    def url(self) -> str | None:
        """What another process opens the store with; None where none can."""
        return None

    @property
    def environment(self) -> dict[str, str]:
        """What another process needs besides, such as an emulator's address."""
        return {}

    @abstractmethod
    async def open(self) -> Repository:
        """Open one more connection to the store, with the harness's own time injected."""

    @abstractmethod
    async def advance(self, by: timedelta) -> None:
        """Let the engine's time pass without sleeping: what is stored is older by that much."""

    async def spoil(self, table: str, id: str, **fields: str) -> None:
        """Write nonsense into a stored record, past the engine."""
        raise NotImplementedError

    async def connect(self) -> Repository:
        """Open one more connection; the harness closes it."""
        repository = await self.open()
        self._opened.append(repository)
        return repository

    async def reopen(self) -> Repository:
        """Close every connection, then open the store again."""
        await self._close_all()
        return await self.connect()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close_all()

    async def _close_all(self) -> None:
        while self._opened:
            await self._opened.pop().aclose()
