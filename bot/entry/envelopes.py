"""Socket Mode envelopes: each goes to Bolt, and is acked unless it could not be stored."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.entry.connection import Frame
from bot.entry.strays import answer_trouble

_OK = 200
_UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
"""What Bolt lets out of its own reading of a payload that it does not expect."""


async def ack_of(bolt: AsyncApp, envelope: Frame) -> Frame | None:
    """Dispatch an envelope and return its ack, or None: then Slack delivers it again.

    https://docs.slack.dev/apis/events-api/using-socket-mode#acknowledge
    """
    payload = envelope.get("payload")
    body = payload if isinstance(payload, dict) else {}
    try:
        request = AsyncBoltRequest(mode="socket_mode", body=body, headers=_retry_headers(envelope))
        response = await bolt.async_dispatch(request)
    except _UNREADABLE as error:
        response = await answer_trouble(error, body)
    if response.status != _OK:
        return None
    return {"envelope_id": envelope["envelope_id"], **_answer(response)}


def _retry_headers(envelope: Mapping[str, Any]) -> dict[str, str | Sequence[str]]:
    """Name the attempt as HTTP delivery does; a first delivery may carry attempt 0."""
    named = {
        "x-slack-retry-num": envelope.get("retry_attempt"),
        "x-slack-retry-reason": envelope.get("retry_reason"),
    }
    return {name: str(value) for name, value in named.items() if value is not None}


def _answer(response: BoltResponse) -> Frame:
    """Return what an ack carries, for the few that carry anything."""
    if not response.body:
        return {}
    is_json = response.headers.get("content-type", [""])[0].startswith("application/json")
    return {"payload": json.loads(response.body) if is_json else {"text": response.body}}
