"""What Slack refuses, and what it takes and then shows elsewhere or nowhere."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Simulator, Slack
from tests.unit.simulator.conftest import MANIFEST, connected

Block = dict[str, Any]


def section(text: str, **more: Any) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def rich_text(*elements: Block, kind: str = "rich_text_section") -> Block:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def words(text: str) -> Block:
    return {"type": "text", "text": text}


def cell(text: str) -> Block:
    return {"type": "raw_text", "text": text}


def table(rows: int = 1, columns: int = 1, text: str = "x", **more: Any) -> Block:
    return {"type": "table", "rows": [[cell(text)] * columns for _ in range(rows)], **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def task(task_id: str, *, title: str = "look", status: str = "complete", **more: Any) -> Block:
    return {"type": "task_card", "task_id": task_id, "title": title, "status": status, **more}


def plan(*tasks: Block) -> Block:
    return {"type": "plan", "title": "Plan", "tasks": list(tasks)}


def option(text: str) -> Block:
    return {"text": {"type": "plain_text", "text": text}, "value": text}


def bullets(*items: Block, style: str = "bullet") -> Block:
    listed = {"type": "rich_text_list", "style": style, "elements": list(items)}
    return {"type": "rich_text", "elements": [listed]}


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([table(), table()], "invalid_attachments"),
        ([table(text="")], "invalid_blocks"),
        ([table(rows=100)], None),
        ([table(rows=101)], "invalid_blocks"),
        ([table(rows=0)], "invalid_blocks"),
        ([table(columns=20)], None),
        ([table(columns=21)], "invalid_blocks"),
        ([table(column_settings=[{"align": "left"}] * 21)], "invalid_blocks"),
        ([table(rows=10, text="x" * 1_000)], None),
        ([table(rows=10, text="x" * 1_001)], "invalid_blocks"),
        ([{"type": "table", "rows": [[{"type": "text", "text": "x"}]]}], "invalid_blocks"),
        ([{"type": "table", "rows": [[rich_text(words(""))]]}], "invalid_blocks"),
        ([{"type": "table", "rows": [[rich_text(words("x"))]]}], None),
        ([rich_text(words(""))], "invalid_blocks"),
        ([rich_text()], "invalid_blocks"),
        ([{"type": "rich_text", "elements": []}], "invalid_blocks"),
        ([rich_text(words("x"), kind="section")], "invalid_blocks"),
        ([rich_text({"type": "link", "text": "no address"})], "invalid_blocks"),
        ([rich_text(words("x"), kind="rich_text_quote")], None),
        (
            [rich_text({"type": "emoji", "name": "x"}, kind="rich_text_preformatted")],
            "invalid_blocks",
        ),
        ([bullets({"type": "rich_text_section", "elements": [words("x")]})], None),
        ([bullets()], "invalid_blocks"),
        ([bullets({"type": "rich_text_section", "elements": []})], "invalid_blocks"),
        (
            [bullets({"type": "rich_text_section", "elements": [words("x")]}, style="dash")],
            "invalid_blocks",
        ),
        ([rich_text({"type": "date", "timestamp": 1})], "invalid_blocks"),
        ([rich_text({"type": "date", "timestamp": 1, "format": "{date}"})], None),
        ([rich_text(words("x") | {"style": {"bold": True}})], None),
        ([rich_text(words("x") | {"style": {"blinking": True}})], "invalid_blocks"),
        ([actions({"type": "text"})], "invalid_blocks"),
        ([actions({"type": "overflow", "options": [option("a")] * 5})], None),
        ([actions({"type": "overflow", "options": [option("a")] * 6})], "invalid_blocks"),
        ([actions({"type": "static_select", "options": []})], "invalid_blocks"),
        ([actions({"type": "static_select", "options": [option("x" * 76)]})], "invalid_blocks"),
        ([actions(*[{"type": "datepicker"}] * 26)], "invalid_blocks"),
        ([plan(task("1"), task("2", status="pending"))], None),
        ([plan(task("1"), task("1"))], "invalid_blocks"),
        ([plan(task("1", status="done"))], "invalid_blocks"),
        ([plan(task("1", title=""))], "invalid_blocks"),
        ([plan({"title": "x"})], "invalid_blocks"),
        ([plan(task("1")) | {"title": ""}], "invalid_blocks"),
        ([task("1", status="error", output=rich_text(words("x")))], None),
        ([task("1", details=rich_text())], "invalid_blocks"),
        ([header("x" * 150)], None),
        ([header("x" * 151)], "invalid_blocks"),
        ([header("")], "invalid_blocks"),
        ([section("x")] * 50, None),
        ([section("x")] * 51, "invalid_blocks"),
        ([section("x", block_id="a"), section("y", block_id="a")], "invalid_blocks"),
        ([section("x", block_id="a" * 256)], "invalid_blocks"),
        ([section("x" * 2_640)] * 5, None),
        ([section("x" * 2_641)] * 5, "msg_blocks_too_long"),
        ([rich_text(*[words("x" * 50)] * 170)], None),
        ([rich_text(*[words("x" * 50)] * 180)], "msg_blocks_too_long"),
    ],
)
async def test_blocks_are_refused_by_name(
    web: AsyncWebClient, method: str, blocks: list[Block], error: str | None
) -> None:
    own = await web.chat_postMessage(channel="C0INCIDENTS", text="x")
    arguments: dict[str, Any] = {"channel": "C0INCIDENTS", "text": "x", "blocks": blocks}
    if method == "chat.update":
        arguments["ts"] = own["ts"]
    answer = await calling(web, method, arguments)
    assert answer == error


async def calling(web: AsyncWebClient, method: str, arguments: dict[str, Any]) -> str | None:
    """The error with which a call is refused; None if it is taken."""
    try:
        await web.api_call(method, json=arguments)
    except SlackApiError as error:
        return str(error.response["error"])
    return None


async def test_a_table_in_an_attachment_counts_as_well(web: AsyncWebClient) -> None:
    place = {"channel": "C0INCIDENTS", "text": "x"}
    inside = [{"blocks": [table()]}]
    assert await calling(web, "chat.postMessage", place | {"attachments": inside}) is None
    both = place | {"attachments": inside, "blocks": [table()]}
    assert await calling(web, "chat.postMessage", both) == "invalid_attachments"
    empty = place | {"attachments": [{"blocks": [table(text="")]}]}
    assert await calling(web, "chat.postMessage", empty) == "invalid_attachments"
    many = place | {"attachments": [{"text": "x"}] * 101}
    assert await calling(web, "chat.postMessage", many) == "too_many_attachments"


async def test_a_post_into_a_thread_that_is_gone_lands_in_the_channel(
    slack: Slack, web: AsyncWebClient
) -> None:
    ann = slack.user("ann")
    root = await ann.say("#incidents", "root")
    await ann.delete(root)

    posted = await web.chat_postMessage(
        channel=root.channel, thread_ts=root.ts, text="stray", reply_broadcast=True
    )

    assert "thread_ts" not in posted["message"]
    assert [message.text for message in await slack.messages("#incidents")] == ["stray"]


async def test_a_thread_lives_on_without_its_root_while_it_has_replies(
    slack: Slack, web: AsyncWebClient
) -> None:
    ann = slack.user("ann")
    root = await ann.say("#incidents", "root")
    reply = await ann.reply(root, "reply")
    await ann.delete(root)
    kept = await web.chat_postMessage(channel=root.channel, thread_ts=root.ts, text="kept")
    assert kept["message"]["thread_ts"] == root.ts

    await ann.delete(reply)
    await web.chat_delete(channel=root.channel, ts=kept["ts"])
    stray = await web.chat_postMessage(channel=root.channel, thread_ts=root.ts, text="stray")
    assert "thread_ts" not in stray["message"]


async def test_a_reply_is_updated_where_it_stands_though_its_root_is_gone(
    slack: Slack, web: AsyncWebClient
) -> None:
    ann = slack.user("ann")
    root = await ann.say("#incidents", "root")
    reply = await web.chat_postMessage(channel=root.channel, thread_ts=root.ts, text="one")
    await ann.delete(root)
    changed = await web.chat_update(channel=root.channel, ts=reply["ts"], text="two")
    assert changed["message"]["thread_ts"] == root.ts


async def test_a_whisper_under_a_message_without_replies_is_never_shown(
    slack: Slack, web: AsyncWebClient
) -> None:
    root = await slack.user("ann").say("#incidents", "root")
    person: dict[str, Any] = {"channel": root.channel, "user": "U0ANN"}

    await web.chat_postEphemeral(**person, text="under it", thread_ts=root.ts)
    assert await slack.ephemerals("ann") == []
    assert [whisper.text for whisper in await slack.ephemerals(unseen=True)] == ["under it"]
    assert "under it" not in await slack.transcript()

    await web.chat_postEphemeral(**person, text="in the channel")
    await slack.user("ben").reply(root, "reply")
    await web.chat_postEphemeral(**person, text="in the thread", thread_ts=root.ts)
    seen = [whisper.text for whisper in await slack.ephemerals("ann")]
    assert seen == ["in the channel", "in the thread"]


async def handshake(address: str) -> int:
    """The status with which a socket's address answers."""
    async with aiohttp.ClientSession() as http:
        try:
            async with http.ws_connect(address):
                return 101
        except aiohttp.WSServerHandshakeError as error:
            return error.status


async def new_address(slack: Slack) -> str:
    opened = await AsyncWebClient(base_url=slack.base_url).apps_connections_open(
        app_token=slack.app_token
    )
    return str(opened["url"])


async def test_a_sockets_address_opens_one_connection(slack: Slack) -> None:
    address = await new_address(slack)
    assert await handshake(address) == 101
    assert await handshake(address) == 408
    assert await handshake(address.replace("ticket=", "ticket=made-up-")) == 408


async def test_a_sockets_address_ages() -> None:
    async with Simulator.start(manifest=MANIFEST, ticket_seconds=0) as slack:
        assert await handshake(await new_address(slack)) == 408


async def test_a_refused_handshake_uses_the_address_up(slack: Slack) -> None:
    address = await new_address(slack)
    await slack.refuse_handshakes()
    assert await handshake(address) == 408
    assert await handshake(address) == 408
    async with connected(slack) as app:
        assert (await app.next())["type"] == "hello"
