"""What the methods that the bot uses refuse and answer; sources stand at each method."""

from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulator import MethodFault, Options, Simulator, Slack
from tests.unit.simulator.conftest import MANIFEST
from tests.unit.simulator.manifests import manifest_with


@pytest.fixture
def slack_options(tmp_path: Path) -> Options:
    scopes = ["channels:read", "groups:read", "im:read", "im:write", "mpim:write", "team:read"]
    return Options(manifest=manifest_with(tmp_path, scopes=scopes), time_scale=0.001)


async def error_of(web: AsyncWebClient, method: str, **arguments: Any) -> str | None:
    """The error with which a call is refused; None if it is taken."""
    try:
        await web.api_call(method, data=arguments)
    except SlackApiError as error:
        return str(error.response["error"])
    return None


async def test_in_an_archived_channel_nothing_is_written(
    slack: Slack, web: AsyncWebClient
) -> None:
    own = await web.chat_postMessage(channel="C0INCIDENTS", text="x")
    place = {"channel": "C0INCIDENTS"}
    item = {**place, "timestamp": own["ts"], "name": "eyes"}
    await slack.archive("#incidents")

    assert await error_of(web, "chat.postMessage", **place, text="x") == "is_archived"
    whisper = {**place, "text": "x", "user": "U0ANN"}
    assert await error_of(web, "chat.postEphemeral", **whisper) == "is_archived"
    assert await error_of(web, "chat.update", **place, ts=own["ts"], text="y") == "is_inactive"
    assert await error_of(web, "reactions.add", **item) == "is_archived"
    assert await error_of(web, "conversations.replies", **place, ts=own["ts"]) is None

    await slack.archive("#incidents", archived=False)
    assert await error_of(web, "chat.postMessage", **place, text="x") is None


@pytest.mark.parametrize("name", ["no_such_emoji", "", "eyes::skin-tone-9", "EYES", "👀"])
async def test_a_reaction_is_an_emoji_by_its_name(web: AsyncWebClient, name: str) -> None:
    own = await web.chat_postMessage(channel="C0INCIDENTS", text="x")
    item = {"channel": "C0INCIDENTS", "timestamp": own["ts"]}
    assert await error_of(web, "reactions.add", **item, name=name) == "invalid_name"
    for good in ("eyes", "+1::skin-tone-3", ":tada:"):
        assert await error_of(web, "reactions.add", **item, name=good) is None


async def test_nobody_replies_under_a_message_about_joining(
    slack: Slack, web: AsyncWebClient
) -> None:
    await slack.join("pat", "#incidents")
    joined = (await slack.messages("#incidents"))[-1]
    place = {"channel": joined.channel, "thread_ts": joined.ts, "text": "x"}
    assert await error_of(web, "chat.postMessage", **place) == "cannot_reply_to_message"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("reactions.add", {"channel": "C0INCIDENTS", "name": "eyes"}, "no_item_specified"),
        (
            "reactions.add",
            {"channel": "C0INCIDENTS", "name": "eyes", "timestamp": "soon"},
            "bad_timestamp",
        ),
        (
            "conversations.history",
            {"channel": "C0INCIDENTS", "oldest": "soon"},
            "invalid_ts_oldest",
        ),
        (
            "conversations.history",
            {"channel": "C0INCIDENTS", "latest": "soon"},
            "invalid_ts_latest",
        ),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.open", {"users": "U0ANN,U0NOBODY"}, "user_not_found"),
        ("conversations.open", {"users": "USLACKBOT"}, "cannot_dm_bot"),
        ("conversations.open", {"users": ",".join(["U0ANN"] * 9)}, "too_many_users"),
        ("conversations.members", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("team.info", {"team": "T0ELSEWHERE"}, "team_not_found"),
        (
            "assistant.threads.setStatus",
            {"channel_id": "C0INCIDENTS", "thread_ts": "1.000001", "status": "x"},
            "invalid_thread_ts",
        ),
        (
            "chat.postMessage",
            {
                "channel": "C0INCIDENTS",
                "text": "x",
                "metadata": '{"event_type": "a", "event_payload": {"x": "' + "y" * 16_000 + '"}}',
            },
            "metadata_too_large",
        ),
    ],
)
async def test_arguments_that_make_no_sense_are_refused_by_name(
    web: AsyncWebClient, method: str, arguments: dict[str, str], error: str
) -> None:
    assert await error_of(web, method, **arguments) == error


async def test_an_update_keeps_to_4000_characters_even_beside_blocks(web: AsyncWebClient) -> None:
    own = await web.chat_postMessage(channel="C0INCIDENTS", text="x")
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await web.chat_update(
            channel="C0INCIDENTS",
            ts=own["ts"],
            text="x" * 4_001,
            blocks=[{"type": "markdown", "text": "x"}],
        )


async def test_direct_messages_are_opened_with_one_person_or_several(
    slack: Slack, web: AsyncWebClient
) -> None:
    direct = (await web.conversations_open(users="U0ANN"))["channel"]
    several = (await web.conversations_open(users="U0ANN,U0BEN", return_im=True))["channel"]
    again = (await web.conversations_open(channel=several["id"]))["channel"]

    assert direct == {"id": "D0ANN"}
    assert several["is_mpim"]
    assert again["id"] == several["id"]
    await web.chat_postMessage(channel=direct["id"], text="hello")
    assert (await slack.messages("@ann"))[-1].text == "hello"


async def test_a_channel_tells_its_members_and_whether_it_is_shared(
    slack: Slack, web: AsyncWebClient
) -> None:
    first = await web.conversations_members(channel="C0CONTOSODESK", limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await web.conversations_members(channel="C0CONTOSODESK", cursor=cursor)
    assert "U0PAT" in [*first["members"], *rest["members"]]

    shared = (await web.conversations_info(channel="C0CONTOSODESK"))["channel"]
    assert (shared["is_ext_shared"], shared["is_shared"]) == (True, True)
    assert {"topic", "purpose", "created", "creator"} <= shared.keys()
    assert "num_members" not in shared
    counted = await web.conversations_info(channel="C0INCIDENTS", include_num_members=True)
    assert counted["channel"]["num_members"] > 3


async def test_the_team_has_a_name(slack: Slack, web: AsyncWebClient) -> None:
    team = (await web.team_info())["team"]
    assert (team["id"], team["name"]) == (slack.connection.team_id, "Northwind")


async def test_a_stranger_whom_the_bot_never_meets_is_not_visible(
    slack: Slack, web: AsyncWebClient
) -> None:
    await slack.add_user("eve", "Eve", stranger=True)
    assert await error_of(web, "users.info", user="U0EVE") == "user_not_visible"
    assert await error_of(web, "users.info", user="U0PAT") is None


async def test_a_connection_is_opened_with_the_token_in_the_header_only(slack: Slack) -> None:
    bare = AsyncWebClient(base_url=slack.base_url)
    assert await error_of(bare, "apps.connections.open", token=slack.app_token) == "missing_args"


async def test_outside_the_marketplace_messages_are_read_once_a_minute_15_at_a_time() -> None:
    async with Simulator.start(manifest=MANIFEST, outside_marketplace=True) as slack:
        web = AsyncWebClient(token=slack.bot_token, base_url=slack.base_url)
        root = await slack.user("ann").say("#incidents", "root")
        for number in range(20):
            await slack.user("ann").reply(root, str(number))
        page = await web.conversations_replies(channel=root.channel, ts=root.ts, limit=200)
        assert len(page["messages"]) == 15
        assert page["has_more"]
        with pytest.raises(SlackApiError) as raised:
            await web.conversations_replies(channel=root.channel, ts=root.ts)
    assert raised.value.response.status_code == 429
    assert int(raised.value.response.headers["Retry-After"]) > 30


async def test_a_listing_may_name_the_same_next_page_for_ever(
    slack: Slack, web: AsyncWebClient
) -> None:
    await slack.fail_method(MethodFault(method="users.list", calls=None, endless=True))
    cursor = ""
    for _ in range(3):
        answer = await web.users_list(limit=1, cursor=cursor)
        assert cursor in ("", answer["response_metadata"]["next_cursor"])
        cursor = answer["response_metadata"]["next_cursor"]
    assert cursor
