"""The Web API client that says of each call how long it took and what became of it."""

import asyncio
import time
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.observe.measuring import OK, Measuring
from bot.slack.checked import CheckedClient
from bot.slack.client import http_status, retry_after


class MeasuredClient(CheckedClient):
    """Every method of the client goes through `api_call`."""

    def __init__(self, measuring: Measuring, **options: Any) -> None:
        super().__init__(**options)
        self._measuring = measuring

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """Make the call; raises what the client raises."""
        began_at = time.perf_counter()
        try:
            response = await super().api_call(api_method, **options)
        except BaseException as error:
            self._note(api_method, began_at, error)
            raise
        self._measuring.slack_call(api_method, time.perf_counter() - began_at, OK, None)
        return response

    def _note(self, method: str, began_at: float, error: BaseException) -> None:
        seconds = time.perf_counter() - began_at
        wait = retry_after(error) if isinstance(error, SlackApiError) else None
        status = "rate_limited" if wait is not None else status_of(error)
        self._measuring.slack_call(method, seconds, status, wait)


def status_of(error: BaseException) -> str:
    """Return in one of a few words why a call failed."""
    match error:
        case asyncio.CancelledError():
            return "cancelled"
        case SlackApiError() if http_status(error) >= 500:
            return "server_error"
        case SlackApiError():
            return "refused"
        case TimeoutError():
            return "timeout"
    return "unreachable"
