import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Simulator, Slack


def error_of(raised: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(raised.value.response["error"])


async def test_auth_test_says_who_the_bot_is(slack: Slack, web: AsyncWebClient) -> None:
    who = await web.auth_test()

    assert who["user_id"] == slack.connection.bot_user_id
    assert who["bot_id"] == slack.connection.bot_id
    assert who["team_id"] == slack.connection.team_id
    assert who["url"].startswith("https://")


async def test_the_synchronous_client_posts_too(slack: Slack) -> None:
    mention = await slack.user("ann").mention("#incidents", "hello")
    client = WebClient(token=slack.bot_token, base_url=slack.base_url)

    await asyncio.to_thread(
        client.chat_postMessage, channel=mention.channel, thread_ts=mention.ts, text="Hello, Ann."
    )

    assert (await slack.wait_for_reply(mention)).text == "Hello, Ann."


@pytest.mark.parametrize(
    ("style", "token_in", "error"),
    [
        ("data", "header", None),
        ("json", "header", None),
        ("params", "header", None),
        ("data", "arguments", None),
        ("json", "arguments", "not_authed"),
        ("params", "arguments", "not_authed"),
    ],
)
async def test_arguments_come_in_three_styles_and_the_token_in_header_or_form(
    slack: Slack, style: str, token_in: str, error: str | None
) -> None:
    arguments = {"channel": "C0INCIDENTS", "text": "hello"}
    headers = {}
    if token_in == "header":
        headers["Authorization"] = f"Bearer {slack.bot_token}"
    else:
        arguments["token"] = slack.bot_token
    async with aiohttp.ClientSession(headers=headers) as http:
        url = slack.base_url + "chat.postMessage"
        async with http.post(url, **{style: arguments}) as response:  # type: ignore[arg-type]
            answer = await response.json()

    assert answer.get("error") == error


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", "not_authed"),
        ("xoxb-real-looking", "invalid_auth"),
        ("xapp-sim-1", "not_allowed_token_type"),
    ],
)
async def test_only_simulator_tokens_are_accepted(slack: Slack, token: str, error: str) -> None:
    client = AsyncWebClient(token=token, base_url=slack.base_url)
    with pytest.raises(SlackApiError) as raised:
        await client.auth_test()
    assert error_of(raised) == error


async def test_an_unknown_method_is_refused(web: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as raised:
        await web.admin_apps_approve(app_id="A1")
    assert error_of(raised) == "unknown_method"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0PAYMENTS", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "C0INCIDENTS"}, "no_text"),
        (
            "chat.postMessage",
            {"channel": "C0INCIDENTS", "text": "x", "thread_ts": "1.000001"},
            "thread_not_found",
        ),
        (
            "chat.postMessage",
            {"channel": "C0INCIDENTS", "blocks": [{"type": "nonsense"}]},
            "invalid_blocks",
        ),
        (
            "chat.postMessage",
            {"channel": "C0INCIDENTS", "text": "x", "metadata": {"event_payload": {}}},
            "invalid_metadata_format",
        ),
        (
            "chat.postMessage",
            {"channel": "C0INCIDENTS", "text": "x", "markdown_text": "x"},
            "markdown_text_conflict",
        ),
        (
            "chat.update",
            {"channel": "C0INCIDENTS", "ts": "1.000001", "text": "x"},
            "message_not_found",
        ),
        (
            "chat.postEphemeral",
            {"channel": "C0INCIDENTS", "user": "U0PAT", "text": "x"},
            "user_not_in_channel",
        ),
        (
            "conversations.replies",
            {"channel": "C0INCIDENTS", "ts": "1.000001"},
            "thread_not_found",
        ),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("bots.info", {"bot": "B0NOBODY"}, "bot_not_found"),
        (
            "reactions.add",
            {"channel": "C0INCIDENTS", "timestamp": "1.000001", "name": "eyes"},
            "message_not_found",
        ),
        ("users.list", {"cursor": "made-up"}, "invalid_cursor"),
    ],
)
async def test_mistakes_get_slacks_error_names(
    web: AsyncWebClient, method: str, arguments: dict[str, object], error: str
) -> None:
    style = "json" if method.startswith(("chat.", "reactions.")) else "params"
    with pytest.raises(SlackApiError) as raised:
        await web.api_call(method, **{style: arguments})  # type: ignore[arg-type]
    assert error_of(raised) == error


async def test_methods_that_read_take_no_json(web: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as raised:
        await web.api_call("users.info", json={"user": "U0ANN"})
    assert error_of(raised) == "invalid_arguments"


async def test_a_missing_scope_is_named(web: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as raised:
        await web.conversations_info(channel="C0INCIDENTS")
    assert error_of(raised) == "missing_scope"
    assert raised.value.response["needed"] == "channels:read"
    assert "chat:write" in raised.value.response["provided"].split(",")


async def test_a_private_channel_without_the_bot_is_not_found(
    slack: Slack, web: AsyncWebClient
) -> None:
    await slack.add_channel("board", kind="group", with_bot=False)
    with pytest.raises(SlackApiError) as raised:
        await web.chat_postMessage(channel="G0BOARD", text="x")
    assert error_of(raised) == "channel_not_found"


async def test_the_bot_changes_and_deletes_only_its_own_messages(
    slack: Slack, web: AsyncWebClient
) -> None:
    anns = await slack.user("ann").say("#incidents", "mine")
    with pytest.raises(SlackApiError) as raised:
        await web.chat_update(channel=anns.channel, ts=anns.ts, text="yours")
    assert error_of(raised) == "cant_update_message"
    with pytest.raises(SlackApiError) as raised:
        await web.chat_delete(channel=anns.channel, ts=anns.ts)
    assert error_of(raised) == "cant_delete_message"

    own = await web.chat_postMessage(channel=anns.channel, text="one")
    await web.chat_update(channel=anns.channel, ts=own["ts"], text="two")
    shown = (await slack.messages("#incidents"))[-1]
    assert (shown.text, shown.ts) == ("two", own["ts"])
    assert shown.edited_ts

    await web.chat_delete(channel=anns.channel, ts=own["ts"])
    assert [message.text for message in await slack.messages("#incidents")] == ["mine"]


async def test_an_update_with_blocks_is_not_marked_as_edited(
    slack: Slack, web: AsyncWebClient
) -> None:
    own = await web.chat_postMessage(channel="C0INCIDENTS", text="one")
    await web.chat_update(
        channel="C0INCIDENTS",
        ts=own["ts"],
        text="two",
        blocks=[{"type": "markdown", "text": "**two**"}],
    )
    shown = (await slack.messages("#incidents"))[-1]
    assert (shown.text, shown.edited_ts) == ("two", None)


async def test_reactions_are_added_once_and_removed_once(
    slack: Slack, web: AsyncWebClient
) -> None:
    message = await slack.user("ann").say("#incidents", "hello")
    at = {"channel": message.channel, "timestamp": message.ts, "name": "eyes"}

    await web.api_call("reactions.add", json=at)
    with pytest.raises(SlackApiError) as raised:
        await web.api_call("reactions.add", json=at)
    assert error_of(raised) == "already_reacted"
    assert [reaction.name for reaction in await slack.reactions(message)] == ["eyes"]

    await web.api_call("reactions.remove", json=at)
    with pytest.raises(SlackApiError) as raised:
        await web.api_call("reactions.remove", json=at)
    assert error_of(raised) == "no_reaction"


async def test_replies_are_paged_and_cut_by_time(slack: Slack, web: AsyncWebClient) -> None:
    ann = slack.user("ann")
    root = await ann.say("#incidents", "root")
    said = [await ann.reply(root, f"reply {number}") for number in range(5)]
    place: dict[str, Any] = {"channel": root.channel, "ts": root.ts}

    found: list[str] = []
    async for page in await web.conversations_replies(**place, limit=2):
        found += [message["text"] for message in page["messages"]]
        assert len(page["messages"]) <= 2
    assert found == ["root", *(f"reply {number}" for number in range(5))]

    later = await web.conversations_replies(**place, oldest=said[2].ts, inclusive=False)
    assert [message["text"] for message in later["messages"]] == ["root", "reply 3", "reply 4"]
    including = await web.conversations_replies(**place, oldest=said[2].ts, inclusive=True)
    assert [message["text"] for message in including["messages"]][1] == "reply 2"
    earlier = await web.conversations_replies(**place, latest=said[1].ts)
    assert [message["text"] for message in earlier["messages"]] == ["root", "reply 0"]


async def test_history_leads_back_from_latest_and_forward_from_oldest_alone(
    slack: Slack, web: AsyncWebClient
) -> None:
    said = [await slack.user("ann").say("#incidents", f"root {number}") for number in range(6)]
    place: dict[str, Any] = {"channel": said[0].channel, "oldest": said[0].ts, "limit": 2}

    async def texts(**more: Any) -> list[list[str]]:
        pages = await web.conversations_history(**place, **more)
        return [[message["text"] for message in page["messages"]] async for page in pages]

    assert await texts() == [["root 2", "root 1"], ["root 4", "root 3"], ["root 5"]]
    assert await texts(latest=said[5].ts) == [["root 4", "root 3"], ["root 2", "root 1"]]


async def test_the_root_of_a_thread_counts_its_replies(slack: Slack, web: AsyncWebClient) -> None:
    root = await slack.user("ann").say("#incidents", "root")
    last = await slack.user("ben").reply(root, "one")

    first = (await web.conversations_history(channel=root.channel))["messages"][0]

    assert (first["reply_count"], first["latest_reply"]) == (1, last.ts)


async def test_metadata_comes_back_only_when_asked_for(slack: Slack, web: AsyncWebClient) -> None:
    metadata = {"event_type": "turn", "event_payload": {"part": 1}}
    posted = await web.chat_postMessage(channel="C0INCIDENTS", text="x", metadata=metadata)
    place: dict[str, Any] = {"channel": "C0INCIDENTS", "ts": posted["ts"]}

    plain = await web.conversations_replies(**place)
    whole = await web.conversations_replies(**place, include_all_metadata=True)

    assert "metadata" not in plain["messages"][0]
    assert whole["messages"][0]["metadata"] == metadata


async def test_lengths_are_limited_as_documented(web: AsyncWebClient) -> None:
    async def blocks(*blocks: dict[str, object]) -> str:
        try:
            await web.chat_postMessage(channel="C0INCIDENTS", text="x", blocks=list(blocks))
        except SlackApiError as error:
            return str(error.response["error"])
        return "ok"

    def section(length: int) -> dict[str, object]:
        return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}

    def markdown(length: int) -> dict[str, object]:
        return {"type": "markdown", "text": "x" * length}

    assert await blocks(section(3_000)) == "ok"
    assert await blocks(section(3_001)) == "invalid_blocks"
    assert await blocks(*[section(1)] * 50) == "ok"
    assert await blocks(*[section(1)] * 51) == "invalid_blocks"
    assert await blocks(markdown(6_000), markdown(6_000)) == "ok"
    assert await blocks(markdown(6_000), markdown(6_001)) == "msg_blocks_too_long"
    assert await blocks(*[section(2_640)] * 5) == "ok"
    assert await blocks(*[section(2_641)] * 5) == "msg_blocks_too_long"


async def test_long_text_is_cut_on_posting_and_refused_on_updating(
    slack: Slack, web: AsyncWebClient
) -> None:
    posted = await web.chat_postMessage(channel="C0INCIDENTS", text="x" * 40_001)
    assert len((await slack.messages("#incidents"))[-1].text) == 40_000

    with pytest.raises(SlackApiError) as raised:
        await web.chat_update(channel="C0INCIDENTS", ts=posted["ts"], text="x" * 4_001)
    assert error_of(raised) == "msg_too_long"


async def test_an_ephemeral_message_is_seen_by_one_person_only(
    slack: Slack, web: AsyncWebClient
) -> None:
    root = await slack.user("ann").say("#incidents", "root")
    await slack.user("ben").reply(root, "reply")
    await web.chat_postEphemeral(
        channel=root.channel, user="U0ANN", text="psst", thread_ts=root.ts
    )

    assert [whisper.text for whisper in await slack.ephemerals("ann")] == ["psst"]
    assert await slack.ephemerals("ben") == []
    assert [message.text for message in await slack.thread(root)] == ["root", "reply"]
    assert "psst (only visible to Ann)" in await slack.transcript(root)


async def test_the_status_shows_until_the_bot_replies(slack: Slack, web: AsyncWebClient) -> None:
    root = await slack.user("ann").say("#incidents", "root")
    await web.assistant_threads_setStatus(
        channel_id=root.channel, thread_ts=root.ts, status="is looking at the logs"
    )
    assert await slack.status(root.channel, root.ts) == "is looking at the logs"

    await web.chat_postMessage(channel=root.channel, thread_ts=root.ts, text="Done.")
    assert await slack.status(root.channel, root.ts) == ""


async def test_posts_to_one_channel_are_limited_when_limits_are_on(
    slack: Simulator, web: AsyncWebClient
) -> None:
    async def post(channel: str) -> int:
        try:
            await web.chat_postMessage(channel=channel, text="x")
        except SlackApiError as error:
            waits.append(int(error.response.headers["Retry-After"]))
            return int(error.response.status_code)
        return 200

    waits: list[int] = []
    await slack.set_limits(True)
    statuses = [await post("C0INCIDENTS") for _ in range(20)]

    assert statuses[0] == 200
    assert 429 in statuses
    assert set(waits) == {1}
    assert await post("C0GENERAL") == 200


async def test_users_say_whether_they_are_guests_strangers_or_bots(web: AsyncWebClient) -> None:
    guest = (await web.users_info(user="U0GIL"))["user"]
    stranger = (await web.users_info(user="U0PAT"))["user"]
    pager = (await web.users_info(user="U0PAGER"))["user"]

    assert guest["is_restricted"]
    assert stranger["is_stranger"]
    assert stranger["team_id"] != guest["team_id"]
    assert pager["is_bot"]
