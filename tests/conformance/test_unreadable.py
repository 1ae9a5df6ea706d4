"""A record that cannot be read is skipped alone, named once, and never lost."""

import logging
from datetime import timedelta

import pytest

from session import (
    MessageState,
    Outcome,
    Repository,
    SessionId,
    StorageError,
    TurnEnd,
    UnreadableError,
)
from session.copy import copy_sessions
from session.engines.memory import MemoryRepository
from tests.conformance.examples import (
    a_message,
    acquired,
    cli_session,
    message,
    message_id,
    new_session,
    stored_message,
)
from tests.conformance.harness import Harness
from tests.support.inbox import all_due

NONSENSE = [{"attributes": "{not json"}, {"state": "paused"}, {"sent_at": "yesterday"}]


@pytest.fixture(params=NONSENSE, ids=lambda fields: next(iter(fields)))
async def spoilt(request: pytest.FixtureRequest, shared: Harness, repository: Repository) -> str:
    """A message that cannot be read, between two that can."""
    for number in (1, 2, 3):
        await a_message(repository, f"1712.{number}")
    bad = message_id("1712.2")
    fields: dict[str, str] = request.param
    await shared.spoil("messages", bad, **fields)
    return bad


async def test_lists_leave_it_out(repository: Repository, spoilt: str) -> None:
    good = [message_id("1712.1"), message_id("1712.3")]
    session_id = new_session().id
    due = {entry.id for entry in await all_due(repository)}
    assert due == set(good)
    open_ids = {entry.id for entry in await repository.open_messages(session_id)}
    assert open_ids <= set(good)
    assert {entry.id for entry in await repository.timeline(session_id)} == set(good)


async def test_it_is_named_in_the_log_once(
    repository: Repository, spoilt: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="session"):
        for _ in range(3):
            await all_due(repository)
    (line,) = caplog.messages
    assert line.startswith(f"record.unreadable {spoilt} cannot be read")


async def test_reading_it_alone_says_so(repository: Repository, spoilt: str) -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        await repository.get_message(message_id("1712.2"))
    assert issubclass(UnreadableError, StorageError)


async def test_a_turn_over_the_others_goes_on(repository: Repository, spoilt: str) -> None:
    good = (message_id("1712.1"), message_id("1712.3"))
    claim = await acquired(repository, new_session().id)
    assert (await repository.begin_turn(claim, good)).message_ids == good
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=good, release=True)
    await repository.finish_turn(claim, end)
    for id in good:
        assert (await stored_message(repository, id)).state is MessageState.CLOSED


async def test_its_session_is_not_forgotten_nor_copied_without_it(
    repository: Repository, spoilt: str
) -> None:
    later = repository.now() + timedelta(days=1)
    session_id = new_session().id
    assert await repository.delete_session(session_id, idle_since=later) is False
    with pytest.raises(UnreadableError):
        await repository.read_record(session_id)
    other, _ = await repository.create_session(cli_session())
    copied = await copy_sessions(repository, target := MemoryRepository())
    assert list(copied.refused) == [session_id]
    assert (copied.new, copied.is_whole, copied.digest) == (1, False, None)
    assert [session.id for session in await target.scan_sessions()] == [other.id]


async def test_a_page_of_which_nothing_can_be_read_is_not_the_last(
    shared: Harness, repository: Repository
) -> None:
    for number in range(6):
        await repository.create_session(cli_session(f"cli_{number}"))
    for number in (1, 2, 3, 4):
        await shared.spoil("sessions", f"cli_{number}", source="fax")
    seen: list[SessionId] = []
    while page := await repository.scan_sessions(after=seen[-1] if seen else None, limit=2):
        seen += [session.id for session in page]
    assert seen == ["cli_0", "cli_5"]
    found = await repository.sessions_by_ticket("SEC-42")
    assert {session.id for session in found} == {"cli_0", "cli_5"}


async def test_an_unreadable_session_takes_nothing_in(
    shared: Harness, repository: Repository
) -> None:
    await a_message(repository, "1712.1")
    await shared.spoil("sessions", new_session().id, source="fax")
    with pytest.raises(UnreadableError):
        await repository.get_session(new_session().id)
    with pytest.raises(UnreadableError):
        await repository.take_in(new_session(), message("1712.2"))
    assert await repository.get_message(message_id("1712.2")) is None
    await a_message(repository, "1713.1", into="1713.1")
