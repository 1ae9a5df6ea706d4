"""Stopping in order: nothing runs on, errands are done, every lease is given back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot import lifecycle
from bot.app import Burrow, open_burrow
from bot.entry.transport import Transport
from bot.lifecycle import ShutdownRequests, serve
from session import Resolver, request_scope
from simulator import Simulator
from tests.e2e.conftest import settings_for
from tests.unit.bot.examples import THREAD
from tests.unit.bot.stories import question


@asynccontextmanager
async def serving(slack: Simulator) -> AsyncIterator[tuple[Burrow, ShutdownRequests]]:
    """A bot at work; on leaving it has stopped, by itself or because it is asked to now."""
    requests = ShutdownRequests()
    settings = settings_for(slack, "memory://", retention_days=30)
    async with open_burrow(settings) as burrow:
        task = asyncio.create_task(serve(burrow, requests))
        await slack.wait_for_sockets(1)
        yield burrow, requests
        requests.stop.set()
        await task


def running_tasks() -> set[str]:
    return {task.get_name() for task in asyncio.all_tasks()}


async def test_sweep_and_retention_run_until_the_stop_and_not_after(slack: Simulator) -> None:
    async with serving(slack):
        await slack.wait_until(lambda: {"sweep", "retention"} <= running_tasks())
    assert not {"sweep", "retention"} & running_tasks()
    await slack.wait_for_sockets(0)


async def test_errands_under_way_are_done_before_it_ends(slack: Simulator) -> None:
    done: list[str] = []

    async def errand() -> None:
        await asyncio.sleep(0.2)
        done.append("errand")

    async with serving(slack) as (burrow, requests):
        burrow.parts.errands.tasks.start(errand(), name="errand")
        requests.ask()
    assert done == ["errand"]


async def test_an_errand_that_hangs_does_not_hold_up_the_end(
    slack: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "ERRAND_SECONDS", 0.1)
    async with serving(slack) as (burrow, requests):
        hanging = burrow.parts.errands.tasks.start(asyncio.Event().wait(), name="hanging")
        requests.ask()
    assert hanging.cancelled()


async def test_a_lease_that_came_with_a_message_and_nobody_took_is_given_back(
    slack: Simulator,
) -> None:
    async with serving(slack) as (burrow, requests):
        with request_scope("req_1"):
            receipt = await Resolver(burrow.repository).resolve_slack_session(
                THREAD, "UANN", message=question("1"), locks=burrow.parts.locks
            )
        assert receipt.claim is not None
        requests.ask()
    session = await burrow.repository.get_session(receipt.session.id)
    assert session is not None
    assert session.lease is None
    (entry,) = await burrow.repository.open_messages(session.id)
    assert (entry.tries, entry.turn_id) == (0, None)


def test_the_first_request_stops_and_the_second_hurries() -> None:
    requests = ShutdownRequests()
    requests.ask()
    assert (requests.stop.is_set(), requests.hurry.is_set()) == (True, False)
    requests.ask()
    assert requests.hurry.is_set()


@pytest.mark.parametrize(
    ("over_http", "over_socket", "said"),
    [
        (None, "not connected", None),
        ("not open", None, None),
        ("not open", "not connected", "not open; not connected"),
    ],
)
async def test_with_two_ways_one_that_stands_is_enough_to_be_ready(
    slack: Simulator, over_http: str | None, over_socket: str | None, said: str | None
) -> None:
    async with serving(slack) as (burrow, _):
        ways = [Way(over_http, comes_in=True), Way(over_socket, comes_in=False)]
        assert await lifecycle.slack_trouble(replace(burrow, transports=ways)) == said


@pytest.mark.parametrize("comes_in", [True, False])
async def test_a_rejected_token_counts_only_where_no_balancer_asks(
    slack: Simulator, monkeypatch: pytest.MonkeyPatch, comes_in: bool
) -> None:
    async with serving(slack) as (burrow, _):
        monkeypatch.setattr(burrow.token_watch, "trouble", lambda: "rejected")
        connected = replace(burrow, transports=[Way(None, comes_in=comes_in)])
        said = await lifecycle.slack_trouble(connected)
    assert said == (None if comes_in else "rejected")


class Way(Transport):
    """A transport in a state that a test names."""

    def __init__(self, trouble: str | None, *, comes_in: bool) -> None:
        self._trouble = trouble
        self.comes_in = comes_in

    async def connect(self) -> None: ...

    async def close(self) -> None: ...

    def trouble(self) -> str | None:
        return self._trouble
