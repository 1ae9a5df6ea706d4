"""A backup that was made while the bot runs is a store."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from session import open_repository
from tests.conformance.examples import acquired
from tests.support.moving import answered, fill, many


def back_up(file: Path, to: Path) -> None:
    with closing(sqlite3.connect(file)) as live, closing(sqlite3.connect(to)) as copy:
        live.backup(copy)


def vacuum_into(file: Path, to: Path) -> None:
    with closing(sqlite3.connect(file)) as live:
        live.execute("VACUUM INTO ?", (str(to),))


@pytest.mark.parametrize("method", [back_up, vacuum_into])
async def test_a_backup_of_a_live_store_opens_with_all_that_was_committed(
    tmp_path: Path, method: Callable[[Path, Path], None]
) -> None:
    live, backup = tmp_path / "burrow.db", tmp_path / "backup.db"
    async with open_repository(f"sqlite:///{live}") as repository:
        await fill(repository, many(20))
        await acquired(repository, answered("00007").session.id)
        method(live, backup)
        await fill(repository, [answered("later")])
        async with open_repository(f"sqlite:///{backup}") as restored:
            sessions = await restored.scan_sessions()
            assert len(sessions) == 20
            for session in sessions:
                ours = await repository.read_record(session.id)
                assert await restored.read_record(session.id) == ours
