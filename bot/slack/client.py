"""The one Web API client, its one HTTP session, and what a failed call means."""

import asyncio
import logging
import math
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from typing import TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.checked import CheckedClient
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


@asynccontextmanager
async def open_web_client(
    base_url: str,
    token: str,
    *,
    timeout: float,
    make: Callable[..., AsyncWebClient] = CheckedClient,
) -> AsyncIterator[AsyncWebClient]:
    """Open the client that everything shares; `timeout` is seconds a call may take.

    `make` makes it, from what an `AsyncWebClient` is made from.

    Retries are ours: the SDK's handlers resend a post that may have been applied already, and
    with a session of our own the client's own timeout would be ignored
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
        client = make(
            token=token,
            base_url=base_url,
            session=session,
            retry_handlers=[],
            logger=_SDK_LOGGER,
        )
        client.proxy = proxy
        yield client


def is_temporary(error: BaseException) -> bool:
    """Tell whether trying the same call again may help."""
    if isinstance(error, SlackApiError):
        return error_code(error) in _TEMPORARY or http_status(error) >= 500
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
