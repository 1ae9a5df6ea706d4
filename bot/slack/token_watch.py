"""Checks while the bot runs that Slack still takes the bot token."""

import asyncio

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import TRANSPORT_ERRORS, is_temporary
from bot.slack.preflight import BOT_TOKEN, rejection

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 60.0


class TokenWatch:
    """Asks once a minute; a rejection is said once, and so is its end.

    https://docs.slack.dev/reference/methods/auth.test
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._trouble: str | None = None

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            await self._look()

    def trouble(self) -> str | None:
        """Return what Slack has against the token, or None."""
        return self._trouble

    async def _look(self) -> None:
        try:
            await self._client.auth_test()
        except SlackApiError as error:
            if not is_temporary(error):
                self._note(str(rejection(error, self._client.base_url, BOT_TOKEN)))
        except TRANSPORT_ERRORS:
            # Says nothing of the token; the connection tells of a network that is away.
            return
        else:
            self._note(None)

    def _note(self, trouble: str | None) -> None:
        if trouble is None and self._trouble is not None:
            log.info("slack.token_accepted")
        elif trouble is not None and trouble != self._trouble:
            log.error("slack.rejected", trouble=trouble)
        self._trouble = trouble
