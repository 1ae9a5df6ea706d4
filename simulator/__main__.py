"""`python -m simulator`: a workspace as a process of its own."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from simulator.local import Simulator
from simulator.manifest import DEFAULT_MANIFEST
from simulator.options import Options

DESCRIPTION = """\
A local Slack workspace on 127.0.0.1: Web API, Socket Mode and control verbs, without an account.

When it is ready it prints one line of JSON and serves until SIGTERM or Ctrl-C:

  {"base_url": "http://127.0.0.1:40123/api/", "bot_token": "xoxb-sim-…", "app_token": "xapp-sim-…"}

Point a Bolt app's client at base_url and use the two tokens. Drive it with
simulator.SimulatorClient.connect(base_url): post as Ann, wait for replies, break connections.
"""
EPILOG = """\
examples:
  python -m simulator --port 8810 --transcript
  python -m simulator --no-limits --time-scale 0.01 --seed 7
"""
ARGUMENTS: dict[str, dict[str, Any]] = {
    "--port": {
        "type": int,
        "default": 0,
        "help": "port on 127.0.0.1 (default 0: any free one)",
    },
    "--manifest": {
        "type": Path,
        "default": DEFAULT_MANIFEST,
        "help": "app manifest with scopes, events and the bot's name (default: the project's)",
    },
    "--no-limits": {
        "action": "store_true",
        "help": "lift the rate limits (about one post a second)",
    },
    "--time-scale": {
        "type": float,
        "default": 1.0,
        "metavar": "X",
        "help": "multiply the pauses before redelivery (0 s, 1 min, 5 min) by X, such as 0.01",
    },
    "--ack-timeout": {
        "type": float,
        "default": 3.0,
        "metavar": "SECONDS",
        "help": "how long the app has to ack an envelope (default 3, as in Slack)",
    },
    "--seed": {"type": int, "default": 0, "help": "seed of everything that is left to chance"},
    "--transcript": {"action": "store_true", "help": "write what happens to stderr, readably"},
    "--until-stdin-ends": {
        "action": "store_true",
        "help": "end when stdin does: with the program that holds its other end, even if killed",
    },
}


def main() -> int:
    try:
        options, found = read_arguments(sys.argv[1:])
        until_stdin_ends = found.until_stdin_ends
        asyncio.run(serve(options, transcript=found.transcript, until_stdin_ends=until_stdin_ends))
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def read_arguments(arguments: list[str]) -> tuple[Options, argparse.Namespace]:
    found = _parser().parse_args(arguments)
    options = Options(
        manifest=found.manifest,
        port=found.port,
        limits=not found.no_limits,
        ack_timeout=found.ack_timeout,
        time_scale=found.time_scale,
        seed=found.seed,
    )
    return options, found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, settings in ARGUMENTS.items():
        parser.add_argument(name, **settings)
    return parser


async def serve(
    options: Options, *, transcript: bool = False, until_stdin_ends: bool = False
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    if until_stdin_ends:
        _at_the_end_of_stdin(stop.set)
    async with Simulator.start(options) as slack:
        ready = {
            "base_url": slack.base_url,
            "bot_token": slack.bot_token,
            "app_token": slack.app_token,
        }
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        writer = asyncio.create_task(_write_transcript(slack)) if transcript else None
        await stop.wait()
        if writer is not None:
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer


def _at_the_end_of_stdin(end: Callable[[], None]) -> None:
    loop, stdin = asyncio.get_running_loop(), sys.stdin.fileno()

    def read() -> None:
        if not os.read(stdin, 4096):
            loop.remove_reader(stdin)
            end()

    loop.add_reader(stdin, read)


async def _write_transcript(slack: Simulator) -> None:
    async with slack.lines() as lines:
        async for line in lines:
            sys.stderr.write(line + "\n")
            sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
