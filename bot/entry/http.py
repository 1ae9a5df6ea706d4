"""HTTP Events: Slack's signed requests to a port of ours."""

import json
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import parse_qs

import structlog
from aiohttp import web

from bot.entry.dispatch import OK, Dispatch
from bot.entry.refusals import Reason, Refusal, Refusals, in_words
from bot.entry.signatures import Signatures
from bot.entry.transport import Deliveries, Transport
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import CONNECTED
from bot.web import Listener, listening

log = structlog.get_logger(__name__)

PATHS = ("/slack/events", "/slack/interactivity")
NOT_STORED = 503
_UNKNOWN_PATHS_TOLD = 10
_LONGEST_TOLD = 100
_FORM = "application/x-www-form-urlencoded"
_REFUSED = {
    400: Reason.UNREADABLE,
    405: Reason.NOT_POSTED,
    408: Reason.UNREADABLE,
    413: Reason.TOO_LARGE,
}


class HttpEvents(Transport):
    """Serves the two paths. Each takes events and clicks, so neither can be the wrong one.

    https://docs.slack.dev/apis/events-api/using-http-request-urls
    """

    comes_in = True

    def __init__(
        self,
        dispatch: Dispatch,
        secrets: Sequence[str],
        *,
        address: str,
        port: int,
        now: Callable[[], float],
        recorder: Recorder = NO_RECORDER,
    ) -> None:
        """`now` returns the wall clock's time in Unix seconds."""
        self._dispatch = dispatch
        self._address = address
        self._port = port
        self._signatures = Signatures(secrets, now)
        self._refusals = Refusals(recorder)
        self._deliveries = Deliveries("http", recorder)
        self._unknown_paths: set[str] = set()
        self._is_leaving = False
        self._server: AsyncExitStack | None = None
        recorder.read(CONNECTED, lambda: self.is_connected, "http")

    async def connect(self) -> None:
        """Open the port; raises `ConfigurationError` if it cannot be used."""
        async with AsyncExitStack() as opening:
            await opening.enter_async_context(listening([self._listener()]))
            self._server = opening.pop_all()
        log.info("http.listening", address=self._address, port=self._port, paths=PATHS)

    def trouble(self) -> str | None:
        """Return why no request can reach us now, or None."""
        return None if self._server is not None else "HTTP_PORT is not open"

    def leave(self) -> None:
        """Close each connection after its next answer, so that senders open one elsewhere."""
        self._is_leaving = True

    async def close(self) -> None:
        """Close the port; requests under way get a moment to be answered."""
        server, self._server = self._server, None
        if server is None:
            return
        await server.aclose()
        self._refusals.close()
        log.info(
            "http.closed",
            deliveries=self._deliveries.in_words(),
            refused=in_words(self._refusals.counts),
        )

    def _listener(self) -> Listener:
        return Listener(
            address=self._address,
            port=self._port,
            routes=[web.post(path + slash, self._take) for path in PATHS for slash in ("", "/")],
            setting="HTTP_PORT",
            refused=self._was_refused,
        )

    async def _take(self, request: web.Request) -> web.Response:
        response = await self._response(request)
        if self._is_leaving:
            response.force_close()
        return response

    async def _response(self, request: web.Request) -> web.Response:
        """Check a request before anything in it is read; 503 only if it was not stored.

        Any other refusal of what Slack signed would count against the subscription.
        """
        raw = await request.read()
        refusal = self._signatures.refusal(
            raw,
            timestamp=request.headers.get("x-slack-request-timestamp"),
            signature=request.headers.get("x-slack-signature"),
        )
        if refusal is not None:
            self._refusals.add(refusal)
            return web.Response(status=401, text="not signed by Slack\n")
        is_again = self._deliveries.add(
            request.headers.get("x-slack-retry-num"), request.headers.get("x-slack-retry-reason")
        )
        body = read_body(raw, request.content_type)
        if body is None:
            log.warning("http.no_object", content_type=request.content_type[:_LONGEST_TOLD])
            return web.Response()
        if body.get("type") == "url_verification":
            challenge = str(body.get("challenge", ""))
            return web.Response(body=challenge.encode(errors="replace"), content_type="text/plain")
        return await self._dispatched(body, is_again=is_again)

    async def _dispatched(self, body: dict[str, Any], *, is_again: bool) -> web.Response:
        answer = await self._dispatch.response_to(body, is_again=is_again)
        if answer.status != OK:
            return web.Response(status=NOT_STORED, text="not stored\n")
        return web.Response(body=answer.body.encode(), headers=answer.first_headers())

    def _was_refused(self, path: str | None, status: int) -> None:
        """Note what the server refused before it came to us."""
        if path is None:
            self._refusals.add(Refusal(Reason.NO_HTTP))
        elif reason := _REFUSED.get(status):
            self._refusals.add(Refusal(reason))
        elif status == web.HTTPNotFound.status_code:
            self._tell_of(path[:_LONGEST_TOLD])

    def _tell_of(self, path: str) -> None:
        if path in self._unknown_paths or len(self._unknown_paths) == _UNKNOWN_PATHS_TOLD:
            return
        self._unknown_paths.add(path)
        log.warning(
            "http.unknown_path",
            path=path,
            advice=f"The Request URLs in the app's settings end in {' and '.join(PATHS)}.",
        )


def read_body(raw: bytes, content_type: str) -> dict[str, Any] | None:
    """Read a body whose signature fits; None if it is no JSON object.

    Clicks come as a form with the JSON in a field
    (https://docs.slack.dev/interactivity/handling-user-interaction), events as JSON.
    """
    try:
        if content_type != _FORM:
            body = json.loads(raw)
        else:
            fields = parse_qs(raw.decode())
            payload = fields.get("payload")
            body = json.loads(payload[0]) if payload else _first_of_each(fields)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _first_of_each(fields: dict[str, list[str]]) -> dict[str, str] | None:
    return {name: values[0] for name, values in fields.items()} or None
