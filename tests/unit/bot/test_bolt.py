from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.entry.bolt import build_bolt
from bot.slack.client import open_web_client
from tests.unit.bot.examples import ME
from tests.unit.bot.http_events import Story


@pytest.mark.parametrize("kind", ["app_mention", "message"])
@pytest.mark.parametrize("headers", [{}, {"x-slack-retry-num": ["2"]}])
async def test_bolt_hands_a_message_to_the_handler_to_which_the_dispatch_goes_straight(
    kind: str, headers: dict[str, Any]
) -> None:
    story = Story()
    given: Any = story
    body = {"type": "event_callback", "team_id": ME.team_id, "event": {"type": kind, "text": "?"}}
    request = AsyncBoltRequest(mode="socket_mode", body=body, headers=headers)
    async with open_web_client("http://127.0.0.1:9/api/", "xoxb-1", timeout=1) as client:
        response = await build_bolt(client, ME, given).async_dispatch(request)

    assert response.status == 200
    assert [seen["event"]["type"] for seen in story.seen] == [kind]
    assert story.came_again == [bool(headers)]
