"""The Web API client that takes an answer which is not Slack's, or not whole, for a failure."""

from collections.abc import Mapping
from json import JSONDecodeError
from typing import Any

from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

_NOT_READABLE = (JSONDecodeError, UnicodeDecodeError, RecursionError)

PROMISED: Mapping[str, Mapping[str, type]] = {
    "auth.test": {"team_id": str, "user_id": str},
    "chat.getPermalink": {"permalink": str},
    "chat.postMessage": {"ts": str},
    "conversations.history": {"messages": list},
    "conversations.info": {"channel": dict},
    "conversations.open": {"channel": dict},
    "conversations.replies": {"messages": list},
    "files.getUploadURLExternal": {"file_id": str, "upload_url": str},
    "users.info": {"user": dict},
}
"""What the answer `ok` of a method brings, as https://docs.slack.dev/reference/methods says."""


class CheckedClient(AsyncWebClient):
    """Raises `SlackApiError` for what a proxy, a portal or half a connection answers as well.

    Its code is the answer's status, such as `http_200`: nobody knows whether Slack got the call.
    """

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """Make the call; raises what the client raises."""
        response = await super().api_call(api_method, **options)
        promised = PROMISED.get(api_method, {})
        if all(isinstance(response.get(name), kind) for name, kind in promised.items()):
            return response
        response.data = {}
        raise SlackApiError(f"The answer to {api_method} lacks what Slack promises", response)

    async def _request(
        self, *, http_verb: str, api_url: str, req_args: dict[str, Any]
    ) -> dict[str, Any]:
        """Leave nothing of an answer that is no JSON object: that is then not `ok`."""
        try:
            response = await super()._request(
                http_verb=http_verb, api_url=api_url, req_args=req_args
            )
        except _NOT_READABLE as error:
            raise SlackRequestError(f"the answer cannot be read: {error}") from error
        return response if isinstance(response["data"], dict) else {**response, "data": {}}
