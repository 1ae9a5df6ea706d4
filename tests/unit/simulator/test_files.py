"""Files on people's messages, and the app's own uploads."""

from pathlib import Path

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Message, Options, Simulator, Slack
from tests.unit.simulator.conftest import MANIFEST
from tests.unit.simulator.manifests import manifest_with


@pytest.fixture
def slack_options(tmp_path: Path) -> Options:
    manifest = manifest_with(tmp_path, scopes=["files:read", "files:write"])
    return Options(manifest=manifest, time_scale=0.001)


async def fetched(url: str, token: str = "") -> tuple[str, str]:
    """The type and text of what stands under an address."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as response:
        assert response.status == 200
        return response.content_type, await response.text()


async def test_a_persons_file_is_read_with_the_token(slack: Slack) -> None:
    said = await slack.user("ann").say(
        "#incidents", "logs", files=[{"name": "app log.txt", "content": "ERROR at 9:00"}]
    )
    (file,) = said.files
    assert (file["name"], file["size"], file["mimetype"]) == ("app log.txt", 13, "text/plain")
    assert await fetched(file["url_private"], slack.bot_token) == ("text/plain", "ERROR at 9:00")


@pytest.mark.parametrize("token", ["", "xoxb-somebody-elses"])
async def test_without_the_token_a_file_is_a_sign_in_page(slack: Slack, token: str) -> None:
    said = await slack.user("ann").say(
        "#incidents", "logs", files=[{"name": "app.log", "content": "secret"}]
    )
    kind, text = await fetched(said.files[0]["url_private"], token)
    assert kind == "text/html"
    assert "secret" not in text


async def test_without_its_scope_a_file_is_a_sign_in_page() -> None:
    async with Simulator.start(manifest=MANIFEST) as slack:
        said = await slack.user("ann").say(
            "#incidents", "logs", files=[{"name": "app.log", "content": "secret"}]
        )
        kind, _ = await fetched(said.files[0]["url_private"], slack.bot_token)
    assert kind == "text/html"


async def uploaded(web: AsyncWebClient, root: Message) -> str:
    answer = await web.files_upload_v2(
        channel=root.channel,
        thread_ts=root.ts,
        filename="answer.md",
        title="answer turn-1",
        content="# All of it",
        initial_comment="The whole text",
    )
    return str(answer["files"][0]["id"])


async def test_an_upload_is_shared_in_its_thread_a_little_later(
    slack: Slack, web: AsyncWebClient
) -> None:
    root = await slack.user("ann").say("#incidents", "root")
    file_id = await uploaded(web, root)

    reply = await slack.wait_for_reply(root, containing="answer.md")
    assert (reply.text, reply.subtype) == ("The whole text", "file_share")
    assert reply.files[0]["title"] == "answer turn-1"
    assert (await fetched(reply.files[0]["url_private"], slack.bot_token))[1] == "# All of it"
    about = (await web.files_info(file=file_id))["file"]
    assert about["shares"]["public"][root.channel][0]["ts"] == reply.ts


async def test_a_completed_upload_may_never_be_shared(slack: Slack, web: AsyncWebClient) -> None:
    root = await slack.user("ann").say("#incidents", "root")
    await slack.lose_shares()
    lost = await uploaded(web, root)
    await uploaded(web, root)
    await slack.wait_for_replies(root, count=1)
    await slack.wait_quiet()

    assert len(await slack.thread(root)) == 2
    assert (await web.files_info(file=lost))["file"]["shares"] == {}


async def test_an_upload_into_a_thread_that_is_gone_lands_in_the_channel(
    slack: Slack, web: AsyncWebClient
) -> None:
    root = await slack.user("ann").say("#incidents", "root")
    await slack.user("ann").delete(root)
    await uploaded(web, root)

    async def landed() -> bool:
        return bool(await slack.messages("#incidents"))

    await slack.wait_until(landed)
    assert (await slack.messages("#incidents"))[0].thread_ts is None


async def test_a_deleted_file_leaves_a_tombstone_and_is_shared_no_more(
    slack: Slack, web: AsyncWebClient
) -> None:
    root = await slack.user("ann").say("#incidents", "root")
    file_id = await uploaded(web, root)
    reply = await slack.wait_for_reply(root, containing="answer.md")
    await web.files_delete(file=file_id)
    await web.files_delete(file=await uploaded(web, root))
    await slack.wait_quiet()

    (left,) = (await slack.thread(root))[1:]
    assert (left.ts, left.files) == (reply.ts, ({"id": file_id, "mode": "tombstone"},))
    with pytest.raises(SlackApiError, match="file_not_found"):
        await web.files_delete(file=file_id)


async def test_an_upload_to_no_channel_stays_private(slack: Slack, web: AsyncWebClient) -> None:
    await web.files_upload_v2(filename="a.txt", content="x")
    await slack.wait_quiet()
    assert await slack.transcript() == ""


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"filename": "a.txt", "length": 0}, "missing_argument"),
        ({"length": 5}, "missing_argument"),
        ({"filename": "a.txt", "length": 1_000_001, "snippet_type": "text"}, "snippet_too_large"),
    ],
)
async def test_an_upload_that_cannot_be_is_refused(
    web: AsyncWebClient, arguments: dict[str, object], error: str
) -> None:
    with pytest.raises(SlackApiError, match=error):
        await web.api_call("files.getUploadURLExternal", params=arguments)


@pytest.mark.parametrize(
    ("channel", "error"),
    [("C0NOWHERE", "channel_not_found"), ("C0PAYMENTS", "not_in_channel")],
)
async def test_an_upload_is_not_shared_where_the_app_is_not(
    slack: Slack, web: AsyncWebClient, channel: str, error: str
) -> None:
    address = await web.files_getUploadURLExternal(filename="a.txt", length=1)
    async with aiohttp.ClientSession() as http:
        await http.post(address["upload_url"], data=b"x")
    files = [{"id": address["file_id"], "title": "a"}]
    with pytest.raises(SlackApiError, match=error):
        await web.files_completeUploadExternal(files=files, channel_id=channel)


async def test_what_was_never_uploaded_cannot_be_completed(web: AsyncWebClient) -> None:
    address = await web.files_getUploadURLExternal(filename="a.txt", length=1)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await web.files_completeUploadExternal(
            files=[{"id": address["file_id"], "title": "a"}], channel_id="C0INCIDENTS"
        )
