"""Hands on the requests of both transports, and answers Slack.

An event without a listener is acked too, or Slack would send it again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.entry.taking_in import ACKED, TakingIn
from bot.slack.me import Me

log = structlog.get_logger(__name__)

OK = 200
_MOST_KINDS = 100
MESSAGES = frozenset({"message", "app_mention"})
"""The events that are messages: of one mention both come."""


class Dispatch:
    """Both transports hand their requests in here. Bolt finds the handler.

    A message goes straight to the handler that Bolt has for it. Bolt would read each payload a
    dozen times to find it.
    """

    def __init__(self, bolt: AsyncApp, me: Me, taking_in: TakingIn) -> None:
        self._bolt = bolt
        self._me = me
        self._taking_in = taking_in

    async def response_to(self, body: dict[str, Any], *, is_again: bool = False) -> BoltResponse:
        """Deal with a payload, which Slack may deliver again; `OK` means that it need not."""
        try:
            if body.get("type") == "event_callback":
                if not is_of_team(body, self._me.team_id):
                    log.warning("event.of_another_team", team_id=body.get("team_id"))
                    return ACKED
                kind = _event_type(body)
                if kind in MESSAGES:
                    return await self._taking_in.message(body, is_again=is_again)
                if not kind:
                    log.warning("event.unreadable")
                    return ACKED
            return await self._bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        except Exception as error:  # noqa: BLE001 - whatever fails, Slack is answered
            return await answer_trouble(error, body)


class Unused:
    """Tells once of each kind of event that the app is sent and has no use for."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    async def note(self, request: AsyncBoltRequest) -> None:
        """Tell of an event, if it is the first of its kind."""
        kind = _kind(request.body)
        if kind not in self._told and len(self._told) < _MOST_KINDS:
            self._told.add(kind)
            log.info("event.unused", type=kind, advice="Take it out of the app's settings.")


def is_of_team(body: Mapping[str, Any], team_id: str) -> bool:
    """Tell whether an event came through this workspace.

    In a channel that is shared, `team_id` may be the other organisation's; `authorizations` and
    `context_team_id` name the receiving side (https://docs.slack.dev/apis/events-api/#callback-field).
    """
    authorizations = body.get("authorizations")
    found = [body.get("team_id"), body.get("context_team_id")]
    if isinstance(authorizations, list):
        found += [it.get("team_id") for it in authorizations if isinstance(it, Mapping)]
    named = {it for it in found if isinstance(it, str)}
    return team_id in named or not named


async def answer_trouble(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Ack an event without a listener, and one that failed; a message may be delivered again."""
    if isinstance(error, BoltUnhandledRequestError):
        _note_unhandled(body)
        return BoltResponse(status=200)
    is_message = _event_type(body) in MESSAGES
    log.error("event.failed", type=_kind(body), acked=not is_message, exc_info=error)
    return BoltResponse(status=500 if is_message else 200)


def _note_unhandled(body: Mapping[str, Any]) -> None:
    if body.get("type") != "app_rate_limited":
        log.info("event.unhandled", type=_kind(body))
        return
    log.warning(
        "slack.events_limited",
        since=_minute(body.get("minute_rate_limited")),
        advice="Slack sends an app 30,000 events an hour at most, and has held back events of"
        " this minute. People must repeat questions that got no answer. Take the bot out of"
        " channels where nobody asks it.",
    )


def _minute(seconds: object) -> str:
    """Read the minute, in Unix seconds (https://docs.slack.dev/reference/events/app_rate_limited)."""
    if not isinstance(seconds, int) or not 0 <= seconds < 2**40:
        return "unknown"
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _kind(body: Mapping[str, Any]) -> str:
    kind = _event_type(body) or body.get("type") or body.get("command")
    return str(kind or "nothing known")


def _event_type(body: Mapping[str, Any]) -> str:
    event = body.get("event")
    kind = event.get("type") if isinstance(event, Mapping) else None
    return kind if isinstance(kind, str) else ""
