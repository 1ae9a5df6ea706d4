"""Every test of this folder runs on every engine that is listed here."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from session import Repository, open_repository
from tests.conformance.firestore import FirestoreHarness
from tests.conformance.harness import Harness
from tests.conformance.memory import HesitantMemoryHarness, MemoryHarness
from tests.conformance.sqlite import SQLiteHarness

HARNESSES: list[type[Harness]] = [
    MemoryHarness,
    HesitantMemoryHarness,
    SQLiteHarness,
    FirestoreHarness,
]


@pytest.fixture(scope="session", params=HARNESSES, ids=lambda harness: harness.name)
def engine(request: pytest.FixtureRequest) -> Iterator[type[Harness]]:
    """Each engine in turn, with its server running."""
    harness: type[Harness] = request.param
    with harness.server():
        yield harness


@pytest.fixture
async def harness(engine: type[Harness], tmp_path: Path) -> AsyncIterator[Harness]:
    """An empty store of the engine."""
    async with engine(tmp_path) as harness:
        yield harness


@pytest.fixture
async def repository(harness: Harness) -> Repository:
    """A connection to the empty store."""
    return await harness.connect()


@pytest.fixture
def shared(harness: Harness) -> Harness:
    """A store that other processes can open."""
    if not harness.is_durable:
        pytest.skip("lives in one process only")
    return harness


@pytest.fixture
async def store(shared: Harness) -> AsyncIterator[Repository]:
    """This process's connection, in the same real time as the workers'."""
    assert shared.url is not None
    async with open_repository(shared.url) as repository:
        yield repository
