"""The investigator of the campaign: it does what people write, and writes down when it ran."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from bot.investigators.approvals import Ask, CallEnd, CallState, PendingCall, Verdict
from bot.investigators.contract import Case, Finding, Progress, Step
from session import Message
from tests.chaos.asking import tool
from tests.chaos.records import FOLDER_VARIABLE, Recorder

TOKEN = re.compile(r"\bq\d+\b")
"""Each message of a campaign carries one of its own, and the answer repeats it."""
_ASKING = re.compile(r"\bq(\d+) approve (\d)")


def scripted() -> Callable[[Case], AsyncIterator[Step]]:
    """Obey `work SECONDS`, `long CHARACTERS`, `fail`, `quiet`, `poison` (kill -9), `hang`.

    `approve CALLS act SECONDS` asks for the approval of calls that take so long.
    """
    recorder = Recorder(Path(os.environ[FOLDER_VARIABLE]))

    async def investigate(case: Case) -> AsyncIterator[Step]:
        recorder.started(case.session, [one.id for one in case.new])
        try:
            async for end in _carry_out(case, recorder):
                yield end
            if not case.decisions and (calls := _calls(case.new)):
                yield Ask(calls=calls)
                return
            async for step in _obey(case.new):
                yield step
        finally:
            recorder.ended(case.session)

    return investigate


def stubborn() -> Callable[[Case], AsyncIterator[Progress | Finding]]:
    """Ignore every cancellation for as long as `work` says, then answer all the same."""

    async def investigate(case: Case) -> AsyncIterator[Progress | Finding]:
        text = "\n".join(one.text for one in case.new)
        loop = asyncio.get_running_loop()
        until = loop.time() + sum(_numbers("work", text))
        while (left := until - loop.time()) > 0:
            try:
                await asyncio.sleep(left)
            except asyncio.CancelledError:
                yield Progress(text="I am not done")
        yield Finding(text="an answer nobody waits for")

    return investigate


async def _obey(messages: Sequence[Message]) -> AsyncIterator[Progress | Finding]:
    text = "\n".join(one.text for one in messages)
    if "poison" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "hang" in text:
        await asyncio.Event().wait()
    for seconds in _numbers("work", text):
        yield Progress(text=f"Working for {seconds:g} s")
        await asyncio.sleep(seconds)
    if "fail" in text:
        raise RuntimeError("asked to fail")
    answered = " ".join(match[0] for match in TOKEN.finditer(text))
    yield Finding(text=f"answer to: {answered}", worth_posting="quiet" not in text)
    for length in _numbers("long", text):
        yield Finding(text="x" * int(length))


def _calls(messages: Sequence[Message]) -> tuple[PendingCall, ...]:
    """Return what has to be approved; each call's tool has a name that no other has."""
    names = [
        tool(int(number), call)
        for one in messages
        for number, count in _ASKING.findall(one.text)
        for call in range(1, int(count) + 1)
    ]
    return tuple(PendingCall(id=it, tool=it, server="k8s", arguments="{}") for it in names)


async def _carry_out(case: Case, recorder: Recorder) -> AsyncIterator[CallEnd]:
    """Carry out what people have approved, and write down when."""
    text = "\n".join(one.text for one in case.new)
    seconds = sum(_numbers("act", text)) or 0.2
    for decision in case.decisions:
        if decision.verdict is Verdict.APPROVED:
            recorder.called(case.session, decision.call_id)
            await asyncio.sleep(seconds)
            recorder.returned(case.session, decision.call_id)
            yield CallEnd(call_id=decision.call_id, state=CallState.DONE)


def _numbers(word: str, text: str) -> list[float]:
    return [float(one) for one in re.findall(rf"\b{word} ([\d.]+)", text)]
