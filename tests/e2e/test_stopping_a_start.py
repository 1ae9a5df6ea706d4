"""SIGTERM and Ctrl-C are heeded at any moment of a start: exit code 0, within seconds."""

import asyncio
import itertools
import os
import pty
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from simulator import Slack
from tests.e2e.processes import ROOT, BotProcess, bot_process, environment
from tests.support.serving import serving
from tests.unit.bot.test_web import free_port

SIGNALS = [signal.SIGTERM, signal.SIGINT]
OTHERS = [("argparse", signal.SIGHUP), ("bot.app", signal.SIGQUIT)]
IMPORTED = ["argparse", "session.models", "bot.config", "aiohttp", "slack_bolt", "bot.app"]
"""Modules in the order in which a start imports them."""
HEEDED_SECONDS = 15


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/burrow.db"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def assert_it_ends(bot: BotProcess, number: signal.Signals) -> None:
    bot.signal(number)
    assert await bot.exit_code(HEEDED_SECONDS) == 0, bot.log
    assert "Traceback" not in bot.log


@pytest.mark.parametrize(("module", "number"), [*itertools.product(IMPORTED, SIGNALS), *OTHERS])
async def test_while_it_imports(
    slack: Slack, store: str, tmp_path: Path, module: str, number: signal.Signals
) -> None:
    env = environment(slack, store, PYTHONPROFILEIMPORTTIME="1")
    async with bot_process(env, tmp_path) as bot:
        await until(lambda: f" {module}\n" in bot.log)
        await assert_it_ends(bot, number)


async def test_other_commands_end_quietly_too(tmp_path: Path) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "importtime", "-m", "bot", "where", "https://x.slack.com/"),
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(ROOT)},
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stderr is not None
    await process.stderr.readuntil(b" argparse\n")
    process.send_signal(signal.SIGINT)
    rest = await process.stderr.read()
    assert (await process.wait(), b"Traceback" in rest) == (3, False)


@asynccontextmanager
async def slack_that(**hangs: bool) -> AsyncIterator[tuple[str, list[str]]]:
    """A Slack where the named steps never end; its address, and the steps that were reached."""
    reached: list[str] = []

    async def step(name: str, answer: web.StreamResponse | None) -> web.StreamResponse:
        reached.append(name)
        if hangs.get(name) or answer is None:
            await asyncio.sleep(600)
        assert answer is not None
        return answer

    async def auth(_: web.Request) -> web.StreamResponse:
        known = {"ok": True, "team_id": "T1", "user_id": "U1", "bot_id": "B1"}
        return await step("auth", web.json_response(known))

    async def issue(request: web.Request) -> web.StreamResponse:
        link = f"ws://{request.host}/link/"
        return await step("address", web.json_response({"ok": True, "url": link}))

    async def link(request: web.Request) -> web.StreamResponse:
        if hangs.get("handshake"):
            return await step("handshake", None)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        await step("hello", None)
        return ws

    app = web.Application()
    app.router.add_route("*", "/api/auth.test", auth)
    app.router.add_route("*", "/api/apps.connections.open", issue)
    app.router.add_get("/link/", link)
    async with serving(app, shutdown_timeout=0.1) as address:
        yield f"{address}/api/", reached


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("step", ["auth", "address", "handshake", "hello"])
async def test_while_slack_does_not_answer(
    slack: Slack, store: str, tmp_path: Path, step: str, number: signal.Signals
) -> None:
    async with (
        slack_that(**{step: True}) as (url, reached),
        bot_process(environment(slack, store, SLACK_API_URL=url), tmp_path) as bot,
    ):
        await until(lambda: step in reached)
        await assert_it_ends(bot, number)


@pytest.mark.parametrize("number", SIGNALS)
async def test_while_slack_refuses_every_connection(
    slack: Slack, store: str, tmp_path: Path, number: signal.Signals
) -> None:
    url = f"http://127.0.0.1:{free_port()}/api/"
    async with bot_process(environment(slack, store, SLACK_API_URL=url), tmp_path) as bot:
        await until(lambda: "slack.unreachable" in bot.log)
        await assert_it_ends(bot, number)


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_while_slack_asks_for_a_long_pause(
    slack: Slack, store: str, tmp_path: Path, method: str
) -> None:
    await slack.rate_limit(method, retry_after=300)
    async with bot_process(environment(slack, store), tmp_path) as bot:
        await until(lambda: "slack.rate_limited" in bot.log)
        await assert_it_ends(bot, signal.SIGTERM)


async def test_while_the_store_is_busy(slack: Slack, store: str, tmp_path: Path) -> None:
    blocker = sqlite3.connect(tmp_path / "burrow.db", isolation_level=None)
    blocker.execute("PRAGMA journal_mode=WAL")
    blocker.execute("BEGIN EXCLUSIVE")
    port = str(free_port())
    async with bot_process(environment(slack, store, HEALTH_PORT=port), tmp_path) as bot:
        await answers(f"http://127.0.0.1:{port}/livez")
        await assert_it_ends(bot, signal.SIGTERM)
    blocker.close()


async def answers(url: str) -> None:
    async with asyncio.timeout(30), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(url):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)


async def test_a_second_signal_during_the_start_is_no_trouble(
    slack: Slack, store: str, tmp_path: Path
) -> None:
    async with (
        slack_that(handshake=True) as (url, reached),
        bot_process(environment(slack, store, SLACK_API_URL=url), tmp_path) as bot,
    ):
        await until(lambda: "handshake" in reached)
        bot.signal(signal.SIGINT)
        await assert_it_ends(bot, signal.SIGINT)


async def test_a_client_that_sends_half_a_request_holds_up_no_stop(
    slack: Slack, store: str, tmp_path: Path
) -> None:
    port = free_port()
    async with bot_process(environment(slack, store, HEALTH_PORT=str(port)), tmp_path) as bot:
        await slack.wait_for_sockets()
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nxy")
            await asyncio.sleep(0.2)
            bot.signal(signal.SIGTERM)
            await until(lambda: "bot.stopped" in bot.log)
            assert await bot.exit_code(6) == 0


async def probes(port: int) -> dict[str, tuple[int, str]]:
    async with aiohttp.ClientSession() as http:
        found = {}
        for path in ("/livez", "/readyz"):
            async with http.get(f"http://127.0.0.1:{port}{path}") as response:
                found[path] = (response.status, await response.text())
        return found


async def test_probes_are_answered_from_the_start_to_the_stop(
    slack: Slack, store: str, tmp_path: Path
) -> None:
    port = free_port()
    await slack.rate_limit("apps.connections.open", retry_after=2)
    env = environment(slack, store, HEALTH_PORT=str(port), SHUTDOWN_GRACE_SECONDS="60")
    async with bot_process(env, tmp_path) as bot:
        await until(lambda: "slack.rate_limited" in bot.log)
        assert await probes(port) == {"/livez": (200, "ok\n"), "/readyz": (503, "starting\n")}
        await until(lambda: "bot.ready" in bot.log)
        assert await probes(port) == {"/livez": (200, "ok\n"), "/readyz": (200, "ok\n")}
        asked = await slack.user("ann").mention("#incidents", "sleep 4")
        await slack.wait_for_reply(asked)
        bot.signal(signal.SIGTERM)
        await until(lambda: "bot.stopping" in bot.log)
        assert await probes(port) == {"/livez": (200, "ok\n"), "/readyz": (503, "stopping\n")}
        assert await bot.exit_code() == 0


async def test_ctrl_c_ends_the_demo_at_its_prompt(tmp_path: Path) -> None:
    await end_the_demo(tmp_path, when="Now you:", end=lambda terminal: os.write(terminal, b"\x03"))


@pytest.mark.slow
async def test_ctrl_d_ends_the_demo_at_its_prompt(tmp_path: Path) -> None:
    await end_the_demo(tmp_path, when="Now you:", end=lambda terminal: os.write(terminal, b"\x04"))


async def test_ctrl_c_ends_the_demo_in_the_middle_of_its_play(tmp_path: Path) -> None:
    await end_the_demo(
        tmp_path, when="#incidents", end=lambda terminal: os.write(terminal, b"\x03")
    )


async def end_the_demo(folder: Path, *, when: str, end: Callable[[int], object]) -> None:
    """Run the demo on a terminal, press keys once it has printed `when`, and see it end."""
    terminal, inside = pty.openpty()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo"),
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
        stdin=inside,
        stdout=inside,
        stderr=inside,
        preexec_fn=_own_terminal,
    )
    os.close(inside)
    printed = bytearray()
    loop = asyncio.get_running_loop()
    loop.add_reader(terminal, lambda: printed.extend(_read(terminal)))
    try:
        async with asyncio.timeout(100):
            while when.encode() not in printed:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        end(terminal)
        code = await asyncio.wait_for(process.wait(), HEEDED_SECONDS)
        assert (code, b"Traceback" in printed) == (0, False), printed.decode()
    finally:
        loop.remove_reader(terminal)
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(terminal)


def _own_terminal() -> None:
    """Make this terminal the process's own, so that Ctrl-C reaches it."""
    import fcntl
    import termios

    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
