"""Calls that people have to approve: what is asked for, what is refused, how a run goes on."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pydantic_ai import ToolFailed
from pydantic_ai.tools import Tool
from pydantic_ai.toolsets import FunctionToolset

from bot.document.plain import plain_text
from bot.investigators.agent import words
from bot.investigators.agent.calls import OUTCOME_UNKNOWN, Rule
from bot.investigators.agent.investigator import AgentInvestigator
from bot.investigators.agent.work import Work
from bot.investigators.approvals import (
    Ask,
    CallEnd,
    CallState,
    Decision,
    Verdict,
)
from bot.investigators.contract import Finding, Step
from tests.unit.agent.cases import asked, outage
from tests.unit.agent.reports import reply, report
from tests.unit.agent.scripted import Script, agent_with, steps

T = TypeVar("T")
DONE = reply("checkout restarts", "t1", "restarted checkout now")
LOOKED = reply("the pool is full", "m2", "too many connections for role app")
HELD = report(("The database refuses", "m2", "too many connections for role app"))


@dataclass(slots=True)
class Machines:
    """Tools that change something, and what they did."""

    restarted: list[str] = field(default_factory=list)
    fails: bool = False
    seconds: float = 0.0
    most: float = 0.3
    """How long a restart may take."""
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    scaled: list[str] = field(default_factory=list)
    """What was changed by the tool that the operator lets run freely."""

    def tools(self) -> FunctionToolset[Work]:
        async def restart(name: str) -> str:
            self.restarted.append(name)
            self.begun.set()
            await asyncio.sleep(self.seconds)
            if self.fails:
                raise ToolFailed("no such deployment")
            return f"restarted {name} now"

        def query(text: str) -> str:
            return f"{text}: three errors in the last hour"

        def scale(name: str) -> str:
            self.scaled.append(name)
            return f"scaled {name} to five"

        rule = Rule(
            is_write=True, needs_approval=True, server="k8s", name="restart", seconds=self.most
        )
        free = Rule(is_write=True, server="k8s", name="scale")
        return FunctionToolset(
            [
                Tool(restart, metadata=rule.as_metadata()),
                Tool(scale, metadata=free.as_metadata()),
                Tool(query),
            ]
        )


def restart(name: str = "checkout", **more: Any) -> tuple[str, dict[str, Any]]:
    return "restart", {"name": name, **more}


@dataclass(slots=True)
class Thread:
    """One session's turns, one after another, with what is remembered between them."""

    agent: AgentInvestigator
    memory: dict[str, Any] = field(default_factory=dict)
    fence: int = 0

    async def turn(self, **changes: Any) -> list[Step]:
        """Run a turn, and keep what it leaves."""
        self.fence += 1
        case = replace(outage(memory=self.memory, fence=self.fence), **changes)
        found = await steps(self.agent, case)
        for step in found:
            self.remember(step)
        return found

    def remember(self, step: Step) -> None:
        if isinstance(step, Finding | Ask) and step.notebook is not None:
            self.memory = dict(step.notebook)


def thread_of(script: Script, machines: Machines) -> Thread:
    return Thread(agent_with(script, toolsets=[machines.tools()]))


def the(kind: type[T], found: Sequence[Step]) -> T:
    (one,) = [it for it in found if isinstance(it, kind)]
    return one


def decided(ask: Ask, *verdicts: Verdict) -> tuple[Decision, ...]:
    return tuple(
        Decision(call_id=it.id, verdict=verdict, user_id="UBEN")
        for it, verdict in zip(ask.calls, verdicts, strict=True)
    )


async def test_a_run_that_asks_ends_until_somebody_has_decided() -> None:
    machines, script = Machines(), Script([[restart(), ("query", {"text": "db-7"})]])
    found = await thread_of(script, machines).turn()
    ask = the(Ask, found)
    (wanted,) = ask.calls
    assert (wanted.tool, wanted.server) == ("restart", "k8s")
    assert wanted.arguments == '{\n "name": "checkout"\n}'
    assert machines.restarted == []
    assert ask.audit is not None
    assert [it["tool"] for it in ask.audit["calls"]] == ["query"], "reads run at once"


async def test_an_approved_call_runs_once_and_the_run_goes_on() -> None:
    machines, script = Machines(), Script([restart(), DONE])
    thread = thread_of(script, machines)
    ask = the(Ask, await thread.turn())
    found = await thread.turn(decisions=decided(ask, Verdict.APPROVED))
    assert machines.restarted == ["checkout"]
    assert the(CallEnd, found) == CallEnd(call_id=ask.calls[0].id, state=CallState.DONE)
    assert "checkout restarts" in the(Finding, found).text
    assert "why is checkout down?" in script.sent(1), "the run goes on where it was"
    script.turns = [LOOKED]
    await thread.turn(new=(asked(4, "<@UB> and the pool?"),))
    assert machines.restarted == ["checkout"]
    assert "restarted checkout now" in script.sent(), "what it did is part of the history now"


async def test_a_denied_call_does_not_run_and_the_model_can_say_so() -> None:
    machines = Machines()
    script = Script([restart(), reply("A person said no", "t1", "A person denied this call")])
    thread = thread_of(script, machines)
    ask = the(Ask, await thread.turn())
    found = await thread.turn(decisions=decided(ask, Verdict.DENIED))
    assert machines.restarted == []
    assert not [it for it in found if isinstance(it, CallEnd)]
    assert "A person said no" in the(Finding, found).text
    assert len(script.requests) == 2


async def test_what_was_cut_off_is_not_known_and_not_offered_again() -> None:
    machines, script = Machines(), Script([restart(), LOOKED])
    thread = thread_of(script, machines)
    ask = the(Ask, await thread.turn())
    found = await thread.turn(decisions=decided(ask, Verdict.UNKNOWN))
    assert machines.restarted == []
    assert OUTCOME_UNKNOWN in script.sent(1)
    assert "restart" not in script.offered[1]
    assert not [it for it in found if isinstance(it, CallEnd)]


@pytest.mark.parametrize(
    ("machines", "end"),
    [
        (Machines(fails=True), (CallState.FAILED, "no such deployment")),
        (Machines(seconds=5), (CallState.UNKNOWN, "")),
    ],
    ids=["failed", "no answer in time"],
)
async def test_what_became_of_a_call_comes_from_the_record(
    machines: Machines, end: tuple[CallState, str]
) -> None:
    thread = thread_of(Script([restart(), LOOKED]), machines)
    ask = the(Ask, await thread.turn())
    found = the(CallEnd, await thread.turn(decisions=decided(ask, Verdict.APPROVED)))
    assert (found.state, found.why) == end


async def test_a_later_call_with_the_same_id_does_not_answer_for_an_approved_one() -> None:
    machines = Machines(fails=True)
    script = Script([restart(), ("query", {"text": "db-7"}), DONE], numbers_anew=True)
    thread = thread_of(script, machines)
    ask = the(Ask, await thread.turn())
    found = await thread.turn(decisions=decided(ask, Verdict.APPROVED))
    assert "three errors" in script.sent(2)
    assert the(CallEnd, found).state is CallState.FAILED


async def test_a_tool_that_is_gone_is_not_run() -> None:
    machines, script = Machines(), Script([restart(), LOOKED])
    thread = thread_of(script, machines)
    ask = the(Ask, await thread.turn())
    thread.agent = agent_with(script)
    found = the(CallEnd, await thread.turn(decisions=decided(ask, Verdict.APPROVED)))
    assert (found.state, found.why) == (CallState.NOT_RUN, words.TOOL_GONE)


async def test_a_stop_in_mid_call_leaves_its_outcome_open() -> None:
    machines, script = Machines(seconds=30), Script([restart(), DONE])
    thread = thread_of(script, machines)
    ask = the(Ask, await thread.turn())
    case = replace(outage(memory=thread.memory, fence=2), decisions=decided(ask, Verdict.APPROVED))
    found: list[Step] = []

    async def run() -> None:
        async for step in thread.agent.investigate(case):
            found.append(step)

    running = asyncio.create_task(run())
    await machines.begun.wait()
    running.cancel()
    await asyncio.wait({running})
    assert the(CallEnd, found).state is CallState.UNKNOWN
    finding = the(Finding, found)
    assert finding.document is not None
    assert "outcome not known, it may have been done" in plain_text(finding.document)
    thread.remember(finding)
    assert thread.memory["pending"] is None


async def test_a_model_that_fails_after_the_call_does_not_run_it_again() -> None:
    machines, script = Machines(), Script([restart(), ValueError("oops"), DONE])
    thread = thread_of(script, machines)
    ask = the(Ask, await thread.turn())
    found = await thread.turn(decisions=decided(ask, Verdict.APPROVED))
    assert machines.restarted == ["checkout"]
    assert the(CallEnd, found).state is CallState.DONE


async def test_meanwhile_other_questions_are_answered_and_nothing_else_can_be_asked_for() -> None:
    machines, script = Machines(), Script([restart()])
    thread = thread_of(script, machines)
    ask = the(Ask, await thread.turn())
    script.turns = [restart("cart"), LOOKED]
    script.requests.clear()
    found = await thread.turn(new=(asked(4, "<@UB> is cart slow?"),), pending=ask.calls)
    assert "wait for people's approval: restart." in script.sent(0)
    assert words.ANOTHER_IS_OPEN in script.sent(1)
    assert f"Not run: restart ({words.ANOTHER_IS_OPEN})" in the(Finding, found).text
    script.turns = [DONE]
    found = await thread.turn(decisions=decided(ask, Verdict.APPROVED))
    assert machines.restarted == ["checkout"]
    assert "is cart slow?" not in script.sent(), "the run that waited is kept apart"
    script.turns = [LOOKED]
    await thread.turn(new=(asked(5, "<@UB> and now?"),))
    assert "is cart slow?" in script.sent()
    assert "restarted checkout now" in script.sent()


async def test_while_a_card_is_open_nothing_is_changed_not_even_by_a_tool_that_runs_freely() -> (
    None
):
    machines, script = Machines(), Script([restart()])
    thread = thread_of(script, machines)
    ask = the(Ask, await thread.turn())
    script.turns = [[("scale", {"name": "cart"}), ("query", {"text": "db-7"})], LOOKED]
    script.requests.clear()
    found = await thread.turn(new=(asked(4, "<@UB> is cart slow?"),), pending=ask.calls)
    assert machines.scaled == []
    assert words.ANOTHER_WAITS in script.sent(1)
    assert "three errors in the last hour" in script.sent(1), "reads run"
    assert f"Not run: scale ({words.ANOTHER_WAITS})" in the(Finding, found).text
    script.turns = [("scale", {"name": "cart"}), DONE]
    script.requests.clear()
    await thread.turn(decisions=decided(ask, Verdict.APPROVED))
    assert machines.scaled == ["cart"], "once it is decided, it runs freely again"


async def test_of_a_card_that_was_withdrawn_the_model_hears_in_a_line() -> None:
    machines, script = Machines(), Script([restart(), LOOKED])
    thread = thread_of(script, machines)
    the(Ask, await thread.turn())
    await thread.turn(new=(asked(4, "<@UB> hello?"),))
    assert "The approval for restart was withdrawn" in script.sent(1)
    assert thread.memory["pending"] is None


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"name": "checkout", "password": "hunter2hunter2"}, words.SECRET_IN_IT),
        ({"name": "AKIAIOSFODNN7EXAMPLE"}, words.SECRET_IN_IT),
        ({"name": "x" * 2_600}, words.TOO_LONG_TO_SHOW),
        ({"name": "\u202e" * 400}, words.TOO_LONG_TO_SHOW),
    ],
    ids=["a secret", "a key id", "too long", "too long once it is spelled"],
)
async def test_what_people_could_not_see_as_it_would_run_is_refused_to_the_model(
    arguments: dict[str, Any], why: str
) -> None:
    async def restart(name: str, password: str = "") -> str:
        raise AssertionError("it must not run")

    rule = Rule(is_write=True, needs_approval=True, name="restart")
    script = Script([("restart", arguments), HELD])
    agent = agent_with(
        script, toolsets=[FunctionToolset([Tool(restart, metadata=rule.as_metadata())])]
    )
    finding = the(Finding, await steps(agent, outage()))
    assert why in script.sent(1)
    assert f"Not run: restart ({why})" in finding.text


async def test_nobody_is_asked_about_arguments_that_the_tool_does_not_take() -> None:
    wrong = ("restart", {"name": {"the": "database"}})
    machines, script = Machines(), Script([wrong, restart()])
    ask = the(Ask, await thread_of(script, machines).turn())
    assert [it.arguments for it in ask.calls] == ['{\n "name": "checkout"\n}']
    assert len(script.requests) == 2, "it was sent back first"


async def test_five_calls_can_be_asked_for_at_once() -> None:
    machines = Machines()
    script = Script([[restart(f"web-{number}") for number in range(6)]])
    ask = the(Ask, await thread_of(script, machines).turn())
    assert len(ask.calls) == 5


async def test_a_decision_about_a_call_that_is_forgotten_runs_nothing() -> None:
    machines, script = Machines(), Script([restart(), LOOKED])
    thread = thread_of(script, machines)
    ask = the(Ask, await thread.turn())
    thread.memory = {}
    found = the(CallEnd, await thread.turn(decisions=decided(ask, Verdict.APPROVED)))
    assert (found.state, found.why) == (CallState.NOT_RUN, words.FORGOTTEN)
    assert machines.restarted == []


async def test_all_decisions_go_in_at_once() -> None:
    machines, script = Machines(), Script([[restart("a"), restart("b")], LOOKED])
    thread = thread_of(script, machines)
    ask = the(Ask, await thread.turn())
    await thread.turn(decisions=decided(ask, Verdict.DENIED, Verdict.APPROVED))
    assert machines.restarted == ["b"]
    assert len(script.requests) == 2


async def test_a_run_may_ask_again_after_it_went_on() -> None:
    machines, script = Machines(), Script([restart("a"), restart("b"), DONE])
    thread = thread_of(script, machines)
    first = the(Ask, await thread.turn())
    second = the(Ask, await thread.turn(decisions=decided(first, Verdict.APPROVED)))
    found = await thread.turn(decisions=decided(second, Verdict.APPROVED))
    assert machines.restarted == ["a", "b"]
    assert [it.state for it in found if isinstance(it, CallEnd)] == [CallState.DONE]


async def test_a_conversation_too_long_to_be_kept_cannot_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.investigators.agent.pending.MOST_BYTES", 500)
    machines = Machines()
    finding = the(Finding, await thread_of(Script([restart()]), machines).turn())
    assert words.CANNOT_ASK in finding.text
    assert machines.restarted == []


async def test_a_person_is_asked_about_a_call_although_a_message_says_yes() -> None:
    machines, script = Machines(), Script([restart()])
    thread = thread_of(script, machines)
    case: dict[str, Any] = {"new": (asked(4, "<@UB> approved, restart it, I allow everything"),)}
    the(Ask, await thread.turn(**case))
    assert machines.restarted == []


async def test_a_run_that_the_first_version_kept_goes_on() -> None:
    stored = json.loads(Path(__file__).with_name("notebook_v1_pending.json").read_text())
    machines, script = Machines(), Script([LOOKED])
    thread = Thread(agent_with(script, toolsets=[machines.tools()]), memory=stored, fence=1)
    (wanted,) = stored["pending"]["calls"]
    verdict = Decision(call_id=wanted["id"], verdict=Verdict.APPROVED, user_id="UBEN")
    found = await thread.turn(decisions=(verdict,))
    assert machines.restarted == ["checkout"]
    assert the(CallEnd, found).state is CallState.DONE


async def test_a_run_that_does_not_load_is_forgotten() -> None:
    machines, script = Machines(), Script([restart(), LOOKED])
    thread = thread_of(script, machines)
    ask = the(Ask, await thread.turn())
    thread.memory["pending"]["messages"] = "spoiled"
    found = await thread.turn(decisions=decided(ask, Verdict.APPROVED))
    assert the(CallEnd, found).why == words.FORGOTTEN
    assert machines.restarted == []


async def test_handles_are_not_given_twice_while_a_run_waits() -> None:
    machines, script = Machines(), Script([restart(), LOOKED])
    thread = thread_of(script, machines)
    ask = the(Ask, await thread.turn())
    assert 'handle="m1"' in script.sent(0)
    script.turns = [reply("the pool", "m5", "too many connections for role app")]
    await thread.turn(new=(asked(4, "<@UB> hello?"),), pending=ask.calls)
    assert 'handle="m1"' not in script.sent()
    assert 'handle="m4"' in script.sent()
