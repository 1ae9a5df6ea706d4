"""How long a brief of 1,000 messages takes, and what it costs: `python -m benchmarks.brief`."""

import random
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

from bot.document.thread import ThreadMessage
from bot.investigators.brief.briefing import whole
from bot.investigators.brief.digest import digest
from bot.investigators.brief.extract import extract
from bot.investigators.brief.reading import read_entries

MESSAGES = 1_000
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852"
SHA = "3f2a9c1e4b5d6f708192a3b4c5d6e7f8091a"


def text(number: int, dice: random.Random) -> str:
    """Write what is pasted into such threads: log lines, links, indicators, talk."""
    kind = dice.random()
    if kind < 0.3:
        return (
            f"2026-11-23T02:{number % 60:02}:07Z api-7f9c WARN id=0d9c6f2e-7b1a-4b6e-9f0a-"
            f"{number:012} took {number} ms from 203.0.113.{number % 250} via payments.acme.com"
        )
    if kind < 0.5:
        return f"5xx on https://shop.acme.com/checkout/{number}?a=1 since 02:{number % 60:02}"
    if kind < 0.6:
        return f"binary {HASH}{number:04x} contacted evil{number % 20}[.]com, hxxp://bad[.]net/x"
    if kind < 0.7:
        return f"rolled back to {SHA}{number:04x} on i-0abcd1234ef56{number:04x}, see SEC-{number}"
    return "the queue is growing again: does anybody know who deployed main.py and config.json?"


def thread() -> list[ThreadMessage]:
    """Make the thread, the same one each time."""
    dice = random.Random(1)
    return [
        ThreadMessage(
            ts=f"{int((START + timedelta(seconds=20 * number)).timestamp())}.000000",
            sent_at=START + timedelta(seconds=20 * number),
            author_id=f"U{number % 12}",
            author=f"Person {number % 12}",
            text=text(number, dice),
            link=f"https://acme.slack.com/archives/C1/p{number:016}?thread_ts=1&cid=C1",
        )
        for number in range(MESSAGES)
    ]


def milliseconds_to_import() -> float:
    """Return what importing the brief adds to the start of a process."""

    def start(statement: str) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        return time.perf_counter() - began

    bare = min(start("import asyncio, ipaddress, bot.investigators.contract") for _ in range(5))
    return 1000 * (min(start("import bot.investigators.brief") for _ in range(5)) - bare)


def main() -> None:
    """Print the figures."""
    print(f"import                            {milliseconds_to_import():8.0f} ms")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    extract("acme.com")
    first = time.perf_counter() - began
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"first domain (loads the list)     {first * 1000:8.0f} ms, {memory:.1f} MB")
    messages = thread()
    began = time.perf_counter()
    found = sum(len(extract(one.text)) for one in messages)
    extracted = time.perf_counter() - began
    print(f"extraction, {MESSAGES:,} messages       {extracted * 1000:8.0f} ms, {found:,} hits")
    began = time.perf_counter()
    finding = whole(digest(read_entries(messages, frozenset())), (), None, messages[-1].sent_at)
    briefed = time.perf_counter() - began
    blocks = finding.document.blocks if finding.document else ()
    print(f"the whole brief                   {briefed * 1000:8.0f} ms, {len(blocks)} blocks")


if __name__ == "__main__":
    main()
