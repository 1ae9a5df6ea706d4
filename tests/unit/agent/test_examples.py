"""The examples of docs/agent.md do what they say."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.investigators.contract import Finding
from bot.investigators.loading import steps_of
from tests.unit.agent.cases import asked, case_of, said

DOCS = (Path(__file__).parents[3] / "docs/agent.md").read_text(encoding="utf-8")


def example(name: str) -> str:
    """Return the code block that begins with this file's name."""
    blocks = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    found: list[str] = [it for it in blocks if it.startswith(f"# acme/{name}.py")]
    return found[0]


async def said_by(code: str, question: str) -> str:
    module: dict[str, Any] = {}
    exec(compile(code, "example", "exec"), module)
    case = case_of([said(1, "ERROR one"), said(2, "ERROR two")], [asked(2, question)])
    steps = steps_of(module["investigator"]())
    return "".join([it.text async for it in steps(case) if isinstance(it, Finding)])


async def test_the_plain_function_answers() -> None:
    assert "status.example.com" in await said_by(example("status"), "what is the status?")


async def test_the_graph_answers() -> None:
    pytest.importorskip("langgraph", reason="langgraph is no requirement of ours")
    assert await said_by(example("graph"), "errors?") == "2 errors are mentioned."


@pytest.mark.parametrize("name", ["status", "graph"])
def test_each_is_under_thirty_lines(name: str) -> None:
    assert len(example(name).splitlines()) < 30
