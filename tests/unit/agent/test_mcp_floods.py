"""Tool servers that send without end: our memory and our log are not theirs to fill."""

import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.investigators.agent.mcp.bounds import LONGEST_MESSAGE, MIB, Pace, Words
from tests.unit.agent.mcp_http import McpHttpServer, serving_mcp
from tests.unit.agent.test_mcp import echo, servers, stdio, turn

BUFFERS = 16 * MIB
"""What pipes, sockets and readers hold beside a message that is read."""
MOST_MEMORY = 128 * MIB
"""How much our process may grow; the servers would send four times as much."""


def peak() -> int:
    """Return the most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.fixture
def taken(tmp_path: Path) -> Callable[[], int]:
    """How many bytes a server got rid of."""
    return lambda: int((tmp_path / "taken").read_text())


def flooding(mode: str, folder: Path, **more: Any) -> dict[str, Any]:
    return stdio(mode, env={"TAKEN": str(folder / "taken")}, **more)


@pytest.mark.slow
async def test_a_line_without_an_end_costs_its_server_and_no_memory(
    tmp_path: Path, taken: Callable[[], int]
) -> None:
    before = peak()
    async with servers(tmp_path, logs=flooding("flood-line", tmp_path)) as tools:
        with capture_logs() as lines:
            script, text = await turn(tools, echo("logs"))
        assert "t1: failed: " in script.sent(1)
        assert "Not available: logs (it ended while I used it)" in text
        assert "mcp.flooded" in [line["event"] for line in lines]
        assert taken() < LONGEST_MESSAGE + BUFFERS
        assert peak() - before < MOST_MEMORY
        script, text = await turn(tools)
    assert "Not available" not in text, "the next turn starts it again"


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["flood-notifications", "flood-requests", "flood-lines"])
async def test_what_a_server_says_beside_its_answers_costs_no_memory_and_no_log(
    tmp_path: Path, mode: str
) -> None:
    before = peak()
    with capture_logs() as lines:
        async with servers(tmp_path, logs=flooding(mode, tmp_path, timeout=4)) as tools:
            script, _ = await turn(tools, echo("logs"))
    assert "t1: failed: no answer within 4 s" in script.sent(1)
    assert peak() - before < MOST_MEMORY
    assert len(lines) < 1_200


@pytest.mark.slow
async def test_a_flood_of_errors_is_read_and_dropped(
    tmp_path: Path, taken: Callable[[], int]
) -> None:
    before = peak()
    with capture_logs() as lines:
        async with servers(tmp_path, logs=flooding("flood-stderr", tmp_path)) as tools:
            script, _ = await turn(tools, echo("logs"))
    assert "echo says hello there" in script.sent(1)
    assert taken() >= 64 * MIB
    assert peak() - before < MOST_MEMORY
    assert len(lines) < 1_200


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["flood json", "flood events", "flood packed"])
@pytest.mark.parametrize("method", ["initialize", "tools/list", "tools/call"])
async def test_an_answer_over_http_is_read_to_a_limit(
    tmp_path: Path, fault: str, method: str
) -> None:
    before = peak()
    async with (
        serving_mcp(McpHttpServer(fault=fault, faulty=method)) as http,
        servers(tmp_path, logs={"url": http.url}) as tools,
    ):
        _, text = await turn(tools, echo("logs"))
    assert "Not available: logs (" in text
    assert http.sent < LONGEST_MESSAGE + BUFFERS
    assert peak() - before < MOST_MEMORY


@pytest.mark.slow
@pytest.mark.parametrize("packing", ["gzip", "deflate"])
async def test_a_packed_answer_is_unpacked(tmp_path: Path, packing: str) -> None:
    async with (
        serving_mcp(McpHttpServer(packing=packing)) as http,
        servers(tmp_path, logs={"url": http.url}) as tools,
    ):
        script, _ = await turn(tools, echo("logs"))
    assert "echo says hello there" in script.sent(1)


def test_what_comes_too_fast_has_to_wait_until_time_has_made_room() -> None:
    times = [0.0]
    pace = Pace(100, 10, monotonic=lambda: times[0])
    assert pace.add(100) == 0
    assert pace.add(50) == 5
    assert not pace.fits(1)
    times[0] = 6.0
    assert pace.fits(10)
    assert not pace.fits(1)


def test_of_a_flood_of_lines_the_first_are_logged_and_that_there_was_one() -> None:
    times = [0.0]
    words = Words("logs", Pace(3, 1, monotonic=lambda: times[0]))
    with capture_logs() as lines:
        for number in range(6):
            words.log("mcp.stderr", f"line {number}")
        times[0] = 10.0
        words.log("mcp.stderr", "later")
    assert [line.get("line", line["event"]) for line in lines] == [
        *("line 0", "line 1", "line 2"),
        "mcp.lines_dropped",
        "later",
    ]
