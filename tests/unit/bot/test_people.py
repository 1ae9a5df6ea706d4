"""Who people are: asked for once an hour, by one question for many askers."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.slack import people as module
from bot.slack.people import People
from tests.unit.bot.examples import ME
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import scripted_api


def user(**fields: Any) -> dict[str, Any]:
    """As https://docs.slack.dev/reference/objects/user-object has it."""
    base = {"id": "U1", "team_id": "T1", "name": "ann", "profile": {"display_name": "Ann"}}
    return {"ok": True, "user": base | fields}


@in_virtual_time
async def test_a_person_is_asked_for_once_an_hour() -> None:
    async with scripted_api(users_info=user()) as (api, client):
        people = People(client, ME, now)
        for _ in range(3):
            assert (await people.find("U1")).name == "Ann"
        await asyncio.sleep(3_599)
        await people.find("U1")
        assert api.calls["users.info"] == 1
        await asyncio.sleep(2)
        await people.find("U1")
        assert api.calls["users.info"] == 2


@in_virtual_time
async def test_many_askers_share_one_question() -> None:
    async with scripted_api(users_info=user()) as (api, client):
        people = People(client, ME, now)
        await asyncio.gather(*(people.find("U1") for _ in range(20)))
        assert api.calls["users.info"] == 1


@in_virtual_time
async def test_an_asker_who_leaves_does_not_take_the_answer_from_the_others() -> None:
    async with scripted_api(users_info=user()) as (api, client):
        people = People(client, ME, now)
        leaver = asyncio.create_task(people.find("U1"))
        stayer = asyncio.create_task(people.find("U1"))
        await asyncio.sleep(0)
        leaver.cancel()
        assert (await stayer).name == "Ann"
        assert api.calls["users.info"] == 1


@in_virtual_time
async def test_a_failed_question_is_asked_again_next_time() -> None:
    answers = iter([{"ok": False, "error": "fatal_error"}] * 2 + [user()])
    async with scripted_api(users_info=lambda _: next(answers)) as (_, client):
        people = People(client, ME, now)
        with pytest.raises(SlackApiError):
            await people.find("U1")
        assert (await people.find("U1")).name == "Ann"


@in_virtual_time
async def test_while_slack_cannot_be_asked_a_person_is_called_by_the_id() -> None:
    async with scripted_api(users_info={"ok": False, "error": "internal_error"}) as (_, client):
        assert await People(client, ME, now).name("U1") == "U1"


@in_virtual_time
async def test_names_of_many_are_asked_for_five_at_a_time() -> None:
    async with scripted_api(
        users_info=lambda call: user(profile={"display_name": call["user"] + "!"})
    ) as (
        api,
        client,
    ):
        names = await People(client, ME, now).names(["U2", "U1", "U1"])
        assert names == {"U1": "U1!", "U2": "U2!"}
        assert api.calls["users.info"] == 2


@in_virtual_time
async def test_of_more_people_than_so_many_at_once_nothing_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_ASKED_FOR", 3)
    async with scripted_api(users_info=user()) as (api, client):
        people = People(client, ME, now)
        found = await asyncio.gather(*(people.within(60, f"U{number}") for number in range(5)))
        assert [person is None for person in found] == [False] * 3 + [True] * 2
        assert api.calls["users.info"] == 3


@in_virtual_time
async def test_only_so_many_are_remembered_the_longest_known_going_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_KEEP_PEOPLE", 2)
    async with scripted_api(users_info=user()) as (api, client):
        people = People(client, ME, now)
        for user_id in ("U1", "U2", "U3", "U3", "U2", "U1"):
            await people.find(user_id)
        assert api.calls["users.info"] == 4


@pytest.mark.parametrize(
    ("fields", "is_full_member"),
    [
        ({}, True),
        ({"team_id": None}, False),
        ({"is_restricted": True}, False),
        ({"is_ultra_restricted": True}, False),
        ({"is_stranger": True}, False),
        ({"team_id": "T2"}, False),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T3", "T1"]}}, True),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T3"]}}, False),
        ({"team_id": "T2", "enterprise_user": {"teams": None}}, False),
        ({"team_id": "T2", "enterprise_user": "T1"}, False),
    ],
)
def test_guests_and_strangers_are_no_full_members(
    fields: Mapping[str, Any], is_full_member: bool
) -> None:
    @in_virtual_time
    async def story() -> None:
        async with scripted_api(users_info=user(**fields)) as (_, client):
            person = await People(client, ME, now).find("U1")
            assert person.is_full_member is is_full_member

    story()


@pytest.mark.parametrize("sign", ["is_bot", "is_workflow_bot", "is_connector_bot"])
def test_bots_are_known_by_each_of_their_signs(sign: str) -> None:
    @in_virtual_time
    async def story() -> None:
        async with scripted_api(users_info=user(**{sign: True})) as (_, client):
            assert (await People(client, ME, now).find("U1")).is_bot

    story()


@pytest.mark.parametrize(
    "answer", [{"ok": True}, {"ok": True, "user": {}}, {"ok": True, "user": 1}]
)
def test_nobody_is_let_in_by_an_answer_that_tells_of_nobody(answer: dict[str, Any]) -> None:
    @in_virtual_time
    async def story() -> None:
        async with scripted_api(users_info=answer) as (_, client):
            assert await People(client, ME, now).within(5, "U1") is None

    story()


@pytest.mark.parametrize("error", ["user_not_found", "user_not_visible"])
def test_whom_slack_does_not_show_is_no_member(error: str) -> None:
    @in_virtual_time
    async def story() -> None:
        async with scripted_api(users_info={"ok": False, "error": error}) as (_, client):
            person = await People(client, ME, now).find("U9")
            assert (person.name, person.is_full_member) == ("U9", False)

    story()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"profile": {"display_name": "", "real_name": "Ann Lee"}}, "Ann Lee"),
        ({"profile": None, "real_name": "Ann L."}, "Ann L."),
        ({"profile": {}}, "ann"),
        ({"profile": {}, "name": ""}, "U1"),
        ({"profile": {"display_name": "<!channel>"}}, "!channel"),
        ({"profile": {"display_name": "<>"}}, "U1"),
        ({"profile": {"display_name": 5}}, "ann"),
        ({"profile": ["Ann"]}, "ann"),
    ],
)
def test_the_name_is_the_one_people_see_and_can_ping_nobody(
    fields: Mapping[str, Any], name: str
) -> None:
    @in_virtual_time
    async def story() -> None:
        async with scripted_api(users_info=user(**fields)) as (_, client):
            assert await People(client, ME, now).name("U1") == name

    story()


@pytest.mark.parametrize(
    ("fields", "offset", "name"),
    [
        ({"tz": "Europe/Berlin", "tz_offset": 3_600}, "+0100", "Europe/Berlin"),
        ({"tz": "Asia/Kolkata", "tz_offset": 19_800}, "+0530", "Asia/Kolkata"),
        ({"tz": None, "tz_offset": -28_800}, "-0800", "local time"),
        ({"tz": "Europe/Berlin"}, None, None),
        ({"tz": "Europe/Berlin", "tz_offset": 10**9}, None, None),
        ({"tz": "Europe/Berlin", "tz_offset": "3600"}, None, None),
    ],
)
def test_where_somebody_is_comes_with_its_offset_of_today(
    fields: dict[str, Any], offset: str | None, name: str | None
) -> None:
    @in_virtual_time
    async def asked() -> None:
        async with scripted_api(users_info=user(**fields)) as (_, client):
            zone = (await People(client, ME, now).find("U1")).zone
            there = None if zone is None else datetime(2026, 11, 27, tzinfo=zone)
            assert (there and f"{there:%z}") == offset
            assert (there and there.tzname()) == name

    asked()
