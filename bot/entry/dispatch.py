"""Hands to Bolt what came in, whichever way it came."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.entry.strays import answer_trouble

OK = 200
_UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
"""What Bolt lets out of its own reading of a payload that it does not expect."""


async def response_to(
    bolt: AsyncApp, body: dict[str, Any], headers: dict[str, str | Sequence[str]]
) -> BoltResponse:
    """Have Bolt deal with a payload; `OK` means that Slack need not send it again."""
    try:
        request = AsyncBoltRequest(mode="socket_mode", body=body, headers=headers)
        return await bolt.async_dispatch(request)
    except _UNREADABLE as error:
        return await answer_trouble(error, body)


def retry_headers(number: object, reason: object) -> dict[str, str | Sequence[str]]:
    """Name the attempt as HTTP delivery does; what is None is left out."""
    named: Mapping[str, object] = {
        "x-slack-retry-num": number,
        "x-slack-retry-reason": reason,
    }
    return {name: str(value) for name, value in named.items() if value is not None}
