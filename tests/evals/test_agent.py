"""The agent's scoring sees a good answer, a missing point and a wrong one."""

import pytest

pytest.importorskip("pydantic_ai", reason="the extra `agent` is not installed: make agent")

from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.settings import ModelSettings

from bot.investigators.agent.model import ModelChoice
from tests.evals.agent import arms
from tests.evals.agent.__main__ import score
from tests.evals.agent.arms import Answered
from tests.evals.agent.scenarios import SCENARIOS
from tests.unit.agent.reports import report
from tests.unit.agent.scripted import Script

(OUTAGE, *_) = SCENARIOS


def answered(text: str) -> Answered:
    return Answered(text=text, requests=1, seconds=1.0)


def test_a_good_answer_has_all_points_and_nothing_wrong() -> None:
    assert score(OUTAGE, answered("db-7 has no connection left")).is_good


def test_a_missing_point_and_a_wrong_one_are_seen() -> None:
    assert score(OUTAGE, answered("db-7 is slow")).hit == 1
    assert score(OUTAGE, answered("search v88 caused it")).wrong == 1


async def test_the_agent_reaches_the_backends_of_a_thread() -> None:
    found = report(("db-7 has no connection left", "t1", "timeout waiting for a connection"))
    script = Script([("query_logs", {"service": "checkout"}), found])
    choice = ModelChoice(
        model=FunctionModel(script.answer, stream_function=script.stream),
        context_tokens=32_000,
        is_streamed=True,
        settings=ModelSettings(),
    )
    it = await arms.agent(OUTAGE, choice, 60)
    assert score(OUTAGE, it).is_good
    assert it.quotations == ["timeout waiting for a connection"]
    assert it.invented == []
    assert it.requests == 2


async def test_the_control_arm_has_the_same_tools_and_nothing_of_ours() -> None:
    def model(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        names = {tool.name for tool in info.function_tools}
        assert names == {"query_logs", "recent_deploys", "metrics", "who"}
        if len(messages) == 1:
            return ModelResponse(parts=[ToolCallPart("query_logs", {"service": "db-7"})])
        return ModelResponse(parts=[TextPart("“all connections are gone” says db-7")])

    choice = ModelChoice(
        model=FunctionModel(model),
        context_tokens=32_000,
        is_streamed=False,
        settings=ModelSettings(),
    )
    it = await arms.control(OUTAGE, choice, 60)
    assert it.requests == 2
    assert it.invented == ["all connections are gone"], "what it quotes stands nowhere"


async def test_a_model_that_fails_ends_an_arm_in_a_word_about_it() -> None:
    def fails(*_: object) -> ModelResponse:
        raise ModelHTTPError(401, "x", {"error": "no"})

    choice = ModelChoice(
        model=FunctionModel(fails),
        context_tokens=32_000,
        is_streamed=False,
        settings=ModelSettings(),
    )
    assert (await arms.control(OUTAGE, choice, 60)).text.startswith("(")
    assert "req-1" in (await arms.agent(OUTAGE, choice, 60)).text
