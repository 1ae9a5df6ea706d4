"""The check before anything starts: Slack takes the bot token and says who we are."""

import asyncio

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.config.checks import is_slacks_own
from bot.errors import ConfigurationError, SlackUnreachableError
from bot.installation import command
from bot.slack.client import (
    TRANSPORT_ERRORS,
    error_code,
    http_status,
    is_temporary,
    reason,
    retry_after,
)
from bot.slack.me import Me
from bot.slack.scopes import OPTIONAL_SCOPES, SCOPES, granted_by

log = structlog.get_logger(__name__)

PAUSE = 2.0
LONGEST_PAUSE = 10.0
_SERVER_ERROR = 500
APP_TOKEN = (
    "SLACK_APP_TOKEN",
    "apps.connections.open",
    "app-level token (xapp-…, with connections:write)",
)
BOT_TOKEN = ("SLACK_BOT_TOKEN", "auth.test", "bot token (xoxb-…)")


class Patience:
    """How long a start keeps trying to reach Slack.

    `waits_out_limits`: a pause that Slack asks for is kept, however long, and does not count.
    """

    def __init__(self, base_url: str, seconds: float, *, waits_out_limits: bool = True) -> None:
        self._base_url = base_url
        self._seconds = seconds
        self._pause = PAUSE
        self._least_limit = 0.0
        self._waits_out_limits = waits_out_limits
        self._give_up = asyncio.get_running_loop().time() + seconds

    async def after(self, error: BaseException, token: tuple[str, str, str]) -> None:
        """Pause after a failed try with this token.

        Raises `ConfigurationError` if Slack rejects it, `SlackUnreachableError` once the patience
        is at its end.
        """
        if isinstance(error, SlackApiError) and (limit := retry_after(error)) is not None:
            await self._keep_limit(error, limit, token[1])
            return
        if not may_pass(error, self._base_url):
            raise rejection(error, self._base_url, token) from error
        if self._left() < self._pause:
            raise self._unreachable(reason(error)) from error
        log.warning("slack.unreachable", url=self._base_url, reason=reason(error))
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 1.5, LONGEST_PAUSE)

    async def _keep_limit(self, error: BaseException, limit: float, method: str) -> None:
        if not self._waits_out_limits and limit > self._left():
            raise SlackUnreachableError(
                f"Slack asks for a pause of {limit:g} s ({method}). Try again after that."
            ) from error
        # A pause of a second may be asked for each time: the pauses grow by themselves too.
        wait = max(limit, self._least_limit)
        self._least_limit = min(self._least_limit + self._pause, LONGEST_PAUSE)
        log.warning("slack.rate_limited", method=method, wait_s=wait)
        await asyncio.sleep(wait)
        if self._waits_out_limits:
            self._give_up += wait

    def _left(self) -> float:
        return self._give_up - asyncio.get_running_loop().time()

    def _unreachable(self, why: str) -> SlackUnreachableError:
        return SlackUnreachableError(
            f"Slack ({self._base_url}) could not be reached for {self._seconds:g} s: {why}."
            " Check the network, the proxy and SLACK_API_URL."
        )


async def preflight(
    client: AsyncWebClient, *, patience: float = 60, waits_out_limits: bool = True
) -> Me:
    """Check the bot token and its scopes, and learn who we are.

    Raises `ConfigurationError` if Slack rejects something, `SlackUnreachableError` if Slack could
    not be reached for `patience` seconds.
    """
    trying = Patience(client.base_url, patience, waits_out_limits=waits_out_limits)
    while True:
        try:
            return _me(await client.auth_test())
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            await trying.after(error, BOT_TOKEN)


def say_what_is_missing(me: Me) -> None:
    """Say in one line what the bot cannot do without its optional scopes."""
    if me.missing_scopes:
        log.warning(
            "slack.scopes_missing",
            scopes=sorted(me.missing_scopes),
            cannot="; ".join(OPTIONAL_SCOPES[scope] for scope in sorted(me.missing_scopes)),
            advice=f"For these, paste the manifest ({command('manifest')} prints it) into the"
            " app's settings again and reinstall it.",
        )


def may_pass(error: BaseException, base_url: str) -> bool:
    """Tell whether a failed try to reach Slack may succeed later.

    A page in place of an answer is a proxy's, unless the address is not Slack's own.
    """
    if isinstance(error, SlackApiError):
        is_page = error_code(error).startswith("http_") and http_status(error) < _SERVER_ERROR
        return is_temporary(error) and (not is_page or is_slacks_own(base_url))
    return not isinstance(error, ConfigurationError)


def rejection(
    error: BaseException, base_url: str, token: tuple[str, str, str]
) -> ConfigurationError:
    """Say what Slack rejected, without showing it."""
    if isinstance(error, ConfigurationError):
        return error
    code = reason(error)
    if code.startswith("http_"):
        return ConfigurationError(
            f"SLACK_API_URL={base_url} does not answer as Slack does ({code}): it takes a URL that"
            " ends in /api/, such as https://slack.com/api/."
        )
    name, method, kind = token
    return ConfigurationError(
        f"Slack rejected {name} ({method}: {code}). Copy the {kind} again from your app's"
        " settings at https://api.slack.com/apps."
    )


def _me(response: AsyncSlackResponse) -> Me:
    """Read `auth.test` (https://docs.slack.dev/reference/methods/auth.test)."""
    if response.get("is_enterprise_install"):
        raise ConfigurationError(
            "SLACK_BOT_TOKEN belongs to an installation for a whole organisation, which Burrow"
            " does not support: install the app to one workspace and copy that bot token."
        )
    granted = granted_by(response.headers)
    if missing := sorted(SCOPES - granted):
        raise ConfigurationError(
            f"The Slack app lacks the scopes {', '.join(missing)}: paste the manifest"
            f" ({command('manifest')} prints it) into the app's settings again and reinstall it to"
            " the workspace."
        )
    return Me(
        team_id=response["team_id"],
        user_id=response["user_id"],
        bot_id=response.get("bot_id") or "",
        url=response.get("url") or "https://slack.com/",
        team=response.get("team") or "",
        missing_scopes=frozenset(OPTIONAL_SCOPES) - granted,
    )
