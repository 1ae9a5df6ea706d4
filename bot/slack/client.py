"""The one Web API client, its one HTTP session, and the check before anything starts."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import ConfigurationError, SlackUnreachableError
from bot.events import Me
from session import SlackThread

log = structlog.get_logger(__name__)
T = TypeVar("T")
_PAGE = 999

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "chat:write",
        "groups:history",
        "im:history",
        "mpim:history",
        "reactions:write",
        "users:read",
    }
)
"""What the handlers cannot do without."""
OPTIONAL_SCOPES = frozenset({"assistant:write"})
"""For Slack's own stop button, where the app is an agent app; manifest.yml asks for both sets."""

TRANSPORT_ERRORS = (aiohttp.ClientError, TimeoutError, OSError, SlackRequestError)
_TEMPORARY = frozenset(
    {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)


@asynccontextmanager
async def open_web_client(
    base_url: str, token: str, *, timeout: float
) -> AsyncIterator[AsyncWebClient]:
    """Open the client that everything shares; `timeout` is seconds a call may take.

    Retries are ours: the SDK's handlers resend a post that may have been applied already, and
    with a session of our own the client's own timeout would be ignored
    (https://github.com/slackapi/python-slack-sdk/issues/738). The SDK itself reads the proxy's
    environment variables, once; aiohttp's `trust_env` would look for a .netrc file in a thread
    before every call.
    """
    limits = aiohttp.TCPConnector(limit=100)
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout), connector=limits
    ) as session:
        yield AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[])


def is_temporary(error: BaseException) -> bool:
    """Tell whether trying the same call again may help."""
    if isinstance(error, SlackApiError):
        return error_code(error) in _TEMPORARY or _status(error) >= 500
    return isinstance(error, TRANSPORT_ERRORS)


def error_code(error: SlackApiError) -> str:
    """Return Slack's name for the error, such as `channel_not_found`."""
    data = getattr(error.response, "data", error.response)
    code = data.get("error") if isinstance(data, Mapping) else None
    return str(code or f"http_{_status(error)}")


def reason(error: BaseException) -> str:
    """Return in a word or a sentence why a call failed, for logs and messages."""
    if isinstance(error, SlackApiError):
        return error_code(error)
    return str(error) or type(error).__name__


def retry_after(error: SlackApiError) -> float | None:
    """Return the seconds a 429 asks us to wait, or None if it is none.

    https://docs.slack.dev/apis/web-api/rate-limits
    """
    if _status(error) != 429 and error_code(error) != "ratelimited":
        return None
    headers = getattr(error.response, "headers", {})
    value = next((headers[key] for key in headers if key.lower() == "retry-after"), "")
    return max(float(value), 0.1) if value.isdecimal() else 1.0


async def read(call: Callable[[], Awaitable[T]], *, attempts: int = 3) -> T:
    """Make a call that changes nothing, again if that may help: for reads only."""
    for attempt in range(attempts):
        try:
            return await call()
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            if attempt == attempts - 1 or not is_temporary(error):
                raise
            wait = retry_after(error) if isinstance(error, SlackApiError) else None
            await asyncio.sleep(min(wait or 0.5 * 2**attempt, 30) * (1 + random.random() / 4))
    raise AssertionError("unreachable")


async def replies(
    client: AsyncWebClient, thread: SlackThread, *, metadata: bool = False
) -> list[Mapping[str, Any]]:
    """Read a whole thread page by page, oldest first; the root may stand on each of them.

    https://docs.slack.dev/reference/methods/conversations.replies
    """
    found: dict[str, Mapping[str, Any]] = {}
    cursor: str | None = None
    while True:
        ask = partial(
            client.conversations_replies,
            channel=thread.channel_id,
            ts=thread.thread_ts,
            include_all_metadata=metadata or None,
            limit=_PAGE,
            cursor=cursor,
        )
        page = await read(ask)
        found |= {one["ts"]: one for one in page["messages"]}
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return list(found.values())


async def preflight(
    client: AsyncWebClient, app_token: str, *, patience: float = 60, pause: float = 2
) -> Me:
    """Check both tokens and the scopes, and learn who we are.

    Raises `ConfigurationError` if Slack rejects something, `SlackUnreachableError` if Slack could
    not be reached for `patience` seconds.
    """
    loop = asyncio.get_running_loop()
    give_up = loop.time() + patience
    while True:
        try:
            me = await client.auth_test()
            await client.apps_connections_open(app_token=app_token)
            return _me(me)
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            if not is_temporary(error):
                raise _rejection(error, client.base_url) from error
            if loop.time() + pause > give_up:
                raise SlackUnreachableError(
                    f"Slack ({client.base_url}) could not be reached for {patience:g} s:"
                    f" {reason(error)}. Check the network, the proxy and SLACK_API_URL."
                ) from error
            log.warning("slack.unreachable", url=client.base_url, reason=reason(error))
            await asyncio.sleep(pause)


def _me(response: AsyncSlackResponse) -> Me:
    """Read `auth.test` (https://docs.slack.dev/reference/methods/auth.test)."""
    granted = {key.lower(): value for key, value in (response.headers or {}).items()}.get(
        "x-oauth-scopes"
    )
    if granted is not None:
        missing = sorted(SCOPES - {scope.strip() for scope in granted.split(",")})
        if missing:
            raise ConfigurationError(
                f"The Slack app lacks the scopes {', '.join(missing)}: paste manifest.yml into"
                " the app's settings again and reinstall it to the workspace."
            )
    return Me(
        team_id=response["team_id"],
        user_id=response["user_id"],
        bot_id=response.get("bot_id") or "",
        url=response.get("url") or "https://slack.com/",
        team=response.get("team") or "",
    )


def _rejection(error: BaseException, base_url: str) -> ConfigurationError:
    code = reason(error)
    if code.startswith("http_"):
        return ConfigurationError(
            f"SLACK_API_URL={base_url} does not answer as Slack does ({code}): it takes a URL that"
            " ends in /api/, such as https://slack.com/api/."
        )
    method = "apps.connections.open" if "apps.connections.open" in str(error) else "auth.test"
    name, kind = (
        ("SLACK_APP_TOKEN", "app-level token (xapp-…, with connections:write)")
        if method == "apps.connections.open"
        else ("SLACK_BOT_TOKEN", "bot token (xoxb-…)")
    )
    return ConfigurationError(
        f"Slack rejected {name} ({method}: {code}). Copy the {kind} again from your app's"
        " settings at https://api.slack.com/apps."
    )


def _status(error: SlackApiError) -> int:
    response = error.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
