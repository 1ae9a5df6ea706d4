"""HTTP servers that wait for no client."""

import asyncio
import io
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import chain, repeat

import aiohttp
import pytest
from aiohttp import web

from bot import web as web_module
from bot.errors import ConfigurationError
from bot.web import Listener, listening

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def ok(request: web.Request) -> web.Response:
    return web.Response(text=f"{request.path} {await request.text()}")


async def slow(_: web.Request) -> web.Response:
    await asyncio.sleep(1)
    return web.Response(text="slow")


async def endless(_: web.Request) -> web.Response:
    await asyncio.sleep(600)
    return web.Response()


def listener(port: int, *routes: web.RouteDef, address: str = "127.0.0.1") -> Listener:
    return Listener(address=address, port=port, routes=routes, setting="HEALTH_PORT")


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Streams]:
    """A bare connection to the server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def said(streams: Streams, data: bytes) -> bytes:
    """Send bytes, and read until the server closes."""
    streams[1].write(data)
    async with asyncio.timeout(20):
        return await streams[0].read()


async def test_listeners_at_one_address_share_a_server_and_others_do_not_know_their_paths() -> (
    None
):
    one, other = free_port(), free_port()
    there = [
        listener(one, web.get("/a", ok)),
        listener(one, web.get("/b", ok)),
        listener(other, web.get("/c", ok)),
    ]
    async with listening(there), aiohttp.ClientSession() as http:
        found = {}
        for port in (one, other):
            for path in ("/a", "/b", "/c", "/", "/livez"):
                async with http.get(f"http://127.0.0.1:{port}{path}") as response:
                    found[port, path] = response.status
    assert [key for key, status in found.items() if status == 200] == [
        (one, "/a"),
        (one, "/b"),
        (other, "/c"),
    ]
    assert {status for status in found.values() if status != 200} == {404}


@pytest.mark.parametrize(
    "request_line",
    [b"GET /a HTTP/1.1", b"GET /nowhere HTTP/1.1", b"PUT /a HTTP/1.1", b"\0nonsense"],
)
async def test_no_answer_names_software_with_its_version(request_line: bytes) -> None:
    port = free_port()
    async with listening([listener(port, web.get("/a", ok))]), connected(port) as streams:
        answer = await said(streams, request_line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
    head = answer.split(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.")
    assert b"aiohttp" not in head
    assert b"python" not in head


@pytest.mark.parametrize(
    "part",
    [b"G", b"GET /a HTTP/1.1\r\nHos", b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n"],
)
async def test_a_header_that_does_not_come_to_its_end_ends_the_connection(
    part: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_module, "HEADER_SECONDS", 0.2)
    port = free_port()
    async with listening([listener(port, web.post("/a", ok))]), connected(port) as streams:
        assert await said(streams, part) == b""


async def test_a_header_that_comes_in_drops_is_not_given_more_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web_module, "HEADER_SECONDS", 0.3)
    port = free_port()
    async with listening([listener(port, web.get("/a", ok))]), connected(port) as streams:
        reading = asyncio.create_task(streams[0].read())
        drops = chain([b"GET /"], repeat(b"a"))
        async with asyncio.timeout(20):
            while not reading.done():
                streams[1].write(next(drops))
                await asyncio.sleep(0.05)
        assert reading.result() == b""


async def test_a_body_that_does_not_come_is_answered_with_408(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web_module, "BODY_SECONDS", 0.2)
    port = free_port()
    async with listening([listener(port, web.post("/a", ok))]), connected(port) as streams:
        head = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n"
        assert (await said(streams, head + b"xy")).startswith(b"HTTP/1.1 408 ")


async def test_a_body_is_there_when_its_handler_runs() -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/a"
    async with listening([listener(port, web.post("/a", ok))]), aiohttp.ClientSession() as http:
        async with http.post(url, data="hello") as response:
            assert await response.text() == "/a hello"
        async with http.post(url, data=io.BytesIO(b"x" * (2**20 + 1))) as response:
            assert response.status == 413


async def test_a_connection_may_idle_and_is_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_module, "HEADER_SECONDS", 0.1)
    port = free_port()
    ask = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    async with listening([listener(port, web.get("/a", ok))]), connected(port) as (reader, writer):
        for _ in range(3):
            await asyncio.sleep(0.3)
            writer.write(ask)
            async with asyncio.timeout(20):
                assert (await reader.readuntil(b"/a ")).startswith(b"HTTP/1.1 200")
    assert web_module.IDLE_SECONDS > 620


async def test_at_the_stop_an_open_request_gets_its_answer_if_it_is_quick_enough() -> None:
    port = free_port()
    serving = listening([listener(port, web.get("/slow", slow))])
    await serving.__aenter__()
    async with connected(port) as (reader, writer):
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(0.2)
        await serving.__aexit__(None, None, None)
        assert b"slow" in await reader.read()


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nxy",
        b"GET /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nxy",
        b"GET /a HTTP/1.1\r\nHos",
    ],
)
async def test_no_client_holds_up_the_stop(part: bytes) -> None:
    port = free_port()
    routes = [web.post("/a", ok), web.get("/endless", endless)]
    serving = listening([listener(port, *routes)])
    await serving.__aenter__()
    async with connected(port) as (_, writer):
        writer.write(part)
        await asyncio.sleep(0.2)
        began = asyncio.get_running_loop().time()
        await serving.__aexit__(None, None, None)
        assert asyncio.get_running_loop().time() - began < web_module.STOP_SECONDS + 1.5


async def test_an_address_that_is_taken_is_named_with_its_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            ConfigurationError, match=rf"HEALTH_PORT={port} on 127\.0\.0\.1 .*in use"
        ):
            async with listening([listener(port)]):
                pass


async def test_a_zone_that_is_not_of_this_machine_is_told_in_words() -> None:
    with pytest.raises(ConfigurationError) as caught:
        async with listening([listener(1, address="fe80::1%no-such")]):
            pass
    assert "Unknown error" not in str(caught.value)


async def test_an_address_that_is_not_of_this_machine_is_named_with_its_setting() -> None:
    with pytest.raises(ConfigurationError, match=r"on 192\.0\.2\.1 cannot be used"):
        async with listening([listener(free_port(), address="192.0.2.1")]):
            pass


async def test_one_connection_too_many_ends_the_one_that_is_idle_for_longest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web_module, "MOST_CONNECTIONS", 2)
    port = free_port()
    request = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    async with (
        listening([listener(port, web.get("/a", ok))]),
        connected(port) as first,
        connected(port) as second,
        asyncio.timeout(20),
    ):
        first[1].write(request)
        assert await first[0].readline() == b"HTTP/1.1 200 OK\r\n"
        async with connected(port) as third:
            assert await second[0].read() == b""
            third[1].write(request)
            assert await third[0].readline() == b"HTTP/1.1 200 OK\r\n"


async def test_while_all_connections_are_at_work_one_more_is_turned_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web_module, "MOST_CONNECTIONS", 2)
    port, asked = free_port(), asyncio.Semaphore(0)

    async def endless_one(request: web.Request) -> web.Response:
        asked.release()
        return await endless(request)

    async with (
        listening([listener(port, web.get("/a", endless_one))]),
        connected(port) as first,
        connected(port) as second,
        asyncio.timeout(20),
    ):
        for streams in (first, second):
            streams[1].write(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            await asked.acquire()
        async with connected(port) as third:
            assert await third[0].read() == b""
