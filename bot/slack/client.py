"""The one Web API client, its one HTTP session, and what a failed call means."""

import asyncio
import logging
import math
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from json import JSONDecodeError
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.observe.measuring import OK, Measuring
from bot.observe.recorder import NO_RECORDER
from bot.slack.proxies import proxy_for

T = TypeVar("T")
_LONGEST_LIMIT = 3600.0
_SDK_LOGGER = logging.getLogger("slack_sdk.web")
LIMIT_PATIENCE_SECONDS = 120.0
"""Slack's lowest limit is one call a minute (https://docs.slack.dev/apis/web-api/rate-limits)."""

TRANSPORT_ERRORS = (aiohttp.ClientError, TimeoutError, OSError, SlackRequestError)
_TEMPORARY = frozenset(
    {
        *("ratelimited", "internal_error", "fatal_error", "service_unavailable"),
        "request_timeout",
        # A workspace that moves into an organisation is away until it has.
        *("org_login_required", "team_added_to_org"),
    }
)

_NOT_READABLE = (JSONDecodeError, UnicodeDecodeError, RecursionError)

PROMISED: Mapping[str, Mapping[str, type]] = {
    "auth.test": {"team_id": str, "user_id": str},
    "chat.getPermalink": {"permalink": str},
    "chat.postMessage": {"ts": str},
    "conversations.history": {"messages": list},
    "conversations.info": {"channel": dict},
    "conversations.open": {"channel": dict},
    "conversations.replies": {"messages": list},
    "files.getUploadURLExternal": {"file_id": str, "upload_url": str},
    "users.info": {"user": dict},
}
"""What the answer `ok` of a method brings, as https://docs.slack.dev/reference/methods says."""


class WebClient(AsyncWebClient):
    """Looks at each answer and times each call.

    An answer of a proxy, a portal or half a connection is a `SlackApiError` too. Its code is the
    answer's status, such as `http_200`: nobody knows whether Slack got the call.
    """

    def __init__(self, measuring: Measuring, **options: Any) -> None:
        super().__init__(**options)
        self._measuring = measuring

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """Make the call, as every method does; raises what the SDK's client raises."""
        began_at = time.perf_counter()
        try:
            response = await super().api_call(api_method, **options)
            _check(api_method, response)
        except BaseException as error:
            seconds = time.perf_counter() - began_at
            self._measuring.slack_call(api_method, seconds, *_fate_of(error))
            raise
        self._measuring.slack_call(api_method, time.perf_counter() - began_at, OK, None)
        return response

    async def _request(
        self, *, http_verb: str, api_url: str, req_args: dict[str, Any]
    ) -> dict[str, Any]:
        """Empty an answer that is no JSON object, so that it is not `ok`."""
        try:
            response = await super()._request(
                http_verb=http_verb, api_url=api_url, req_args=req_args
            )
        except _NOT_READABLE as error:
            raise SlackRequestError(f"the answer cannot be read: {error}") from error
        return response if isinstance(response["data"], dict) else {**response, "data": {}}


def _check(method: str, response: AsyncSlackResponse) -> None:
    """Raise for an answer that says `ok` and lacks what that brings."""
    for name, kind in PROMISED.get(method, {}).items():
        if not isinstance(response.get(name), kind):
            response.data = {}
            raise SlackApiError(f"The answer to {method} lacks what Slack promises", response)


@asynccontextmanager
async def open_web_client(
    base_url: str, token: str, *, timeout: float, measuring: Measuring | None = None
) -> AsyncIterator[AsyncWebClient]:
    """Open the client that everything shares; `timeout` is seconds a call may take.

    Retries are ours: the SDK's handlers resend a post that may have been applied already. With a
    session of our own the client's own timeout would be ignored
    (https://github.com/slackapi/python-slack-sdk/issues/738). The SDK would take any proxy that
    the environment names, whatever NO_PROXY says; aiohttp's `trust_env` would look for a .netrc
    file in a thread before every call. The SDK spells out each call and each answer for a line
    of its log, unless its logger's own level forbids it. The Web API needs no cookies. Raises
    `ConfigurationError` for a proxy that cannot be used.
    """
    proxy = proxy_for(base_url)
    _SDK_LOGGER.setLevel(logging.WARNING)
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout),
        connector=aiohttp.TCPConnector(limit=100),
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        client = WebClient(
            measuring or Measuring(NO_RECORDER),
            token=token,
            base_url=base_url,
            session=session,
            retry_handlers=[],
            logger=_SDK_LOGGER,
        )
        client.proxy = proxy
        yield client


def is_temporary(error: BaseException) -> bool:
    """Tell whether trying the same call again may help; a page that is not Slack's may pass."""
    if isinstance(error, SlackApiError):
        code = error_code(error)
        return code in _TEMPORARY or code.startswith("http_") or http_status(error) >= 500
    return isinstance(error, TRANSPORT_ERRORS)


def error_code(error: SlackApiError) -> str:
    """Return Slack's name for the error, such as `channel_not_found`."""
    data = getattr(error.response, "data", error.response)
    code = data.get("error") if isinstance(data, Mapping) else None
    return str(code or f"http_{http_status(error)}")


def reason(error: BaseException) -> str:
    """Return in a word or a sentence why a call failed, for logs and messages."""
    if isinstance(error, SlackApiError):
        return error_code(error)
    return str(error) or type(error).__name__


def retry_after(error: SlackApiError) -> float | None:
    """Return the seconds a 429 asks us to wait, or None if it is none.

    https://docs.slack.dev/apis/web-api/rate-limits
    """
    if http_status(error) != 429 and error_code(error) != "ratelimited":
        return None
    headers = getattr(error.response, "headers", {})
    named = {str(key).lower(): str(value) for key, value in headers.items()}
    seconds = _seconds(named.get("retry-after", ""), named.get("date", ""))
    return min(max(seconds, 0.1), _LONGEST_LIMIT) if math.isfinite(seconds) else 1.0


def _seconds(value: str, now: str) -> float:
    """Read `Retry-After`: Slack gives seconds, a proxy may give a date; NaN for neither.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after. `now` is the answer's own date.
    """
    try:
        return float(value)
    except ValueError:
        pass
    try:
        return (parsedate_to_datetime(value) - parsedate_to_datetime(now)).total_seconds()
    except (ValueError, TypeError):
        return math.nan


async def read(
    call: Callable[[], Awaitable[T]],
    *,
    attempts: int = 3,
    limit_patience: float = LIMIT_PATIENCE_SECONDS,
) -> T:
    """Make a call that changes nothing, again if that may help: for reads only.

    A pause that Slack asks for is kept in full and is no attempt; pauses that would take more
    than `limit_patience` seconds together are not begun.
    """
    failures = 0
    while True:
        try:
            return await call()
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            limit = retry_after(error) if isinstance(error, SlackApiError) else None
            if limit is not None:
                limit_patience -= limit
                if limit_patience < 0:
                    raise
                await asyncio.sleep(limit * (1 + random.random() / 10))
                continue
            failures += 1
            if failures == attempts or not is_temporary(error):
                raise
            await asyncio.sleep(0.25 * 2**failures * (1 + random.random() / 4))


def http_status(error: SlackApiError) -> int:
    """Return the status of the answer; 0 if it had none."""
    response = error.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)


def _fate_of(error: BaseException) -> tuple[str, float | None]:
    """Return in one of a few words why a call failed, and how long Slack wants us to wait."""
    match error:
        case asyncio.CancelledError():
            return "cancelled", None
        case SlackApiError() if (wait := retry_after(error)) is not None:
            return "rate_limited", wait
        case SlackApiError() if http_status(error) >= 500:
            return "server_error", None
        case SlackApiError():
            return "refused", None
        case TimeoutError():
            return "timeout", None
    return "unreachable", None
