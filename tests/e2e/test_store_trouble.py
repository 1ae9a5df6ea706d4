"""When the store's files or its disk are in trouble while the bot runs."""

import socket
from pathlib import Path

import aiohttp

from simulator import Slack
from tests.e2e.conftest import has_reaction, texts
from tests.e2e.processes import bot_process, environment
from tests.support.small_disk import small_disk


def a_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def readiness(port: int) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}/readyz") as response,
    ):
        return response.status, await response.text()


async def test_a_bot_whose_store_was_removed_takes_nothing_in_and_says_so(
    slack: Slack, tmp_path: Path
) -> None:
    port, store = a_free_port(), tmp_path / "store"
    store.mkdir()
    env = environment(slack, f"sqlite:///{store}/burrow.db", HEALTH_PORT=str(port))

    async def is_noticed() -> bool:
        status, text = await readiness(port)
        return status == 503 and "was removed or replaced" in text

    async with bot_process(env, tmp_path):
        await slack.wait_for_sockets()
        before = await slack.user("ann").mention("#incidents", "before")
        await slack.wait_for_reply(before, containing="answer 1", timeout=30)
        assert (await readiness(port))[0] == 200
        for file in store.glob("burrow.db*"):
            if file.is_file():
                file.unlink()
        await slack.wait_until(is_noticed, timeout=30)
        asked = await slack.user("ann").mention("#incidents", "and now?")
        await slack.wait_until(lambda: has_reaction(slack, asked, "warning"))
        assert await texts(slack, asked) == []
        assert not (store / "burrow.db").exists()


async def test_a_full_disk_is_said_everywhere_and_mended_by_freeing_it(
    slack: Slack, tmp_path: Path
) -> None:
    port = a_free_port()

    async def is_unready() -> bool:
        status, text = await readiness(port)
        return status == 503 and "is full: free some space" in text

    async def is_ready() -> bool:
        return await readiness(port) == (200, "ok\n")

    with small_disk(tmp_path / "disk") as disk:
        store = f"sqlite:///{disk.folder}/burrow.db"
        env = environment(slack, store, HEALTH_PORT=str(port))
        async with bot_process(env, tmp_path) as bot:
            await slack.wait_for_sockets()
            await slack.wait_until(is_ready, timeout=30)
            disk.fill()
            await slack.wait_until(is_unready, timeout=30)
            asked = await slack.user("ann").mention("#incidents", "why? " + "x" * 9_000)
            await slack.wait_until(lambda: has_reaction(slack, asked, "warning"), timeout=30)
            assert "is full: free some space" in bot.log
            assert "Traceback" not in bot.log
            disk.free()
            await slack.wait_until(is_ready, timeout=30)
            again = await slack.user("ann").mention("#incidents", "again")
            await slack.wait_for_reply(again, containing="answer 1", timeout=30)
