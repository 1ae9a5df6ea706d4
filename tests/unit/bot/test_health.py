"""What probes are told, from the first moment to the last."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest

from bot.observe.health import Health
from bot.web import listening
from tests.unit.bot.test_web import free_port

Ask = Callable[[str], Awaitable[tuple[int, str]]]


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
async def ask(health: Health) -> AsyncIterator[Ask]:
    """Ask for a path as a probe does; returns the status and the text."""
    port = free_port()
    async with listening([health.listener("127.0.0.1", port)]), aiohttp.ClientSession() as http:

        async def get(path: str) -> tuple[int, str]:
            async with http.get(f"http://127.0.0.1:{port}{path}") as response:
                return response.status, await response.text()

        yield get


async def well() -> str | None:
    return None


async def ill() -> str | None:
    return "not connected to Slack"


async def test_it_is_ready_only_between_the_start_and_the_stop(health: Health, ask: Ask) -> None:
    assert await ask("/readyz") == (503, "starting\n")
    health.started(well)
    assert await ask("/readyz") == (200, "ok\n")
    health.stopping()
    assert await ask("/readyz") == (503, "stopping\n")


async def test_it_lives_all_the_time_and_whatever_is_wrong(health: Health, ask: Ask) -> None:
    assert await ask("/livez") == (200, "ok\n")
    health.started(ill)
    assert await ask("/livez") == (200, "ok\n")
    health.stopping()
    assert await ask("/livez") == (200, "ok\n")


async def test_what_is_wrong_is_said(health: Health, ask: Ask) -> None:
    health.started(well, ill)
    assert await ask("/readyz") == (503, "not connected to Slack\n")


async def test_no_password_is_said(health: Health, ask: Ask) -> None:
    async def away() -> str | None:
        return "Slack cannot be reached: 407, url='http://bob:s3cr3t-pass@proxy:3128'"

    health.started(away)
    assert "s3cr3t" not in (await ask("/readyz"))[1]


async def test_what_is_only_remarked_does_not_count(health: Health, ask: Ask) -> None:
    health.started(well, remarks=[well, ill])
    assert await ask("/readyz") == (200, "ok\nnot connected to Slack\n")


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz/", "/metrics"])
async def test_other_paths_are_not_there(health: Health, ask: Ask, path: str) -> None:
    health.started(well)
    assert (await ask(path))[0] == 404
