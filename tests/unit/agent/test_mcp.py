"""Tool servers: real processes of ours that hang, die, flood and lie."""

import asyncio
import io
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.investigators.agent.mcp import server as server_module
from bot.investigators.agent.mcp import tools as tools_module
from bot.investigators.agent.mcp.opening import open_servers
from bot.investigators.agent.mcp.server import StdioServer
from bot.investigators.agent.mcp.tools import McpTools
from bot.investigators.approvals import Ask, CallEnd, CallState, Decision, Verdict
from bot.observe.logs import configure_logging
from tests.unit.agent.cases import OUTAGE, QUESTION, asked, case_of, outage
from tests.unit.agent.mcp_http import McpHttpServer, serving_mcp
from tests.unit.agent.reports import report
from tests.unit.agent.scripted import Script, agent_with, answer, steps

pytestmark = pytest.mark.slow

HELD = report(("The database refuses", "m2", "too many connections for role app"))
SCRIPT = str(Path(__file__).with_name("mcp_server.py"))


def stdio(mode: str, **more: Any) -> dict[str, Any]:
    return {"command": sys.executable, "args": [SCRIPT, mode], **more}


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "TURN_WAITS_SECONDS", 8.0)


@asynccontextmanager
async def servers(
    folder: Path, environment: Mapping[str, str] = os.environ, **entries: dict[str, Any]
) -> AsyncIterator[McpTools]:
    path = folder / "mcp.json"
    path.write_text(json.dumps({"mcpServers": entries}))
    async with open_servers(path, environment) as tools:
        yield tools


async def turn(tools: McpTools, *turns: Any) -> tuple[Script, str]:
    """Run one turn; return what the model was sent, and the answer."""
    script = Script([*turns, HELD])
    finding = await answer(agent_with(script, toolsets=[tools]), outage())
    return script, finding.text


def echo(server: str, text: str = "hello there") -> tuple[str, dict[str, Any]]:
    return f"{server}_echo", {"text": text}


async def test_a_tool_of_a_server_is_called(tmp_path: Path) -> None:
    async with servers(tmp_path, logs=stdio("plain")) as tools:
        script, _ = await turn(tools, echo("logs"))
    assert "t1:\necho says hello there" in script.sent(1)


async def test_of_a_server_with_too_many_tools_the_first_are_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools_module, "MOST_OF_A_SERVER", 4)
    async with servers(tmp_path, logs=stdio("many", approval="never")) as tools:
        with capture_logs() as lines:
            script, _ = await turn(tools, HELD)
    assert [name for name in script.offered[0] if name.startswith("logs_")] == [
        f"logs_tool{number}" for number in range(4)
    ]
    assert "mcp.too_many_tools" in [line["event"] for line in lines]


async def test_a_process_lives_on_from_turn_to_turn(tmp_path: Path) -> None:
    async with servers(tmp_path, logs=stdio("plain")) as tools:
        texts = [(await turn(tools, echo("logs")))[0].sent(1) for _ in range(2)]
    assert texts[0].rpartition("process")[2] == texts[1].rpartition("process")[2]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"command": "no-such-command-here"}, "its command is missing"),
        (stdio("exit"), "it did not start"),
        ({"url": "http://127.0.0.1:9/mcp"}, "it cannot be reached"),
        (stdio("bad-list"), "its list of tools cannot be read"),
        (stdio("exit-0"), "it did not start"),
        (stdio("hello-nothing"), "it did not start"),
        (stdio("hello-old"), "it did not start"),
        (stdio("hello-error"), "it did not start"),
        (stdio("pages-for-ever"), "its list of tools cannot be read"),
        (stdio("read-only-text"), "its list of tools cannot be read"),
        (stdio("no-type"), "its list of tools cannot be read"),
        (stdio("list-error"), "its list of tools cannot be read"),
        (stdio("list-null"), "its list of tools cannot be read"),
        (stdio("list-nothing"), "its list of tools cannot be read"),
        (stdio("dies-in-list"), "it ended while I used it"),
        (stdio("plain", cwd="/no/such/folder"), "the folder where it should start is missing"),
        ({"command": "/etc/passwd"}, "its command is missing"),
    ],
)
async def test_a_dead_server_is_named_and_the_others_work(
    tmp_path: Path, entry: dict[str, Any], why: str
) -> None:
    async with servers(tmp_path, dead=entry, logs=stdio("plain")) as tools:
        script, text = await turn(tools, echo("logs"))
    assert "echo says hello there" in script.sent(1)
    assert f"Not available: dead ({why})" in text
    assert "The tool server dead cannot be used now" in script.sent(0)


ODD_LISTS = [
    "twice",
    "bad-schema",
    "long-words",
    "none",
    "list-for-ever",
    "endless-names",
    "recursive",
    "deep",
    "hello-no-tools",
]


@pytest.mark.parametrize("mode", ODD_LISTS)
async def test_an_odd_list_of_tools_ends_no_turn(tmp_path: Path, mode: str) -> None:
    async with servers(tmp_path, odd=stdio(mode), logs=stdio("plain")) as tools:
        script, text = await turn(tools, echo("logs"))
    assert "echo says hello there" in script.sent(1)
    assert "too many connections" in text


@pytest.mark.parametrize(
    ("mode", "result"),
    [
        ("call-error", "t1: failed: "),
        ("call-nothing", ""),
        ("call-null", "t1: failed: "),
        ("call-text", "t1: failed: "),
        ("call-unknown-content", "t1: failed: "),
        ("call-bad-image", ""),
        ("call-large-image", "(image/png, 8388 kB, not shown)"),
        ("call-structured", "3"),
        ("call-resource", "3 errors"),
        ("call-binary-resource", "one dump"),
        ("call-link", "log://db-7"),
        ("call-error-beside", "t1: failed: no such index"),
        ("call-failed-silently", "t1: failed: "),
        ("call-many", "[… cut: 8,000 of"),
        ("call-surrogate", "half \ufffd"),
        ("call-cut", "t1: failed: Its answer cannot be read"),
        ("asks-back", "echo says hello there"),
        ("notifies", "echo says hello there"),
        ("wrong-id", "echo says hello there"),
    ],
)
async def test_an_odd_result_is_a_result_or_a_failed_one(
    tmp_path: Path, mode: str, result: str
) -> None:
    async with servers(tmp_path, logs=stdio(mode)) as tools:
        script, text = await turn(tools, echo("logs"))
    assert result in script.sent(1)
    assert "t1:" in script.sent(1)
    assert "too many connections" in text


async def test_a_command_is_looked_for_where_it_will_start(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.write_text(f"#!/bin/sh\nexec {sys.executable} {SCRIPT} plain\n")
    run.chmod(0o755)
    async with servers(tmp_path, logs={"command": "./run", "cwd": str(tmp_path)}) as tools:
        script, _ = await turn(tools, echo("logs"))
    assert "echo says hello there" in script.sent(1)


@pytest.mark.parametrize("mode", ["hang-start", "hang-list"])
async def test_a_server_that_hangs_costs_its_time_and_nothing_else(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "TURN_WAITS_SECONDS", 1.0)
    monkeypatch.setattr("bot.investigators.agent.mcp.tools.LIST_SECONDS", 1.0)
    async with servers(tmp_path, dead=stdio(mode)) as tools:
        _, text = await turn(tools)
    assert "Not available: dead (no answer in 1 s)" in text


async def test_a_list_that_cannot_be_read_costs_its_server_and_nothing_else(
    tmp_path: Path,
) -> None:
    async with servers(tmp_path, dead=stdio("list-text")) as tools:
        _, text = await turn(tools)
    assert "Not available: dead (its list of tools cannot be read)" in text
    assert "The database refuses connections." in text


async def test_a_start_that_takes_longer_than_a_turn_waits_is_not_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "TURN_WAITS_SECONDS", 0.2)
    async with servers(tmp_path, logs=stdio("slow-start")) as tools:
        _, text = await turn(tools)
        assert "Not available: logs" in text
        monkeypatch.setattr(server_module, "TURN_WAITS_SECONDS", 20.0)
        script, _ = await turn(tools, echo("logs"))
    assert "echo says hello there" in script.sent(1)


async def test_a_server_that_dies_in_a_call_is_started_again_for_the_next_turn(
    tmp_path: Path,
) -> None:
    async with servers(tmp_path, logs=stdio("plain")) as tools:
        script, text = await turn(tools, ("logs_die", {}))
        assert "t1: failed" in script.sent(1)
        assert "Not available: logs (it ended while I used it)" in text
        script, _ = await turn(tools, echo("logs"))
    assert "echo says hello there" in script.sent(1)


async def test_a_server_that_says_nothing_any_more_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "PING_SECONDS", 0.3)
    async with servers(tmp_path, logs=stdio("mute", timeout=1)) as tools:
        script, text = await turn(tools, echo("logs"))
        assert "t1: failed" in script.sent(1)
        assert "Not available: logs (all of its calls failed)" in text
        script, text = await turn(tools)
    assert "logs_echo" in script.offered[0]
    assert "Not available" not in text


async def test_a_server_that_died_between_two_turns_costs_the_next_one_nothing(
    tmp_path: Path,
) -> None:
    async with servers(tmp_path, logs=stdio("plain", env={"MARK": tmp_path.name})) as tools:
        script, _ = await turn(tools, echo("logs"))
        died = int(script.sent(1).rpartition("process ")[2].split()[0])
        os.kill(died, signal.SIGKILL)
        assert await asyncio.to_thread(_gone_within, 10, tmp_path.name)
        script, text = await turn(tools, echo("logs"))
    assert "echo says hello there" in script.sent(1)
    assert "Not available" not in text


async def test_tools_that_change_in_mid_turn_are_the_ones_that_are_offered(
    tmp_path: Path,
) -> None:
    newer = ("logs_newer", {"text": "second"})
    async with servers(tmp_path, logs=stdio("changes")) as tools:
        script, _ = await turn(tools, echo("logs"), newer)
    assert "logs_echo" in script.offered[0]
    assert [it for it in script.offered[1] if it.startswith("logs_")] == ["logs_newer"]
    assert "newer says second" in script.sent(2)


async def test_of_five_thousand_tools_five_hundred_can_be_found(tmp_path: Path) -> None:
    search = ("search_tools", {"queries": ["tool7"]})
    use = ("logs_tool7", {"text": "the pool"})
    async with servers(tmp_path, logs=stdio("five-thousand")) as tools:
        script, _ = await turn(tools, search, use)
    assert "tool7 says the pool" in script.sent(2)


async def test_a_server_that_hangs_in_a_call_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "PING_SECONDS", 0.3)
    async with servers(tmp_path, logs=stdio("plain", timeout=0.5)) as tools:
        script, _ = await turn(tools, ("logs_hang", {}))
        assert "no answer within 0.5 s" in script.sent(1)
        script, _ = await turn(tools, echo("logs"))
    assert "echo says hello there" in script.sent(1)


async def test_a_failed_call_says_what_the_server_said(tmp_path: Path) -> None:
    async with servers(tmp_path, logs=stdio("plain")) as tools:
        script, _ = await turn(tools, ("logs_fail", {}))
    assert "t1: failed: no such index" in script.sent(1)


async def test_a_flood_is_cut(tmp_path: Path) -> None:
    async with servers(tmp_path, logs=stdio("flood")) as tools:
        script, _ = await turn(tools, echo("logs"))
    assert "cut: 8,000 of 3,000,000" in script.sent(1)


@pytest.mark.parametrize("mode", ["bad-utf8", "stray"])
async def test_stray_output_ends_nothing(tmp_path: Path, mode: str) -> None:
    async with servers(tmp_path, logs=stdio(mode), other=stdio("plain")) as tools:
        script, _ = await turn(tools, echo("other"))
    assert "echo says hello there" in script.sent(1)


async def test_names_are_ones_that_every_provider_takes(tmp_path: Path) -> None:
    async with servers(tmp_path, **{"a.b": stdio("names"), "a": stdio("plain")}) as tools:
        script, _ = await turn(tools, ("a_b_query_logs_2", {"text": "second"}))
    offered = script.offered[0]
    assert len(set(offered)) == len(offered)
    assert all(len(it) <= 64 and it.replace("_", "").replace("-", "").isalnum() for it in offered)
    assert "query_logs says second" in script.sent(1)


async def test_a_disabled_server_and_tool_are_not_there(tmp_path: Path) -> None:
    off = {"command": "no-such-command", "env": {"TOKEN": "${NOT_SET_ANYWHERE}"}, "disabled": True}
    async with servers(tmp_path, off=off, logs=stdio("plain", disabledTools=["hang"])) as tools:
        script, text = await turn(tools)
    assert "logs_echo" in script.offered[0]
    assert "logs_hang" not in script.offered[0]
    assert "Not available" not in text


@pytest.mark.parametrize(
    ("entry", "tool", "runs"),
    [
        (stdio("writes"), "logs_restart", False),
        (stdio("writes"), "logs_unmarked", False),
        (stdio("writes", alwaysAllow=["restart"]), "logs_restart", True),
        (stdio("writes", autoApprove=["unmarked"]), "logs_unmarked", True),
        (stdio("writes", approval="never"), "logs_restart", True),
        (stdio("plain"), "logs_echo", True),
        (stdio("plain", approval="always"), "logs_echo", False),
        (stdio("lies"), "logs_restart", True),
        (stdio("lies", approval="always"), "logs_restart", False),
        (stdio("lies", approval="always", alwaysAllow=["echo"]), "logs_echo", True),
        (stdio("lies", approval="always", alwaysAllow=["echo"]), "logs_restart", False),
        (stdio("lies"), "logs_contradicts", False),
    ],
)
async def test_what_changes_something_runs_only_where_the_file_allows_it(
    tmp_path: Path, entry: dict[str, Any], tool: str, runs: bool
) -> None:
    script = Script([(tool, {"text": "now"}), HELD])
    async with servers(tmp_path, logs=entry) as tools:
        found = await steps(agent_with(script, toolsets=[tools]), outage())
    if runs:
        assert "says now" in script.sent(1)
        return
    (ask,) = [it for it in found if isinstance(it, Ask)]
    (wanted,) = ask.calls
    assert (wanted.server, wanted.tool) == ("logs", tool.removeprefix("logs_"))
    assert wanted.arguments == '{\n "text": "now"\n}'
    assert len(script.requests) == 1, "the run ends until somebody has decided"


async def test_children_inherit_little(tmp_path: Path) -> None:
    environment = dict(os.environ) | {"OPENAI_API_KEY": "sk-x", "HTTPS_PROXY": "http://proxy:1"}
    entry = stdio("plain", env={"TEAM": "${WHO:-sre}"})
    async with servers(tmp_path, environment, logs=entry) as tools:
        script, _ = await turn(tools, ("logs_environment", {}))
    sent = script.sent(1)
    assert "TEAM=sre" in sent
    assert "HTTPS_PROXY=http://proxy:1" in sent
    assert "OPENAI_API_KEY" not in sent


async def test_a_server_over_http_survives_a_redeploy(tmp_path: Path) -> None:
    async with (
        serving_mcp(McpHttpServer()) as http,
        servers(tmp_path, logs={"url": http.url}) as tools,
    ):
        await turn(tools, echo("logs"))
        http.sessions.clear()
        script, text = await turn(tools, echo("logs"))
    assert "echo says hello there" in script.sent(1)
    assert "Not available" not in text


async def test_a_server_over_http_may_answer_slowly_in_a_stream(tmp_path: Path) -> None:
    async with (
        serving_mcp(McpHttpServer(is_slow=True)) as http,
        servers(tmp_path, logs={"url": http.url}) as tools,
    ):
        script, text = await turn(tools, echo("logs"))
    assert "echo says hello there" in script.sent(1)
    assert "Not available" not in text


FAULTS = [
    *("page", "redirect", "elsewhere", "no json", "reset", "hang", "endless"),
    *("401", "404", "429", "500", "503"),
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("method", ["initialize", "tools/list", "tools/call"])
async def test_whatever_a_server_over_http_answers_the_turn_goes_on(
    tmp_path: Path, fault: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools_module, "LEAVE_SECONDS", 1.0)
    async with (
        serving_mcp(McpHttpServer(fault=fault, faulty=method)) as http,
        servers(tmp_path, bad={"url": http.url, "timeout": 1.5}, logs=stdio("plain")) as tools,
    ):
        # A start under way takes as long as a busy machine needs; what hangs is given up soon.
        await asyncio.gather(
            *(it.first_start() for it in tools._servers if isinstance(it, StdioServer))
        )
        monkeypatch.setattr(server_module, "TURN_WAITS_SECONDS", 1.5)
        monkeypatch.setattr(tools_module, "LIST_SECONDS", 1.5)
        script, text = await turn(tools, [echo("bad"), echo("logs")])
    assert "echo says hello there" in script.sent(1)
    assert "too many connections" in text
    assert "Not available: bad (" in text
    if method == "tools/call":
        assert ": failed: " in script.sent(1)


async def test_a_session_forgotten_within_a_turn_is_opened_once_more_for_a_read(
    tmp_path: Path,
) -> None:
    async with (
        serving_mcp(McpHttpServer()) as http,
        servers(tmp_path, logs={"url": http.url}) as tools,
    ):

        def forgetting(_: Any) -> Any:
            http.sessions.clear()
            return echo("logs", "once more")

        script, _ = await turn(tools, echo("logs"), forgetting)
    assert "echo says once more" in script.sent(2)
    assert http.opened == 2


async def test_a_write_is_not_repeated_when_the_session_was_forgotten(tmp_path: Path) -> None:
    async with (
        serving_mcp(McpHttpServer("writes")) as http,
        servers(tmp_path, logs={"url": http.url, "approval": "never"}) as tools,
    ):

        def forgetting(_: Any) -> Any:
            http.sessions.clear()
            return ("logs_restart", {"text": "once more"})

        script, _ = await turn(tools, forgetting)
    assert "t1: failed: Session not found" in script.sent(1)
    assert http.opened == 1


async def test_of_a_write_whose_server_died_nobody_knows_the_outcome(tmp_path: Path) -> None:
    entry = stdio("writes", approval="never")
    async with servers(tmp_path, logs=entry) as tools:
        script, _ = await turn(tools, ("logs_die", {}))
    assert "outcome not known: it may have been done" in script.sent(1)
    assert "logs_die" not in script.offered[1]


async def test_of_a_write_whose_answer_cannot_be_read_nobody_knows_the_outcome(
    tmp_path: Path,
) -> None:
    entry = stdio("writes-cut", approval="never")
    async with servers(tmp_path, logs=entry) as tools:
        script, _ = await turn(tools, ("logs_restart", {}))
    assert "outcome not known: it may have been done" in script.sent(1)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        *((it, "outcome not known: it may have been done") for it in ("500", "502", "504")),
        *((it, "outcome not known: it may have been done") for it in ("no json", "page", "reset")),
        *((it, "t1: failed: ") for it in ("400", "401", "403", "422", "429")),
    ],
)
async def test_of_a_write_that_a_gateway_answered_for_nobody_knows_the_outcome(
    tmp_path: Path, fault: str, outcome: str
) -> None:
    entry = {"approval": "never", "timeout": 2}
    async with (
        serving_mcp(McpHttpServer("writes", fault=fault, faulty="tools/call")) as http,
        servers(tmp_path, logs=entry | {"url": http.url}) as tools,
    ):
        script, _ = await turn(tools, ("logs_restart", {}))
    assert outcome in script.sent(1)


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "it wants a login in a browser, which is not supported"),
        ({"Accept-Language": "en"}, "it wants a login in a browser, which is not supported"),
        ({"Authorization": "Bearer wrong"}, "it refuses my token"),
        ({"X-API-Key": "wrong"}, "it refuses my token"),
        ({"DD-APPLICATION-KEY": "wrong"}, "it refuses my token"),
    ],
)
async def test_a_server_that_refuses_us_says_which_way(
    tmp_path: Path, headers: dict[str, str], why: str
) -> None:
    async with (
        serving_mcp(McpHttpServer(token="right")) as http,
        servers(tmp_path, logs={"url": http.url, "headers": headers}) as tools,
    ):
        _, text = await turn(tools)
    assert f"Not available: logs ({why})" in text


async def test_where_another_organisation_reads_along_only_servers_marked_shared_are_used(
    tmp_path: Path,
) -> None:
    case = case_of([*OUTAGE, QUESTION], [asked(3, "why?", is_shared=True)])
    script = Script([HELD])
    async with servers(tmp_path, ours=stdio("plain"), both=stdio("plain", shared=True)) as tools:
        finding = await answer(agent_with(script, toolsets=[tools]), case)
    assert "both_echo" in script.offered[0]
    assert "ours_echo" not in script.offered[0]
    assert "ours (not in a channel shared with another organisation)" in finding.text


async def test_no_process_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "TURN_WAITS_SECONDS", 3.0)
    marks = {name: f"{tmp_path.name}-{name}" for name in ("fork", "plain", "hang-start")}
    entries = {name: stdio(name, env={"MARK": mark}) for name, mark in marks.items()}
    async with servers(tmp_path, **entries) as tools:
        await turn(tools, echo("plain"))
        assert _marked(tmp_path.name)
    assert await asyncio.to_thread(_gone_within, 10, tmp_path.name)


def _gone_within(seconds: float, mark: str) -> bool:
    deadline = time.monotonic() + seconds
    while _marked(mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _marked(mark: str) -> list[str]:
    """Return the processes that carry a mark in their environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"MARK={mark}".encode() in entry.read_bytes():
                found.append(entry.parent.name)
        except OSError:
            continue
    return found


async def test_what_a_server_says_beside_is_logged_without_secrets(tmp_path: Path) -> None:
    with configure_logging("json", "info", log := io.StringIO()):
        async with servers(tmp_path, logs=stdio("babbles")) as tools:
            await turn(tools, echo("logs"))
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    told = {line["event"]: line["line"] for line in lines if "line" in line}
    assert {"mcp.stderr", "mcp.stdout", "mcp.said"} <= told.keys()
    assert "stray: [redacted" in told["mcp.stdout"]
    assert "secretsecret" not in log.getvalue()


async def test_a_turn_that_is_stopped_while_servers_hang_leaves_no_connection(
    tmp_path: Path,
) -> None:
    async with serving_mcp(McpHttpServer()) as http:
        entries = {"dead": stdio("hang-start"), "logs": {"url": http.url}}
        async with servers(tmp_path, **entries) as tools:
            work = asyncio.create_task(turn(tools))
            async with asyncio.timeout(20):
                while not http.opened:  # noqa: ASYNC110 - a server of another library
                    await asyncio.sleep(0.02)
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(work, 5)


async def test_the_start_logs_what_runs_freely_and_what_is_asked_about(tmp_path: Path) -> None:
    writes = stdio("writes", alwaysAllow=["unmarked"], disabledTools=["die"])
    reads = stdio("plain", disabledTools=["hang", "die", "fail", "environment"])
    entries = {"machines": writes, "logs": reads, "dead": stdio("exit")}
    with capture_logs() as lines:
        async with servers(tmp_path, **entries) as tools:
            await turn(tools)
            told = await _told_by(lines, 2)
    assert told == {"machines": (["unmarked"], ["restart"]), "logs": (["echo"], [])}


async def test_the_log_doubts_a_mark_that_the_name_of_a_tool_belies(tmp_path: Path) -> None:
    entries = {
        "believed": stdio("lies"),
        "allowed": stdio("lies", alwaysAllow=["restart"]),
        "asked": stdio("lies", approval="always"),
    }
    with capture_logs() as lines:
        async with servers(tmp_path, **entries) as tools:
            await turn(tools)
            await _told_by(lines, 3)
    doubts = [(it["server"], it["free"]) for it in lines if it["event"] == "mcp.doubtful_marks"]
    assert doubts == [("believed", ["restart"])]


async def test_a_list_that_changed_is_logged_anew(tmp_path: Path) -> None:
    with capture_logs() as lines:
        async with servers(tmp_path, logs=stdio("changes")) as tools:
            await turn(tools, echo("logs"))
            told = [it["free"] for it in lines if it["event"] == "mcp.tools"]
    assert "echo" in told[0]
    assert told[1:] == [["newer"]]


async def _told_by(lines: list[Any], count: int) -> dict[str, Any]:
    """Wait until the log tells of so many servers."""
    while True:
        told = [it for it in lines if it["event"] == "mcp.tools"]
        if len(told) >= count:
            return {it["server"]: (it["free"], it["asking"]) for it in told}
        await asyncio.sleep(0.02)


async def test_of_many_tools_one_that_was_searched_for_still_runs_once_it_is_approved(
    tmp_path: Path,
) -> None:
    search = ("search_tools", {"queries": ["tool7"]})
    script = Script([search, ("logs_tool7", {"text": "the pool"}), HELD])
    async with servers(tmp_path, logs=stdio("many", approval="always")) as tools:
        agent = agent_with(script, toolsets=[tools])
        (ask,) = [it for it in await steps(agent, outage()) if isinstance(it, Ask)]
        decided = Decision(call_id=ask.calls[0].id, verdict=Verdict.APPROVED, user_id="UBEN")
        case = outage(memory=dict(ask.notebook or {}), fence=2)
        found = await steps(agent, replace(case, decisions=(decided,)))
    assert [it.state for it in found if isinstance(it, CallEnd)] == [CallState.DONE]
    assert "tool7 says the pool" in script.sent(2)
