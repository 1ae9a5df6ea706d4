"""Routes Slack's events and clicks, each to its handler."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.entry.dispatch import Unused, answer_trouble
from bot.entry.taking_in import TakingIn
from bot.intake.approvals import ACTIONS
from bot.slack.me import Me
from bot.turns.progress import STOP_ACTION

Before = Callable[[AsyncBoltRequest], Awaitable[BoltResponse | None]]


class BeforeAck(AsyncMiddleware):
    """Runs a function before the ack; a response of its own ends the matter there.

    For a bare function Bolt would look up the arguments by name anew for every event.
    """

    def __init__(self, before: Before) -> None:
        self._before = before

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[Any]],
    ) -> BoltResponse:
        response = await self._before(req)
        if response is not None:
            return response
        await next()
        return resp


def build_bolt(client: AsyncWebClient, me: Me, taking_in: TakingIn) -> AsyncApp:
    """Register the handlers. Nothing here asks Slack anything: `me` was learnt at the start."""
    known = AuthorizeResult(
        enterprise_id=None,
        team_id=me.team_id,
        bot_user_id=me.user_id,
        bot_id=me.bot_id,
        bot_token=client.token,
    )

    async def authorize(**_: Any) -> AuthorizeResult:
        return known

    bolt = _quiet_bolt(client, authorize)
    bolt.error(answer_trouble)

    async def message(request: AsyncBoltRequest) -> BoltResponse:
        is_again = "x-slack-retry-num" in request.headers
        return await taking_in.message(request.body, is_again=is_again)

    for event in ("app_mention", "message"):
        bolt.event(event, middleware=[BeforeAck(message)])(_ack_only)
    bolt.event("agent_session_stopped", middleware=[BeforeAck(taking_in.slacks_stop)])(_ack_only)
    bolt.action(STOP_ACTION, middleware=[BeforeAck(taking_in.click)])(_ack_only)
    bolt.action(ACTIONS, middleware=[BeforeAck(taking_in.decision)])(_ack_only)
    # Acked without a listener too, by `answer_trouble`, which is slower.
    bolt.event(re.compile(".*"), middleware=[BeforeAck(Unused().note)])(_ack_only)
    return bolt


def _quiet_bolt(
    client: AsyncWebClient, authorize: Callable[..., Awaitable[AuthorizeResult]]
) -> AsyncApp:
    """Make an app without what Bolt does to each event for HTTP, functions and assistants."""
    bare = AsyncWebClient(base_url=client.base_url, session=client.session, retry_handlers=[])
    return AsyncApp(
        client=bare,
        authorize=authorize,
        signing_secret="",
        raise_error_for_unhandled_request=True,
        ssl_check_enabled=False,
        request_verification_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


async def _ack_only() -> None:
    """Bolt acks an event before this runs."""
