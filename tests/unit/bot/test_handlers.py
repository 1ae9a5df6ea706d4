"""The story's worker leaves alone what is not for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import build_handlers
from bot.handlers import Handlers
from bot.investigators.loading import steps_of
from bot.turns.workers import Call
from session import SessionId, request_scope
from session.engines.memory import MemoryRepository
from simulator import Simulator
from tests.conformance.examples import cli_session, message
from tests.e2e.conftest import settings_for
from tests.unit.bot.stories import question, take_in
from tests.unit.bot.web_api import connected, me_in


@asynccontextmanager
async def handlers(slack: Simulator, repository: MemoryRepository) -> AsyncIterator[Handlers]:
    async with connected(slack) as client:
        settings = settings_for(slack, "memory://")
        steps = steps_of(lambda _: "never asked")
        yield build_handlers(settings, me_in(slack), repository, client, steps)


async def investigate(handlers: Handlers, session_id: SessionId) -> None:
    with request_scope("req_1"):
        async with asyncio.timeout(10):
            await handlers.investigate(Call(session_id, "req_1"))


async def test_another_programs_session_in_the_same_store_is_left_alone(slack: Simulator) -> None:
    repository = MemoryRepository()
    receipt = await repository.take_in(cli_session(), message())
    async with handlers(slack, repository) as story:
        await investigate(story, receipt.session.id)
    session = await repository.get_session(receipt.session.id)
    assert session is not None
    assert session.lease is None
    assert [one.is_open for one in await repository.timeline(session.id)] == [True]


async def test_an_entry_that_no_turn_deals_with_keeps_nobody_busy(slack: Simulator) -> None:
    repository = MemoryRepository()
    (entry,) = await take_in(repository, question("1", kind="approval"))
    async with handlers(slack, repository) as story:
        await investigate(story, entry.session_id)
    session = await repository.get_session(entry.session_id)
    assert session is not None
    assert (session.lease, session.fence) == (None, 0)
