"""When the store's files or its disk are in trouble while the bot runs."""

import socket
from pathlib import Path

import aiohttp

from bot.slack.signals import Signals
from simulator import Slack
from tests.e2e.conftest import StartBot, has_reaction, texts
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
    slack: Slack, start_bot: StartBot, tmp_path: Path
) -> None:
    port = a_free_port()
    await start_bot(health_port=port)
    before = await slack.user("ann").mention("#incidents", "before")
    await slack.wait_for_reply(before, containing="answer 1")
    assert (await readiness(port))[0] == 200
    for file in tmp_path.glob("burrow.db*"):
        if file.is_file():
            file.unlink()

    async def is_noticed() -> bool:
        status, text = await readiness(port)
        return status == 503 and "was removed or replaced" in text

    await slack.wait_until(is_noticed)
    asked = await slack.user("ann").mention("#incidents", "and now?")
    await slack.wait_until(lambda: has_reaction(slack, asked, Signals.STORAGE_DOWN))
    assert await texts(slack, asked) == []
    assert not (tmp_path / "burrow.db").exists()


async def test_a_full_disk_is_shown_in_the_thread_and_the_log_and_mended_by_freeing_it(
    slack: Slack, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        env = environment(slack, f"sqlite:///{disk.folder}/burrow.db")
        async with bot_process(env, tmp_path) as bot:
            await slack.wait_for_sockets()
            disk.fill()
            asked = await slack.user("ann").mention("#incidents", "why? " + "x" * 30_000)
            await slack.wait_until(lambda: has_reaction(slack, asked, Signals.STORAGE_DOWN))
            await slack.wait_until(lambda: "is full: free some space" in bot.log)
            assert "Traceback" not in bot.log
            disk.free()
            await slack.wait_for_reply(asked, containing="answer 1", timeout=60)
            await slack.wait_quiet(0.5, timeout=30)
            assert not await has_reaction(slack, asked, Signals.STORAGE_DOWN)
