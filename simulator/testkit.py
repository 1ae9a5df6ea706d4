"""Fixtures for pytest: name `simulator.testkit` in `pytest_plugins`."""

from collections.abc import AsyncIterator

import pytest

from simulator.local import Simulator
from simulator.options import Options


@pytest.fixture
def slack_options() -> Options:
    """Override to change the workspace of a module's tests. Retries come without long pauses."""
    return Options(ack_timeout=3.0, time_scale=0.001)


@pytest.fixture
async def slack(slack_options: Options) -> AsyncIterator[Simulator]:
    """A fresh workspace on a free port of the loopback interface."""
    async with Simulator.start(slack_options) as simulator:
        yield simulator
