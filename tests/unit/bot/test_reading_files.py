"""Files are read where they are text; the token goes to Slack and to nobody else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.document.thread import FileText, LeftOut, SharedFile, ThreadMessage
from bot.slack.client import open_web_client
from bot.slack.downloads import Downloads, FileLeftOutError
from bot.slack.file_text import text_of_file
from bot.slack.me import Me
from bot.slack.people import People
from bot.slack.reading_files import FileReader
from bot.slack.shared_files import shared_files
from bot.surfaces.slack import SlackParts, SlackSurface
from session import SlackThread
from simulator import Slack
from simulator.values import Json, Message
from tests.support.serving import serving
from tests.unit.bot.examples import ME
from tests.unit.bot.web_api import connected, me_in, scripted_api

KEY = "AKIAZ7EXAMPLEKEY0001 secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
MAIL = b"""From: =?utf-8?q?Bj=C3=B6rn?= <bjorn@evil-shop.net>
Received: from mx3.bulkmailer.cc ([193.56.29.114])
Subject: Invoice
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PGEgaHJlZj0iaHR0cHM6Ly9wYXktbm93LnRvcC9hIj5wYXk8L2E+
--x
Content-Type: application/zip; name=invoice.zip
Content-Disposition: attachment; filename=invoice.zip

xxxx
--x--
"""


async def read(slack: Slack, root: Message, **me: Any) -> list[FileText]:
    async with connected(slack) as client:
        who = me_in(slack)
        who = Me(**{name: getattr(who, name) for name in Me.__slots__} | me)
        people = People(client, who, asyncio.get_running_loop().time)
        parts = SlackParts.of(client, who, people, call_seconds=5)
        team_id = slack.connection.team_id
        surface = SlackSurface(
            parts, SlackThread(team_id=team_id, channel_id=root.channel, thread_ts=root.ts)
        )
        return list(await surface.read_files(await surface.read()))


async def shared(slack: Slack, *files: Json) -> Message:
    return await slack.user("ann").say("#incidents", "look", files=files)


async def test_text_is_read_with_the_token_and_without_its_secrets(slack: Slack) -> None:
    text = f"502 from 185.220.101.34\n{KEY}"
    (found,) = await read(slack, await shared(slack, {"name": "access.log", "content": text}))
    assert found.text.startswith("502 from 185.220.101.34")
    assert "wJalr" not in found.text
    assert (found.left_out, found.file.name) == (None, "access.log")


async def test_what_is_no_text_or_too_large_is_named_with_the_reason(slack: Slack) -> None:
    root = await shared(
        slack,
        {"name": "shot.png", "content": "x"},
        {"name": "dump.log", "content": "x" * (2**20 + 1)},
        {"name": "binary.log", "content": "a\0b"},
        {"name": "notes.md", "content": "ok"},
    )
    found = {it.file.name: it.left_out for it in await read(slack, root)}
    assert found == {
        "shot.png": LeftOut.NOT_TEXT,
        "dump.log": LeftOut.TOO_LARGE,
        "binary.log": LeftOut.NOT_TEXT,
        "notes.md": None,
    }


async def test_the_newest_five_are_read(slack: Slack) -> None:
    root = await slack.user("ann").say("#incidents", "logs")
    for number in range(7):
        file = {"name": f"{number}.log", "content": f"line {number}"}
        await slack.user("ben").say("#incidents", "one", root.ts, files=[file])
    found = await read(slack, root)
    assert [it.left_out for it in found] == [LeftOut.TOO_MANY] * 2 + [None] * 5
    assert found[-1].text == "line 6"


async def test_without_the_scope_nothing_is_fetched(slack: Slack) -> None:
    root = await shared(slack, {"name": "a.log", "content": "x"})
    (found,) = await read(slack, root, missing_scopes=frozenset({"files:read"}))
    assert (found.left_out, found.text) == (LeftOut.NO_SCOPE, "")


@dataclass(slots=True)
class Host:
    """A server that answers with what a test says, and notes the tokens that came to it."""

    answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
    tokens: list[str | None] = field(default_factory=list)
    url: str = ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.tokens.append(request.headers.get("Authorization"))
        return await self.answer(request)


@asynccontextmanager
async def host(answer: Any, *, address: str = "127.0.0.1") -> AsyncIterator[Host]:
    async def always(_: web.Request) -> web.StreamResponse:
        return web.Response(**answer)

    served = Host(answer if callable(answer) else always)
    app = web.Application()
    app.router.add_get("/{name}", served.serve)
    async with serving(app) as url:
        served.url = url.replace("127.0.0.1", address)
        yield served


async def fetched(address: str, *, name: str = "a.log", api: str = "http://127.0.0.1/api/") -> str:
    """What is brought, or why nothing is; the Web API is on 127.0.0.1."""
    async with open_web_client(api, "xoxb-sim-1", timeout=5) as client:
        file = SharedFile(id="F1", name=name, media_type="text/plain", address=address)
        try:
            return (await Downloads(client, seconds=2).fetch(file, 100)).decode()
        except FileLeftOutError as error:
            return error.why


async def test_the_token_goes_to_the_host_of_the_web_api() -> None:
    async with host({"text": "hello"}) as ours:
        assert await fetched(f"{ours.url}/a") == "hello"
        assert ours.tokens == ["Bearer xoxb-sim-1"]


@pytest.mark.parametrize(
    "address",
    [
        "https://files.slack.com.evil-shop.net/a",
        "https://evil-shop.net/files.slack.com",
        "http://files.slack.com/a",
        "https://files.slack.com@evil-shop.net/a",
        "file:///etc/passwd",
        "https://[::1/a",
        "",
    ],
)
async def test_the_token_goes_nowhere_else(address: str) -> None:
    assert await fetched(address) is LeftOut.ELSEWHERE


async def test_a_redirect_elsewhere_is_not_followed() -> None:
    async with host({"text": "taken"}, address="localhost") as theirs:
        moved = {"status": 302, "headers": {"Location": f"{theirs.url}/a"}}
        async with host(moved) as ours:
            assert await fetched(f"{ours.url}/a") is LeftOut.REFUSED
        assert theirs.tokens == []


async def test_a_redirect_on_the_same_host_is_followed_a_few_times() -> None:
    async def once(request: web.Request) -> web.StreamResponse:
        if request.match_info["name"] == "a":
            return web.Response(status=302, headers={"Location": "/b"})
        return web.Response(text="moved here")

    async with host(once) as ours:
        assert await fetched(f"{ours.url}/a") == "moved here"
    async with host({"status": 302, "headers": {"Location": "/a"}}) as endless:
        assert await fetched(f"{endless.url}/a") is LeftOut.REFUSED
        assert len(endless.tokens) < 5


async def test_a_page_instead_of_a_file_is_a_refusal_unless_the_file_is_a_page() -> None:
    page = {"text": "<html>Sign in</html>", "content_type": "text/html"}
    async with host(page) as ours:
        assert await fetched(f"{ours.url}/a") is LeftOut.REFUSED
        assert await fetched(f"{ours.url}/a", name="lure.html") == "<html>Sign in</html>"


@pytest.mark.parametrize(
    ("status", "why"), [(403, LeftOut.REFUSED), (404, LeftOut.REFUSED), (500, LeftOut.NO_ANSWER)]
)
async def test_a_refusal_is_told_from_trouble(status: int, why: LeftOut) -> None:
    async with host({"status": status}) as ours:
        assert await fetched(f"{ours.url}/a") is why


async def test_a_pause_that_slack_asks_for_is_kept_once() -> None:
    answers = [web.Response(status=429, headers={"Retry-After": "1"}), web.Response(text="then")]

    async def next_answer(_: web.Request) -> web.StreamResponse:
        return answers.pop(0)

    async with host(next_answer) as ours:
        assert await fetched(f"{ours.url}/a") == "then"


async def test_more_bytes_than_were_announced_are_not_read() -> None:
    async with host({"text": "x" * 101}) as ours:
        assert await fetched(f"{ours.url}/a") is LeftOut.TOO_LARGE


async def test_a_server_that_hangs_costs_its_time_only() -> None:
    over = asyncio.Event()

    async def hang(_: web.Request) -> web.StreamResponse:
        await over.wait()
        return web.Response()

    async with host(hang) as ours:
        assert await fetched(f"{ours.url}/a") is LeftOut.NO_ANSWER
        over.set()


def text_of(name: str, content: bytes, media_type: str = "text/plain") -> str | None:
    return text_of_file(SharedFile(id="F1", name=name, media_type=media_type), content)


def test_a_mail_is_read_with_its_headers_and_decoded_bodies() -> None:
    text = text_of("lure.eml", MAIL)
    assert text is not None
    assert "From: Björn <bjorn@evil-shop.net>" in text
    assert "193.56.29.114" in text
    assert "https://pay-now.top/a" in text
    assert "[attachment: invoice.zip]" in text


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"From: =?bad?q?=", b"\n\n--x\n" * 9])
def test_a_malformed_mail_is_read_as_far_as_it_goes(content: bytes) -> None:
    assert text_of("lure.eml", content) is not None


@pytest.mark.parametrize(
    "content", ["größe".encode(), "größe".encode("utf-16"), "größe".encode("cp1252")]
)
def test_text_is_read_in_the_usual_encodings(content: bytes) -> None:
    assert text_of("a.txt", content) == "größe"


@pytest.mark.parametrize(
    ("file", "is_text"),
    [
        ({"mimetype": "text/plain"}, True),
        ({"mimetype": "application/json; charset=utf-8"}, True),
        ({"mimetype": "application/octet-stream", "name": "app.LOG"}, True),
        ({"mode": "snippet", "mimetype": "application/x-perl"}, True),
        ({"mimetype": "image/png"}, False),
        ({"mimetype": "application/pdf", "name": "a.pdf"}, False),
        ({"mimetype": "text/html", "mode": "quip"}, False),
        ({}, False),
    ],
)
def test_slack_says_what_is_text(file: Json, is_text: bool) -> None:
    (found,) = shared_files({"files": [{"id": "F1", **file}]})
    assert found.is_text is is_text


def test_forwarded_files_are_found_and_deleted_ones_are_not() -> None:
    message = {
        "files": [{"id": "F1", "mode": "tombstone"}, None, {}],
        "attachments": [{"files": [{"id": "F2", "name": "a.log"}]}, "odd"],
    }
    assert [it.id for it in shared_files(message)] == ["F2"]
    assert shared_files({"files": "odd", "attachments": {}}) == ()


def by(author: str, ts: int, *files: SharedFile, **more: Any) -> ThreadMessage:
    sent_at = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=ts)
    return ThreadMessage(
        ts=f"{ts}.0", sent_at=sent_at, author_id=author, author=author, text="", link="",
        files=files, **more,
    )  # fmt: skip


async def test_files_of_our_own_are_left_alone_and_each_is_read_once() -> None:
    async with (
        host({"text": "hello"}) as ours,
        open_web_client(ours.url, "x", timeout=5) as client,
    ):
        file = SharedFile(id="F1", name="a.log", address=f"{ours.url}/a", is_text=True)
        own = SharedFile(id="F2", name="answer.md", address=f"{ours.url}/b", is_text=True)
        messages: Sequence[ThreadMessage] = [
            by("ann", 1, file),
            by("ben", 2, file),
            by("burrow", 3, own, is_burrow=True),
        ]
        reader = FileReader(client, ME)
        for _ in range(2):
            (found,) = await reader.read(messages)
            assert (found.text, found.message.ts) == ("hello", "2.0")
        assert len(ours.tokens) == 1


PNG, JPEG, WEBP = b"\x89PNG\r\n\x1a\nxx", b"\xff\xd8\xff\xe0xx", b"RIFF\0\0\0\0WEBPxx"


async def test_the_newest_four_images_are_read_as_what_they_are() -> None:
    answers = [PNG, JPEG, WEBP, b"<svg>", PNG]

    async def image(request: web.Request) -> web.StreamResponse:
        return web.Response(body=answers[int(request.match_info["name"])])

    async with (
        host(image) as ours,
        open_web_client(ours.url, "x", timeout=5) as client,
    ):

        def shot(number: int, **more: Any) -> SharedFile:
            return SharedFile(
                id=f"F{number}",
                name=f"{number}.png",
                address=f"{ours.url}/{number}",
                **({"is_image": True} | more),
            )

        messages = [
            by("ann", 1, shot(4)),
            by("ann", 2, shot(0), shot(1)),
            by("ann", 3, shot(2), shot(3)),
            by("ann", 4, shot(5, size=4 * 2**20 + 1), shot(6, is_image=False)),
        ]
        found = await FileReader(client, ME).read_images(messages)
    assert [(it.file.id, it.media_type, it.left_out) for it in found] == [
        ("F4", "", LeftOut.TOO_MANY),
        ("F0", "image/png", None),
        ("F1", "image/jpeg", None),
        ("F2", "image/webp", None),
        ("F3", "", LeftOut.UNREADABLE),
        ("F5", "", LeftOut.TOO_LARGE),
    ]
    assert found[1].data == PNG


def test_slack_says_which_images_models_take() -> None:
    kinds = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml")
    files = [{"id": f"F{number}", "mimetype": kind} for number, kind in enumerate(kinds)]
    found = [it.is_image for it in shared_files({"files": files})]
    assert found == [True, True, True, False, False]


async def test_what_slack_tells_only_by_files_info_is_asked_for_once() -> None:
    (untold,) = shared_files({"files": [{"id": "F1", "file_access": "check_file_info"}]})
    assert not untold.is_told
    async with host({"text": "hello"}) as ours:
        whole = {"id": "F1", "name": "a.log", "url_private": f"{ours.url}/a"}
        async with scripted_api(files_info={"ok": True, "file": whole}) as (api, client):
            reader = FileReader(client, ME)
            for _ in range(2):
                (found,) = await reader.read([by("ann", 1, untold)])
                assert (found.text, found.file.name) == ("hello", "a.log")
            assert api.calls["files.info"] == 1
        async with scripted_api(files_info={"ok": False, "error": "file_not_found"}) as (
            _,
            client,
        ):
            (found,) = await FileReader(client, ME).read([by("ann", 1, untold)])
            assert found.left_out is LeftOut.NOT_TEXT
