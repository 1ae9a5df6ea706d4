"""Hands on what came in, whichever way it came."""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.entry.deliveries import attempt_number
from bot.entry.strays import MESSAGES, answer_trouble, is_of_team
from bot.entry.taking_in import ACKED, TakingIn
from bot.slack.me import Me

log = structlog.get_logger(__name__)

OK = 200


class Dispatch:
    """Where both transports meet: Bolt finds the handler.

    A message goes straight to the handler that Bolt has for it. Bolt would read each payload a
    dozen times to find it.
    """

    def __init__(self, bolt: AsyncApp, me: Me, taking_in: TakingIn) -> None:
        self._bolt = bolt
        self._me = me
        self._taking_in = taking_in

    async def response_to(self, body: dict[str, Any], attempt: object = None) -> BoltResponse:
        """Deal with a payload; `OK` means that Slack need not send it again.

        Slack numbers its attempts from 0 on, and need not number the first.
        """
        try:
            if not is_of_team(body, self._me.team_id):
                log.warning("event.of_another_team", team_id=body.get("team_id"))
                return ACKED
            if _is_message(body):
                return await self._taking_in.message(body, attempt_number(attempt))
            return await self._bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        except Exception as error:  # noqa: BLE001 - whatever fails, Slack is answered
            return await answer_trouble(error, body)


def _is_message(body: Mapping[str, Any]) -> bool:
    if body.get("type") != "event_callback":
        return False
    event = body.get("event")
    return isinstance(event, dict) and event.get("type") in MESSAGES
