"""From a thread to its one session, and fresh ones for web and CLI."""

import asyncio
from dataclasses import replace

import pytest

from session import (
    Resolver,
    SessionSource,
    SlackThread,
    slack_session_id,
)
from session.engines.memory import MemoryRepository
from tests.conformance.examples import message, message_id, thread


@pytest.fixture
def repository() -> MemoryRepository:
    return MemoryRepository()


@pytest.fixture
def resolver(repository: MemoryRepository) -> Resolver:
    return Resolver(repository)


async def test_a_thread_is_resolved_to_one_session_created_once(resolver: Resolver) -> None:
    session, created = await resolver.resolve_slack_session(thread(), "U1")
    again, created_again = await resolver.resolve_slack_session(thread(), "U2")
    assert (created, created_again) == (True, False)
    assert session == again
    assert (session.id, session.user_id) == (slack_session_id(thread()), "U1")
    assert (session.source, session.thread) == (SessionSource.SLACK, thread())


async def test_fifty_at_once_make_one_session(resolver: Resolver) -> None:
    made = await asyncio.gather(
        *(resolver.resolve_slack_session(thread(), f"U{number}") for number in range(50))
    )
    assert [created for _, created in made].count(True) == 1


async def test_a_ticket_makes_a_session_of_its_own(resolver: Resolver) -> None:
    plain, _ = await resolver.resolve_slack_session(thread(), "U1")
    ticketed, created = await resolver.resolve_slack_session(thread(), "U1", ticket_id="SEC-42")
    assert created
    assert (plain.ticket_id, ticketed.ticket_id) == (None, "SEC-42")
    assert await resolver.lookup_slack_session(thread(), ticket_id="SEC-42") == ticketed
    assert await resolver.lookup_slack_session(thread()) == plain


async def test_an_empty_ticket_is_no_ticket(resolver: Resolver) -> None:
    session, _ = await resolver.resolve_slack_session(thread(), "U1", ticket_id="")
    assert session.ticket_id is None
    assert session.id == slack_session_id(thread())


async def test_looking_up_never_creates(resolver: Resolver, repository: MemoryRepository) -> None:
    assert await resolver.lookup_slack_session(thread()) is None
    assert await resolver.lookup_slack_session(thread(), ticket_id="SEC-42") is None
    assert list(await repository.scan_sessions()) == []


@pytest.mark.parametrize("mark", ["parked", "provisional"])
async def test_a_session_that_nobody_known_has_asked_in_counts_as_none(
    resolver: Resolver, repository: MemoryRepository, mark: str
) -> None:
    marked = replace(message(), parked=mark == "parked", provisional=mark == "provisional")
    receipt = await resolver.resolve_slack_session(thread(), "U1", message=marked)
    assert await resolver.lookup_slack_session(thread()) is None
    found = await resolver.lookup_slack_session(thread(), provisional=True)
    assert found == receipt.session
    asked = message("1712.0002")
    await resolver.resolve_slack_session(thread(), "U2", message=asked)
    assert await resolver.lookup_slack_session(thread()) is not None


async def test_a_message_comes_with_its_session(
    resolver: Resolver, repository: MemoryRepository
) -> None:
    receipt = await resolver.resolve_slack_session(thread(), "U1", message=message())
    assert (receipt.created, receipt.is_new, receipt.claim) == (True, True, None)
    assert receipt.session == await resolver.lookup_slack_session(thread())
    assert await repository.get_message(message_id("1712.0001")) == receipt.message


@pytest.mark.parametrize("source", [SessionSource.WEB, SessionSource.CLI])
async def test_each_fresh_session_is_another_one(
    resolver: Resolver, source: SessionSource
) -> None:
    first = await resolver.create_fresh_session("SEC-42", source, "U1")
    second = await resolver.create_fresh_session("SEC-42", source, "U1")
    assert first.id != second.id
    assert first.id.startswith(f"{source.value}_")
    assert (first.source, first.ticket_id, first.user_id) == (source, "SEC-42", "U1")
    assert first.thread is None


async def test_a_fresh_session_needs_a_ticket(resolver: Resolver) -> None:
    with pytest.raises(ValueError, match="a web session needs a ticket id"):
        await resolver.create_fresh_session("", SessionSource.WEB, "U1")


async def test_a_slack_session_is_never_fresh(
    resolver: Resolver, repository: MemoryRepository
) -> None:
    with pytest.raises(ValueError, match="use resolve_slack_session"):
        await resolver.create_fresh_session("SEC-42", SessionSource.SLACK, "U1")
    assert list(await repository.scan_sessions()) == []


@pytest.mark.parametrize("parts", [("", "C1", "1.1"), ("T1", "", "1.1"), ("T1", "C1", "")])
def test_a_thread_needs_all_its_parts(parts: tuple[str, str, str]) -> None:
    team, channel, ts = parts
    with pytest.raises(ValueError, match="needs team, channel and thread ts"):
        SlackThread(team_id=team, channel_id=channel, thread_ts=ts)


def test_a_message_needs_the_time_zone_of_its_time() -> None:
    naive = message().sent_at.replace(tzinfo=None)
    with pytest.raises(ValueError, match="sent_at needs a time zone"):
        replace(message(), sent_at=naive)
