"""What is shown of other threads: only what every member who reads this one may see anyway."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.document.thread import Elsewhere
from bot.investigators.contract import Case, Finding, SeenBefore
from bot.slack.people import People
from bot.surfaces.memory import MemorySurface
from bot.surfaces.sightings import MOST_CASES, SessionSightings
from bot.surfaces.slack import SlackParts, SlackSurface
from session import (
    Outcome,
    Repository,
    Resolver,
    SeenIn,
    SessionId,
    Sighting,
    SlackThread,
    StorageError,
    TurnEnd,
    slack_session_id,
)
from session.engines.memory import MemoryRepository
from tests.unit.bot.examples import ME, THREAD
from tests.unit.bot.rooms import Room
from tests.unit.bot.stories import SENT_AT, in_memory, lock_of, question, take_in
from tests.unit.bot.test_catch_up import DOWN, asked, catch_up
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import scripted_api

PUBLIC = {"name": "payments", "is_channel": True, "is_private": False}
PRIVATE = {"name": "hush", "is_channel": True, "is_private": True}
GROUP = {"name": "mpdm-a-b", "is_mpim": True, "is_private": True}
DIRECT = {"is_im": True}
SHARED = {**PUBLIC, "is_ext_shared": True}
PENDING = {**PUBLIC, "is_pending_ext_shared": True}
HERE, THERE = "C1", "C2"


def of(channel: str, ts: str = "1800.000100", team: str = "T1") -> SlackThread:
    return SlackThread(team_id=team, channel_id=channel, thread_ts=ts)


def telling(channels: Mapping[str, Mapping[str, Any]]) -> Any:
    """A Slack that knows these channels and no others."""

    def conversations_info(asked: Mapping[str, Any]) -> Mapping[str, Any]:
        found = channels.get(asked["channel"])
        if found is None:
            return {"ok": False, "error": "channel_not_found"}
        return {"ok": True, "channel": {"id": asked["channel"], **found}}

    return conversations_info


async def shown(
    channels: Mapping[str, Mapping[str, Any]], threads: Sequence[SlackThread]
) -> list[str]:
    """The names of the channels of those that may be shown in a thread of the first channel."""
    async with scripted_api(conversations_info=telling(channels)) as (_, client):
        parts = SlackParts.of(client, ME, People(client, ME, now), call_seconds=5)
        found = await SlackSurface(parts, THREAD).elsewhere(threads)
    return [it.channel for it in found.values()]


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        (PUBLIC, PUBLIC, ["#payments"]),
        (PRIVATE, PUBLIC, ["#payments"]),
        (GROUP, PUBLIC, ["#payments"]),
        (PUBLIC, PRIVATE, []),
        (PUBLIC, GROUP, []),
        (PUBLIC, DIRECT, []),
        (PUBLIC, {}, []),
        (PUBLIC, None, []),
        (SHARED, PUBLIC, []),
        (PENDING, PUBLIC, []),
        (None, PUBLIC, []),
        (PUBLIC, SHARED, ["#payments"]),
    ],
)
def test_another_channel_is_shown_if_it_is_public_now_and_this_one_is_not_shared(
    here: Mapping[str, Any] | None, there: Mapping[str, Any] | None, expected: list[str]
) -> None:
    known = {HERE: here, THERE: there}

    @in_virtual_time
    async def story() -> None:
        channels = {name: found for name, found in known.items() if found is not None}
        assert await shown(channels, [of(THERE)]) == expected

    story()


@pytest.mark.parametrize(
    ("here", "expected"),
    [(PUBLIC, ["#payments"]), (PRIVATE, ["#hush"]), (GROUP, []), (DIRECT, []), (SHARED, [])],
)
def test_another_thread_of_this_channel_is_shown_unless_it_is_no_channel(
    here: Mapping[str, Any], expected: list[str]
) -> None:
    @in_virtual_time
    async def story() -> None:
        assert await shown({HERE: here}, [of(HERE)]) == expected

    story()


@in_virtual_time
async def test_another_installations_thread_is_never_shown() -> None:
    assert await shown({HERE: PUBLIC}, [of(HERE, team="T2")]) == []


@in_virtual_time
async def test_slack_is_asked_about_each_channel_once_in_ten_minutes() -> None:
    known = {HERE: PRIVATE, THERE: PUBLIC}
    async with scripted_api(conversations_info=telling(known)) as (api, client):
        parts = SlackParts.of(client, ME, People(client, ME, now), call_seconds=5)
        threads = [of(THERE), of(THERE, "1800.000200"), of(HERE)]
        found = [await SlackSurface(parts, THREAD).elsewhere(threads) for _ in range(3)]
    assert [len(it) for it in found] == [3, 3, 3]
    assert api.calls == {"conversations.info": 2}
    assert found[0][of(THERE)] == Elsewhere(
        channel="#payments", link=f"{ME.url.rstrip('/')}/archives/C2/p1800000100"
    )


async def saw(repository: Repository, thread: SlackThread, minutes: int, *keys: str) -> None:
    """Have these be seen in a thread's session."""
    await Resolver(repository).resolve_slack_session(thread, "U1")
    lock = await lock_of(repository, slack_session_id(thread))
    seen_at = SENT_AT + timedelta(minutes=minutes)
    sightings = tuple(Sighting(key=key, seen_at=seen_at) for key in keys)
    await lock.finish_turn(TurnEnd(outcome=Outcome.ANSWERED, sightings=sightings, release=True))


def view(repository: Repository, **channels: str) -> SessionSightings:
    surface = MemorySurface()
    surface.shown_channels = channels
    return SessionSightings(repository, surface, slack_session_id(THREAD))


@in_virtual_time
async def test_only_cases_that_may_be_shown_are_told_and_counted() -> None:
    repository = in_memory()
    await saw(repository, of("C2"), 1, "a", "b")
    await saw(repository, of("C3"), 2, "a")
    await saw(repository, of("C2", "1801.1"), 3, "b")
    found = await view(repository, C2="#payments").seen_before(["a", "b"])
    assert [(it.where.channel, [s.key for s in it.sightings]) for it in found.cases] == [
        ("#payments", ["b"]),
        ("#payments", ["a", "b"]),
    ]
    assert not found.has_more


@in_virtual_time
async def test_more_than_twenty_are_not_read_on() -> None:
    repository = in_memory()
    for number in range(MOST_CASES + 3):
        await saw(repository, of("C2", f"18{number:02}.1"), number, "a")
    found = await view(repository, C2="#payments").seen_before(["a"])
    assert len(found.cases) == MOST_CASES
    assert found.has_more
    assert found.cases[0].where.link == "memory:1822.1"


@in_virtual_time
async def test_hidden_cases_take_no_room_from_those_that_may_be_shown() -> None:
    repository = in_memory()
    await saw(repository, of("C2"), 0, "a")
    for number in range(30):
        await saw(repository, of("C3", f"18{number:02}.1"), number + 1, "a")
    found = await view(repository, C2="#payments").seen_before(["a"])
    assert [it.where.channel for it in found.cases] == ["#payments"]
    assert not found.has_more


class Broken(MemoryRepository):
    async def seen_elsewhere(
        self, keys: Any, *, besides: SessionId, limit: int = 20
    ) -> Sequence[SeenIn]:
        raise StorageError("away")


@in_virtual_time
async def test_a_store_that_does_not_answer_costs_only_what_was_seen_before() -> None:
    assert await view(Broken(), C2="#payments").seen_before(["a"]) == SeenBefore()


SEEN = (Sighting(key="domain evil-shop.net", seen_at=SENT_AT),)


async def finds(case: Case) -> Finding:
    before = await case.sightings.seen_before(["domain evil-shop.net"])
    return Finding(text=f"{len(before.cases)} others", sightings=SEEN)


@in_virtual_time
async def test_a_turn_leaves_what_its_case_saw_and_the_next_case_is_told() -> None:
    room = Room(finds)
    room.surface.shown_channels = {"C1": "#incidents", "C2": "#payments"}
    (asked,) = await take_in(room.repository, question("1"))
    await room.turn(asked.session_id)
    assert room.surface.texts[-1] == "0 others"
    other = SessionSightings(room.repository, room.surface, SessionId("other"))
    (case,) = (await other.seen_before(["domain evil-shop.net"])).cases
    assert (case.where.channel, case.sightings) == ("#incidents", SEEN)
    await saw(room.repository, of("C2"), 1, "domain evil-shop.net")
    (again,) = await take_in(room.repository, question("2"))
    await room.turn(again.session_id)
    assert room.surface.texts[-1] == "1 others"


@in_virtual_time
async def test_a_direct_message_leaves_nothing() -> None:
    room = Room(finds)
    room.surface.shown_channels = {"D1": "#direct"}
    thread = of("D1", "1.1")
    receipt = await Resolver(room.repository).resolve_slack_session(
        thread, "UANN", message=question("1")
    )
    await room.turn(receipt.session.id)
    assert await room.repository.seen_elsewhere([SEEN[0].key], besides=SessionId("o")) == []


@in_virtual_time
async def test_whoever_catches_up_is_told_it_too_and_nothing_is_kept_of_that() -> None:
    repository = in_memory()
    await saw(repository, of("C2"), 30, "ip 185.220.101.34")
    surface = MemorySurface()
    surface.messages = [DOWN]
    surface.shown_channels = {"C2": "#payments"}
    await catch_up(surface, repository).give(asked())
    told = "\n".join(text for _, text in surface.directs)
    assert "185[.]220[.]101[.]34 also in #payments" in told
    others = await repository.seen_elsewhere(["ip 185.220.101.34"], besides=SessionId("o"))
    assert len(others) == 1
