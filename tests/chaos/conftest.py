"""Each durable engine in turn."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.chaos.stores import Store, opened_store, server_of


@pytest.fixture(scope="session", params=["sqlite", "firestore"])
def engine(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """An engine's name and its server's address."""
    with server_of(request.param) as address:
        yield request.param, address


@pytest.fixture
async def store(engine: tuple[str, str], tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store of the engine."""
    name, address = engine
    async with opened_store(name, address, tmp_path) as store:
        yield store
