"""`python -m bot copy`, as a process: between two engines, broken off, refused."""

import os
import re
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from session import Access, Repository, open_repository
from session.models import SessionRecord
from simulator import Slack
from tests.conformance.examples import acquired
from tests.conformance.harness import Harness
from tests.e2e.commands import Ended, command, ended, started
from tests.e2e.processes import bot_process, environment
from tests.support.moving import answered, every_kind, fill, many, undelivered


@pytest.fixture
def home(tmp_path: Path) -> str:
    """A SQLite store, the one to move away from and back to."""
    return f"sqlite:///{tmp_path}/home.db"


async def copy(source: str, target: str, *more: str, store: Harness) -> Ended:
    return await command(
        "copy", source, target, *more, folder=store.directory, env=store.environment
    )


async def put(url: str, records: Sequence[SessionRecord]) -> None:
    async with open_repository(url) as repository:
        await fill(repository, list(records))


async def content(repository: Repository) -> list[SessionRecord | None]:
    sessions = await repository.scan_sessions(limit=5000)
    return [await repository.read_record(one.id) for one in sessions]


async def content_of(url: str) -> list[SessionRecord | None]:
    async with open_repository(url) as repository:
        return await content(repository)


def digest_in(told: Ended) -> str:
    assert told.code == 0, told
    found = re.search(r"SHA-256 ([0-9a-f]{64})", told.out)
    assert found is not None
    return found[1]


def in_order(records: Sequence[SessionRecord]) -> list[SessionRecord]:
    return sorted(records, key=lambda one: one.session.id)


async def test_a_move_there_and_back_changes_nothing(
    shared_store: Harness, home: str, tmp_path: Path
) -> None:
    assert shared_store.url is not None
    records, back = every_kind(), f"sqlite:///{tmp_path}/back.db"
    await put(home, records)
    there = await copy(home, shared_store.url, store=shared_store)
    assert f"{len(records)} sessions copied" in there.out
    assert f"SESSION_STORE={shared_store.url}" in there.out
    again = await copy(shared_store.url, back, store=shared_store)
    assert digest_in(there) == digest_in(again)
    assert await content_of(shared_store.url) == await content_of(back) == in_order(records)


@pytest.mark.parametrize(
    "number", [signal.SIGKILL, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
async def test_a_copy_that_is_broken_off_goes_on_where_it_was(
    shared_store: Harness, home: str, number: signal.Signals
) -> None:
    assert shared_store.url is not None
    records = [*every_kind(), *many(1000 if shared_store.name == "sqlite" else 100)]
    await put(home, records)
    words = ("copy", home, shared_store.url)
    copying = await started(*words, folder=shared_store.directory, env=shared_store.environment)
    assert copying.stdout is not None
    while b"copying" not in (line := await copying.stdout.readline()):
        assert line
    copying.send_signal(number)
    told = await ended(copying)
    assert told.code == (3 if number is signal.SIGINT else -signal.SIGKILL)
    if number is signal.SIGINT:
        assert "run the same command again" in told.err
    assert "Traceback" not in told.err
    assert len(await content_of(shared_store.url)) < len(records)

    again = await copy(home, shared_store.url, store=shared_store)
    assert digest_in(again)
    assert re.search(r" [1-9]\d* were there already", again.out)
    assert await content_of(shared_store.url) == in_order(records)
    assert digest_in(again) == digest_in(await copy(home, shared_store.url, store=shared_store))


async def test_a_held_lease_is_named_and_nothing_is_copied(
    shared_store: Harness, home: str
) -> None:
    assert shared_store.url is not None
    record = answered("busy")
    async with open_repository(shared_store.url) as repository:
        await fill(repository, [record])
        await acquired(repository, record.session.id, "req_night")
        told = await copy(shared_store.url, home, store=shared_store)
    assert told.code == 4
    assert "Nothing was copied" in told.err
    assert "T1 C1 17 busy" in told.err
    assert "held by req_night since 20" in told.err
    assert "Stop every bot" in told.err
    assert await content_of(home) == []


@pytest.mark.parametrize("used", ["from", "to"])
async def test_a_bot_on_either_store_is_named_and_nothing_is_copied(
    slack: Slack, shared_store: Harness, home: str, tmp_path: Path, used: str
) -> None:
    assert shared_store.url is not None
    await put(home, [answered("one")])
    await put(shared_store.url, [])
    stores = (shared_store.url, home) if used == "from" else (home, shared_store.url)
    env = environment(slack, shared_store.url) | shared_store.environment
    async with bot_process(env, tmp_path) as bot:
        await slack.wait_until(lambda: "bot.ready" in bot.log, timeout=60)
        await slack.wait_until(lambda: is_known(shared_store.url), timeout=60)
        told = await copy(*stores, store=shared_store)
        assert told.code == 4, told
        assert "Nothing was copied" in told.err
        assert f"a bot on {socket.gethostname()}, version" in told.err
        assert "Stop every bot" in told.err
        bot.signal(signal.SIGTERM)
        assert await bot.exit_code() == 0
    assert (await copy(*stores, store=shared_store)).code == 0


async def is_known(url: str | None) -> bool:
    assert url is not None
    async with open_repository(url, access=Access.LOOK) as repository:
        return any(bot.about for bot in await repository.instances())


async def test_a_dry_run_says_what_it_would_do_and_creates_no_file(
    shared_store: Harness, home: str, tmp_path: Path
) -> None:
    assert shared_store.url is not None
    await put(shared_store.url, every_kind())
    told = await copy(shared_store.url, home, "--dry-run", store=shared_store)
    assert told.code == 0, told.err
    assert f"{len(every_kind())} of {len(every_kind())} sessions would be copied" in told.out
    assert not (tmp_path / "home.db").exists()


async def test_a_dry_run_stores_nothing(shared_store: Harness, home: str) -> None:
    assert shared_store.url is not None
    await put(home, every_kind())
    told = await copy(home, shared_store.url, "--dry-run", store=shared_store)
    assert told.code == 0, told.err
    assert await content_of(shared_store.url) == []


async def test_a_session_that_differs_in_the_target_is_named_and_kept(
    shared_store: Harness, home: str
) -> None:
    assert shared_store.url is not None
    await put(home, [answered("one"), answered("two")])
    await put(shared_store.url, [undelivered("one")])
    told = await copy(home, shared_store.url, store=shared_store)
    assert told.code == 1
    assert "In TO already, but different" in told.err
    assert answered("one").session.id in told.err
    assert answered("two").session.id not in told.err
    assert await content_of(shared_store.url) == [undelivered("one"), answered("two")]


async def test_a_place_where_no_store_can_be_is_named_with_what_to_do(
    tmp_path: Path, home: str
) -> None:
    await put(home, [answered("one")])
    (folder := tmp_path / "places").mkdir()
    (folder / "diary.txt").write_text("Dear diary, " * 100)
    os.mkfifo(folder / "pipe")
    for place, says in (
        ("no/folder/b.db", "TO: there is no folder"),
        ("diary.txt", "is not a SQLite database: name another file."),
        ("pipe", "is a device or a pipe: name a file."),
    ):
        told = await command("copy", home, f"sqlite:///{place}", folder=folder, env={})
        assert told.code == 2, told
        assert says in told.err
        assert "again" not in told.err
        assert "Traceback" not in told.err
    assert sorted(it.name for it in folder.iterdir()) == ["diary.txt", "pipe"]


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        ("sqlite:///here.db", "sqlite:///../{folder}/here.db", "the same store"),
        ("firestore://acme", "firestore://acme/(default)", "the same store"),
        ("memory://", "sqlite:///here.db", "memory:// lasts only as long"),
        ("sqlite:///here.db", "memory://", "memory:// lasts only as long"),
        ("sqlite:///nowhere.db", "sqlite:///here.db", "There is no file"),
        ("redis://here", "sqlite:///here.db", "Good forms"),
    ],
)
async def test_what_cannot_be_copied_is_refused_with_a_sentence(
    tmp_path: Path, source: str, target: str, says: str
) -> None:
    await put(f"sqlite:///{tmp_path}/here.db", [])
    urls = [one.format(folder=tmp_path.name) for one in (source, target)]
    told = await command("copy", *urls, folder=tmp_path, env={})
    assert told.code == 2
    assert says in told.err
    assert len(told.err.splitlines()) == 1
    assert not (tmp_path / "nowhere.db").exists()
