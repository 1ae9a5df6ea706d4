"""Investigators for the tests, scripted by what people write."""

import asyncio
import os
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from bot.investigators.approvals import Ask, CallEnd, CallState, PendingCall, Verdict
from bot.investigators.contract import Case, Finding, Progress, Step
from session import SessionId
from tests.e2e.records import recorded


class Overlaps:
    """Notices two turns at once in one session, whichever instance of this process ran them."""

    def __init__(self) -> None:
        self.running: Counter[SessionId] = Counter()
        self.worst = 0


OVERLAPS = Overlaps()


def echo() -> Callable[[Case], AsyncIterator[Progress | Finding]]:
    """Answer with what was asked; `sleep 2`, `fail`, `long`, `huge` and others do just that."""
    return _echo


async def _echo(case: Case) -> AsyncIterator[Progress | Finding]:
    OVERLAPS.running[case.session.id] += 1
    OVERLAPS.worst = max(OVERLAPS.worst, OVERLAPS.running[case.session.id])
    try:
        text = " ".join(message.text for message in case.new)
        if match := re.search(r"sleep ([\d.]+)", text):
            yield Progress(text="Sleeping on it")
            await asyncio.sleep(float(match[1]))
        if "fail" in text:
            raise RuntimeError("the tea is cold, token xoxb-123456789012-secretsecret")
        if "read" in text:
            messages = await case.thread.read()
            yield Finding(text="\n".join(f"{one.author}: {one.text}" for one in messages))
            return
        notebook = await case.notebook.read()
        count = int(notebook.get("count", 0)) + 1
        asked = " | ".join(_without_mention(message.text) for message in case.new)
        if "huge" in text:
            yield Finding(text="word " * 600_000)
            return
        yield Finding(
            text="x" * 30_000 if "long" in text else f"answer {count} to: {asked}",
            worth_posting="quiet" not in text,
            notebook={"count": count},
        )
    finally:
        OVERLAPS.running[case.session.id] -= 1


def recording() -> Callable[[Case], AsyncIterator[Progress | Finding]]:
    """Do as `echo`, and leave a record of it on the file that TURN_RECORDS names."""

    async def investigate(case: Case) -> AsyncIterator[Progress | Finding]:
        with recorded(case.session.id, [one.id for one in case.new]):
            await asyncio.sleep(0.02)
            async for piece in _echo(case):
                yield piece

    return investigate


def blocking() -> Callable[[Case], str]:
    """A plain function that blocks its thread."""

    def investigate(case: Case) -> str:
        time.sleep(0.2)
        return f"blocked for {len(case.new)}"

    return investigate


def silent() -> Callable[[Case], AsyncIterator[Progress | Finding]]:
    """One that yields nothing at all."""

    async def investigate(case: Case) -> AsyncIterator[Progress | Finding]:
        return
        yield Finding(text="never")

    return investigate


def _without_mention(text: str) -> str:
    return re.sub(r"<@\w+>\s*", "", text)


def careful() -> Callable[[Case], AsyncIterator[Step]]:
    """Ask before a call; an approved one adds a line to the file CALLS, and takes a minute."""
    return _careful


async def _careful(case: Case) -> AsyncIterator[Step]:
    for decision in case.decisions:
        if decision.verdict is Verdict.APPROVED:
            _note_call()
            await asyncio.sleep(60)
            yield CallEnd(call_id=decision.call_id, state=CallState.DONE)
    if case.decisions:
        yield Finding(text="looked again")
        return
    restart = PendingCall(id="c1", tool="restart", server="k8s", arguments='{"name": "checkout"}')
    yield Ask(calls=(restart,))


def _note_call() -> None:
    with Path(os.environ["CALLS"]).open("a") as calls:
        calls.write("restarted\n")
