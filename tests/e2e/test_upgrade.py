"""A new version is started on an older one's SQLite file, as an operator does it."""

import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from bot import words
from bot.commands.exits import Exit
from simulator import Options, Slack
from tests.e2e.commands import command
from tests.e2e.conftest import texts
from tests.e2e.next_version import WAITS_VARIABLE
from tests.e2e.processes import bot_process, environment
from tests.e2e.test_store_trouble import a_free_port

NEXT = "tests.e2e.next_version"


@pytest.fixture
def slack_options() -> Options:
    """What finds no connection comes again after seconds, not minutes."""
    return Options(time_scale=0.05)


async def probe(port: int, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}/{path}") as response,
    ):
        return response.status, await response.text()


async def test_a_thread_goes_on_in_the_next_version_which_is_alive_while_it_carries_forward(
    slack: Slack, tmp_path: Path
) -> None:
    port, store = a_free_port(), tmp_path / "burrow.db"
    env = environment(slack, f"sqlite:///{store}")
    async with bot_process(env, tmp_path) as before:
        await slack.wait_for_sockets()
        asked = await slack.user("ann").mention("#incidents", "why?")
        await slack.wait_for_reply(asked, containing="answer 1", timeout=30)
        (tmp_path / "go").touch()
        listing = ("sessions", "--json")
        listed = await command(*listing, folder=tmp_path, env=env, module=NEXT)
        assert (listed.code, listed.err) == (0, "")
        assert listed.out == (await command(*listing, folder=tmp_path, env=env)).out
        (tmp_path / "go").unlink()
        next_env = env | {"HEALTH_PORT": str(port)}
        async with bot_process(next_env, tmp_path, NEXT) as after:
            await slack.wait_until(lambda: "store.waiting" in after.log, timeout=30)
            assert await probe(port, "livez") == (200, "ok\n")
            before.signal(signal.SIGTERM)
            assert await before.exit_code() == 0
            await slack.user("ben").mention("#incidents", "and now?", asked.ts)
            copy = store.with_name("burrow.db-before-upgrade")
            await slack.wait_until(copy.exists, timeout=30)
            assert await probe(port, "livez") == (200, "ok\n")
            assert await probe(port, "readyz") == (503, "starting\n")
            (tmp_path / "go").touch()
            await slack.wait_for_reply(asked, containing="and now?", timeout=60)
            assert await probe(port, "readyz") == (200, "ok\n")
            assert "store.carried_forward" in after.log
    said = await texts(slack, asked)
    assert sum(text.startswith(words.STARTING) for text in said) == 1


async def test_a_start_that_is_told_to_stop_in_the_middle_leaves_the_file_as_it_was(
    slack: Slack, tmp_path: Path
) -> None:
    store = tmp_path / "burrow.db"
    env = environment(slack, f"sqlite:///{store}")
    async with bot_process(env, tmp_path) as before:
        await slack.wait_for_sockets()
        before.signal(signal.SIGTERM)
        assert await before.exit_code() == 0
    async with bot_process(env, tmp_path, NEXT) as after:
        copy = store.with_name("burrow.db-before-upgrade")
        await slack.wait_until(copy.exists, timeout=30)
        after.signal(signal.SIGTERM)
        assert await after.exit_code(timeout=15) == 0
        assert "Traceback" not in after.log
    async with bot_process(env, tmp_path) as before:
        await slack.wait_until(lambda: "bot.ready" in before.log, timeout=30)


async def test_a_start_beside_a_bot_that_stays_ends_as_busy_and_names_it(
    slack: Slack, tmp_path: Path
) -> None:
    store = tmp_path / "burrow.db"
    env = environment(slack, f"sqlite:///{store}")
    async with bot_process(env, tmp_path) as before:
        await slack.wait_for_sockets()
        next_env = env | {WAITS_VARIABLE: "1"}
        async with bot_process(next_env, tmp_path, NEXT) as after:
            assert await after.exit_code() == Exit.BUSY
            told = after.log.splitlines()[-1]
        assert told.startswith(f"another process uses {store}: stop it first")
        assert sys.platform != "linux" or f"(process {before.pid} (" in told
        asked = await slack.user("ann").mention("#incidents", "why?")
        await slack.wait_for_reply(asked, containing="answer 1", timeout=30)
