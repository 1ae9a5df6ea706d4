"""A file that any released version wrote is read, carried forward and worked on by this one."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot import __version__
from session import ANSWER, Access, MessageState
from session.engines.sqlite import schema
from session.engines.sqlite.repository import SQLiteRepository
from session.engines.sqlite.schema import FORMAT
from tests.conformance.examples import a_message, acquired
from tests.stores.__main__ import FOLDER, OWED, investigate
from tests.support.full_store import UNKNOWN_KIND, facts
from tests.support.inbox import all_due
from tests.unit.bot.rooms import Room
from tests.unit.bot.stories import question

FILES = sorted(FOLDER.glob("*.sqlite"))
OURS = FOLDER / f"{__version__}.sqlite"
MOVED = (
    f"the stored shape has moved since tests/stores/{OURS.name} was written: run"
    f" `python -m tests.stores` before {__version__} is released (after it, raise VERSION in"
    " session/engines/sqlite/schema.py and add a step)"
)


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def released(request: pytest.FixtureRequest) -> Path:
    """One of the kept files."""
    path: Path = request.param
    assert path != OURS or is_of_present_shape(path), MOVED
    return path


@pytest.fixture
def store(released: Path, tmp_path: Path) -> Path:
    """A copy of it, for use."""
    return Path(shutil.copyfile(released, tmp_path / "burrow.db"))


def told_in(released: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(released.with_suffix(".json").read_text(encoding="utf-8"))
    return found


def is_part(before: object, now: object) -> bool:
    """Tell whether all that was said before is still said; there may be more."""
    match before, now:
        case dict(), dict():
            return all(key in now and is_part(before[key], now[key]) for key in before)
        case list(), list():
            return len(before) == len(now) and all(map(is_part, before, now))
    return before == now


@pytest.mark.parametrize("access", [Access.LOOK, Access.SERVE])
async def test_all_that_stood_in_it_is_there(released: Path, store: Path, access: Access) -> None:
    repository = await SQLiteRepository.open(store, access=access)
    now = await facts(repository)
    await repository.aclose()
    before = told_in(released)
    assert before.keys() == now.keys()
    for record in before:
        assert is_part(before[record], now[record]), record


async def test_what_was_open_is_worked_on(store: Path) -> None:
    repository = await SQLiteRepository.open(store)
    due = await all_due(repository)
    assert {UNKNOWN_KIND, ANSWER, "question", "stop"} <= {entry.kind for entry in due}
    for session_id in {entry.session_id for entry in due}:
        claim = await acquired(repository, session_id)
        entries = await repository.open_messages(session_id)
        await repository.close_messages(claim, [entry.id for entry in entries], "answered")
        await repository.release_lease(claim)
    assert {entry.state for entry in await all_due(repository)} <= {MessageState.PARKED}
    await a_message(repository, "1799.0001", into="1711.0001")
    await repository.aclose()


async def test_an_answer_that_it_owes_is_posted(store: Path) -> None:
    repository = await SQLiteRepository.open(store)
    room = Room(investigate, repository=repository)
    asked = await repository.get_message(question(OWED).id)
    assert asked is not None
    await room.turn(asked.session_id)
    assert any("A cold cache, since 9:02." in text for text in room.surface.texts)
    assert any("c1" in text for text in room.surface.texts)
    assert await repository.open_messages(asked.session_id) == []
    await repository.aclose()


def test_this_version_s_file_is_of_its_shape() -> None:
    assert OURS.exists(), MOVED
    assert is_of_present_shape(OURS), MOVED


def is_of_present_shape(path: Path) -> bool:
    """Tell whether a file was written by a version with the same tables as this one."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as file:
        return _shape_of(file) == _present_shape()


def _present_shape() -> tuple[int, set[str]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        schema.create_tables(model, FORMAT)
        return _shape_of(model)


def _shape_of(file: sqlite3.Connection) -> tuple[int, set[str]]:
    (version,) = file.execute("PRAGMA user_version").fetchone()
    rows = file.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return int(version), {" ".join(sql.split()) for (sql,) in rows}
