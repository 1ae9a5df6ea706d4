"""Firestore refuses everything, for its quota is spent; then the quota is renewed."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from simulator import Options, Slack
from tests.conformance.firestore import FirestoreHarness
from tests.e2e.conftest import has_reaction, texts
from tests.e2e.processes import bot_process, environment
from tests.e2e.test_store_trouble import a_free_port, readiness
from tests.support.firestore_emulator import HOST_VARIABLE
from tests.support.grpc_proxy import Fate, Proxy

SPENT = Fate(before=grpc.StatusCode.RESOURCE_EXHAUSTED, details="Quota exceeded.")
SENTENCE = "is over its quota (Quota exceeded): raise it at https://console.cloud.google.com/"


# On Firestore a bot writes its sign once a minute.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
def slack_options() -> Options:
    """What was not acked comes again after seconds, not minutes."""
    return Options(time_scale=0.05)


@pytest.fixture(scope="session")
def firestore() -> Iterator[None]:
    """Its emulator."""
    with FirestoreHarness.server():
        yield


async def test_a_spent_quota_is_said_everywhere_and_all_goes_on_when_it_is_renewed(
    slack: Slack, tmp_path: Path, firestore: None
) -> None:
    port, store = a_free_port(), FirestoreHarness(tmp_path)
    async with Proxy(store.environment[HOST_VARIABLE]) as proxy:
        env = environment(slack, store.url, HEALTH_PORT=str(port), LOCK_TTL_SECONDS="30")
        async with bot_process(env | {HOST_VARIABLE: proxy.address}, tmp_path) as bot:
            await slack.wait_for_sockets(timeout=60)
            await slack.wait_until(lambda: "bot.ready" in bot.log, timeout=60)
            proxy.oracle = lambda method: SPENT
            asked = await slack.user("ann").mention("#incidents", "why?")
            await slack.wait_until(lambda: has_reaction(slack, asked, "warning"), timeout=30)
            assert await texts(slack, asked) == []
            await slack.wait_until(lambda: SENTENCE in bot.log, timeout=60)
            await slack.wait_until(lambda: is_said_by_health(port), timeout=120)
            proxy.oracle = lambda method: Fate()
            await slack.wait_until(lambda: is_well(port), timeout=120)
            again = await slack.user("ann").mention("#incidents", "and now?")
            await slack.wait_for_reply(again, containing="answer 1 to: and now?", timeout=60)
            assert "Traceback" not in bot.log


async def is_said_by_health(port: int) -> bool:
    status, text = await readiness(port)
    return status == 503 and SENTENCE in text


async def is_well(port: int) -> bool:
    return await readiness(port) == (200, "ok\n")
