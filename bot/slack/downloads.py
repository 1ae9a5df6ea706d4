"""Brings the bytes of shared files: with the token, and only from where the token may go.

https://docs.slack.dev/reference/objects/file-object: `url_private` needs the token in a header.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.document.thread import LeftOut, SharedFile
from bot.errors import BurrowError
from bot.slack.client import TRANSPORT_ERRORS, reason
from bot.slack.proxies import proxy_for

log = structlog.get_logger(__name__)

_SLACKS = frozenset({"files.slack.com", "files.slack-gov.com"})
_MOVED = frozenset({301, 302, 303, 307, 308})
_MOST_HOPS = 3
_TRIES = 2
_LONGEST_PAUSE = 10.0
_HTML = frozenset({"text/html", "application/xhtml+xml"})


class FileLeftOutError(BurrowError):
    """A file whose bytes cannot be had."""

    def __init__(self, why: LeftOut) -> None:
        super().__init__(why.value)
        self.why = why


class Downloads:
    """Fetches files; `seconds` is how long one may take."""

    def __init__(self, client: AsyncWebClient, *, seconds: float = 20.0) -> None:
        api = urlsplit(client.base_url)
        self._client = client
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._hosts = _SLACKS | {api.hostname or ""}
        self._schemes = {"https", api.scheme}

    async def fetch(self, file: SharedFile, most_bytes: int) -> bytes:
        """Return a file's bytes; raises `FileLeftOutError`."""
        if not file.address:
            raise FileLeftOutError(LeftOut.ELSEWHERE)
        try:
            return await self._tried(file, most_bytes)
        except TRANSPORT_ERRORS as error:
            log.warning("file.not_fetched", file_id=file.id, reason=reason(error))
            raise FileLeftOutError(LeftOut.NO_ANSWER) from error

    async def _tried(self, file: SharedFile, most_bytes: int) -> bytes:
        for tries_left in reversed(range(_TRIES)):
            response = await self._answer(file.address)
            async with response:
                pause = _pause_asked_by(response)
                if pause is None or not tries_left or pause > _LONGEST_PAUSE:
                    return await _content(response, file, most_bytes)
            await asyncio.sleep(pause)
        raise AssertionError("the last try returns or raises")

    async def _answer(self, address: str) -> aiohttp.ClientResponse:
        """Follow redirects, for the token goes along, only where the token may go."""
        assert self._client.session is not None, "everything shares one session"
        if not self._may_go_to(address):
            raise FileLeftOutError(LeftOut.ELSEWHERE)
        for _ in range(_MOST_HOPS):
            response = await self._client.session.get(
                address,
                headers={"Authorization": f"Bearer {self._client.token}"},
                proxy=proxy_for(address),
                timeout=self._timeout,
                allow_redirects=False,
            )
            if response.status not in _MOVED:
                return response
            response.release()
            address = urljoin(address, response.headers.get("Location", ""))
            if not self._may_go_to(address):
                break
        log.warning("file.refused", status="a redirect that is not followed")
        raise FileLeftOutError(LeftOut.REFUSED)

    def _may_go_to(self, address: str) -> bool:
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        if parts.hostname in _SLACKS:
            return parts.scheme == "https"
        return parts.hostname in self._hosts and parts.scheme in self._schemes


async def _content(response: aiohttp.ClientResponse, file: SharedFile, most_bytes: int) -> bytes:
    if response.status != HTTPStatus.OK:
        log.warning("file.refused", file_id=file.id, status=response.status)
        passing = response.status == 429 or response.status >= 500
        raise FileLeftOutError(LeftOut.NO_ANSWER if passing else LeftOut.REFUSED)
    # Slack refuses a file by its sign-in page, with status 200.
    if response.content_type in _HTML and not _is_html(file):
        log.warning("file.refused", file_id=file.id, status="a page instead of the file")
        raise FileLeftOutError(LeftOut.REFUSED)
    content = bytearray()
    async for piece in response.content.iter_chunked(64 * 1024):
        content += piece
        if len(content) > most_bytes:
            raise FileLeftOutError(LeftOut.TOO_LARGE)
    return bytes(content)


def _is_html(file: SharedFile) -> bool:
    return file.media_type in _HTML or file.name.lower().endswith((".html", ".htm"))


def _pause_asked_by(response: aiohttp.ClientResponse) -> float | None:
    """Return the seconds after which a refused request may be tried again."""
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _seconds(response.headers)
    return 1.0 if response.status >= 500 else None


def _seconds(headers: Mapping[str, str]) -> float:
    value = headers.get("Retry-After", "")
    return float(value) if value.isdigit() else 1.0
