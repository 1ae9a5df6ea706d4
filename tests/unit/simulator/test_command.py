import asyncio
import json
import signal
import sys
from pathlib import Path

from simulator import SimulatorClient

ROOT = Path(__file__).resolve().parents[3]


async def start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "simulator",
        *arguments,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_the_simulator_runs_as_a_process_and_ends_on_sigterm() -> None:
    process = await start("--no-limits", "--transcript")
    assert process.stdout
    ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    async with SimulatorClient.connect(ready["base_url"]) as slack:
        assert ready["bot_token"] == slack.bot_token
        assert ready["app_token"] == slack.app_token
        await slack.user("ann").say("#incidents", "hello")
    process.send_signal(signal.SIGTERM)
    _, errors = await asyncio.wait_for(process.communicate(), 10)

    assert process.returncode == 0
    assert "Ann Keller: hello" in errors.decode()


async def test_the_simulator_ends_with_the_program_that_holds_its_stdin() -> None:
    process = await start("--until-stdin-ends")
    assert process.stdin
    assert process.stdout
    await asyncio.wait_for(process.stdout.readline(), 60)
    process.stdin.write(b"not read\n")
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 60) == 0


async def test_a_missing_manifest_is_named_in_one_line() -> None:
    process = await start("--manifest", "/nowhere/manifest.yml")
    _, errors = await asyncio.wait_for(process.communicate(), 30)

    assert process.returncode == 1
    assert errors.decode().strip().split("\n") == [
        "There is no app manifest at /nowhere/manifest.yml; name one with --manifest."
    ]
