"""A run of the agent that waits for people in a store, on every engine, and goes on elsewhere."""

import asyncio
from collections.abc import Callable

import pytest

pytest.importorskip("pydantic_ai", reason="the extra `agent` is not installed: make agent")

from bot.config import Settings
from bot.investigators.agent import words
from bot.investigators.agent.investigator import AgentInvestigator
from bot.investigators.brief import BriefInvestigator
from bot.investigators.loading import steps_of
from bot.surfaces.memory import MemorySurface
from bot.turns.building import build_deeds
from bot.turns.run import TurnRunner
from session import Repository, SessionId
from tests.conformance.harness import Harness
from tests.conformance.test_approvals import a_turn, is_over, stored
from tests.unit.agent.reports import reply
from tests.unit.agent.scripted import Script, agent_with
from tests.unit.agent.test_approvals import Machines, restart
from tests.unit.bot.approvals import card_of, decision
from tests.unit.bot.stories import question, stop

ANSWER = reply("Nobody knows why.", "m1", "please restart checkout")


def bot(repository: Repository, agent: AgentInvestigator, surface: MemorySurface) -> TurnRunner:
    """Make an instance of the bot on this connection."""
    deeds = build_deeds(
        Settings.isolated(), repository, steps_of(agent.investigate), BriefInvestigator()
    )
    return TurnRunner(repository, deeds, lambda _: surface, call_seconds=1)


def agent(script: Script, machines: Machines | None) -> AgentInvestigator:
    return agent_with(script, toolsets=[machines.tools()] if machines else [])


async def work_on(runner: TurnRunner, repository: Repository, session_id: SessionId) -> None:
    while await runner.are_due(session_id):
        await a_turn(runner, repository, session_id)


async def waits(harness: Harness, surface: MemorySurface, *turns: object) -> SessionId:
    """Have an instance ask for a restart, and go."""
    repository = await harness.connect()
    script = Script([restart(), *turns])
    session_id = await stored(repository, question("1", "please restart checkout"))
    await a_turn(bot(repository, agent(script, Machines()), surface), repository, session_id)
    return session_id


LINE = "restart of the server k8s: "
ENDS: dict[str, tuple[Callable[[], Machines | None], list[str], str]] = {
    "done": (Machines, ["checkout"], "done. Approved by @Ben."),
    "failed": (lambda: Machines(fails=True), ["checkout"], "failed"),
    "no answer in time": (
        lambda: Machines(seconds=5),
        ["checkout"],
        "outcome not known, it may have been done.",
    ),
    "the tool is gone": (lambda: None, [], f"not run, {words.TOOL_GONE}"),
}


@pytest.mark.parametrize("end", ENDS)
async def test_another_instance_goes_on_with_the_run_that_waited(
    harness: Harness, end: str
) -> None:
    make, ran, told = ENDS[end]
    machines, surface, script = make(), MemorySurface(), Script([ANSWER])
    session_id = await waits(harness, surface)
    repository = await harness.connect()
    await stored(repository, decision(await card_of(repository, session_id)))
    await work_on(bot(repository, agent(script, machines), surface), repository, session_id)
    assert (machines.restarted if machines else []) == ran
    lines = [line for line in "\n".join(surface.texts).splitlines() if line.startswith(LINE)]
    assert [line for line in lines if told in line] == lines[-1:], lines
    assert "please restart checkout" in script.sent(0), "the conversation came from the store"
    assert await is_over(repository, session_id)


async def test_a_turn_in_between_leaves_the_run_that_waits_as_it_was(harness: Harness) -> None:
    surface, machines = MemorySurface(), Machines()
    session_id = await waits(harness, surface)
    repository = await harness.connect()
    script = Script([restart("cart"), ANSWER])
    await stored(repository, question("2", "<@UB> is cart slow?"))
    await work_on(bot(repository, agent(script, machines), surface), repository, session_id)
    assert f"Not run: restart ({words.ANOTHER_IS_OPEN})" in surface.texts[-1]
    script = Script([ANSWER])
    await stored(repository, decision(await card_of(repository, session_id)))
    await work_on(bot(repository, agent(script, machines), surface), repository, session_id)
    assert machines.restarted == ["checkout"]
    assert "is cart slow?" not in script.sent(0)
    assert await is_over(repository, session_id)


async def test_a_stop_in_mid_call_is_told_as_not_known(harness: Harness) -> None:
    surface, machines = MemorySurface(), Machines(seconds=600, most=600)
    session_id = await waits(harness, surface)
    repository = await harness.connect()
    await stored(repository, decision(await card_of(repository, session_id)))
    runner = bot(repository, agent(Script([ANSWER]), machines), surface)
    working = asyncio.create_task(work_on(runner, repository, session_id))
    async with asyncio.timeout(30):
        await machines.begun.wait()
        await stored(repository, stop("58"))
        await working
    said = "\n".join(surface.texts)
    assert machines.restarted == ["checkout"]
    assert "restart of the server k8s: outcome not known, it may have been done." in said
    assert await is_over(repository, session_id)
