"""A database of its own for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from session.engines.sqlite.repository import SQLiteRepository


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "burrow.db"


@pytest.fixture
async def repository(path: Path) -> AsyncIterator[SQLiteRepository]:
    repository = await SQLiteRepository.open(path)
    yield repository
    await repository.aclose()
