"""One story each, over real sockets and a real process: a model server, a tool server."""

import json
import sys
from pathlib import Path

import pytest

from bot.config import Settings
from bot.document.plain import plain_text
from bot.investigators.contract import Finding
from bot.investigators.loading import open_investigator
from tests.support.models import allow_models_on_loopback
from tests.unit.agent.cases import outage
from tests.unit.agent.model_server import calls, serving
from tests.unit.agent.reports import report

SCRIPT = str(Path(__file__).with_name("mcp_server.py"))


@pytest.fixture(autouse=True)
def _models_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    allow_models_on_loopback(monkeypatch)


async def told(settings: Settings) -> str:
    async with open_investigator(settings) as steps:
        found = [it async for it in steps(outage()) if isinstance(it, Finding)]
        return "\n".join(plain_text(it.document) for it in found if it.document is not None)


async def test_the_agent_asks_a_model_that_uses_a_tool_of_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "mcp.json"
    entry = {"command": sys.executable, "args": [SCRIPT, "plain"]}
    config.write_text(json.dumps({"mcpServers": {"logs": entry}}))
    found = report(("The logs say so", "t1", "echo says 502 for /pay"))
    use = calls(("logs_echo", {"text": "502 for /pay"}))
    async with serving(use, calls(found)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        text = await told(
            Settings.isolated(investigator="agent", model="openai-chat:x", mcp_config=config)
        )
    assert "“echo says 502 for /pay”: logs_echo(text=502 for /pay)" in text
    assert server.requests[0]["stream"]


async def test_thirty_tools_are_not_sent_with_each_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "mcp.json"
    entry = {"command": sys.executable, "args": [SCRIPT, "many"]}
    config.write_text(json.dumps({"mcpServers": {"logs": entry}}))
    search = calls(("search_tools", {"queries": ["tool7"]}))
    use = calls(("logs_tool7", {"text": "found it here"}))
    found = report(("The tool found it", "t1", "tool7 says found it here"))
    async with serving(search, use, calls(found)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        text = await told(
            Settings.isolated(investigator="agent", model="openai-chat:x", mcp_config=config)
        )
    assert "“tool7 says found it here”" in text
    names = [[it["function"]["name"] for it in request["tools"]] for request in server.requests]
    assert "search_tools" in names[0]
    assert "logs_tool7" not in names[0]
    assert "logs_tool7" in names[1]
    assert len(json.dumps(server.requests[0]["tools"])) < 9_000
