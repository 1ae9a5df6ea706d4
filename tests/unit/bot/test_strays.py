"""Whatever Slack sends is acked, once, unless it is a message that could not be stored."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt import BoltResponse
from slack_bolt.request.async_request import AsyncBoltRequest
from structlog.testing import capture_logs

from bot.entry.bolt import build_bolt
from bot.entry.dispatch import Dispatch
from bot.entry.socket import Socket
from bot.slack.client import open_web_client
from bot.turns.progress import STOP_ACTION
from tests.unit.bot.examples import ME
from tests.unit.bot.socket_mode import Slack, socket_mode_server

Json = dict[str, Any]
BUTTON: Json = {"type": "button", "action_id": "x", "block_id": "b", "action_ts": "1.1"}
MENU: Json = {"type": "static_select", "action_id": "s", "action_ts": "1.1"}
USER: Json = {"user": {"id": "U1"}, "team": {"id": ME.team_id}, "channel": {"id": "C1"}}
VIEW: Json = {"view": {"callback_id": "c", "type": "modal"}}
OLD: Json = {"callback_id": "c", "actions": [{"name": "n", "type": "button", "value": "v"}]}
MENTION: Json = {"type": "app_mention", "channel": "C1", "ts": "1.0", "user": "U1", "text": "hi"}

STRAYS: dict[str, Json] = {
    "a link button": USER | {"type": "block_actions", "actions": [BUTTON]},
    "a menu": USER | {"type": "block_actions", "actions": [MENU]},
    "a click without an action id": USER | {"type": "block_actions", "actions": [{"type": "x"}]},
    "a click without actions": USER | {"type": "block_actions", "actions": []},
    "actions that are none": USER | {"type": "block_actions", "actions": None},
    "a click by nobody": {
        "type": "block_actions",
        "actions": [BUTTON],
        "user": None,
        "team": None,
    },
    "an old button": USER | OLD | {"type": "interactive_message"},
    "an old button without its callback": USER | {"type": "interactive_message", "actions": []},
    "a global shortcut": USER | {"type": "shortcut", "callback_id": "c"},
    "a message shortcut": USER | {"type": "message_action", "callback_id": "c", "message": {}},
    "a slash command": {"command": "/x", "text": "", "team_id": "T1", "user_id": "U1"},
    "a menu that asks for options": USER | {"type": "block_suggestion", "action_id": "a"},
    "a form that is sent": USER | VIEW | {"type": "view_submission"},
    "a form that is closed": USER | VIEW | {"type": "view_closed"},
    "an old dialog": USER | {"type": "dialog_submission", "callback_id": "c", "submission": {}},
    "a workflow step": USER | {"type": "workflow_step_edit", "callback_id": "c"},
    "an outer type of tomorrow": {"type": "whatever_comes_next"},
    "no type": {"x": 1},
    "nothing": {},
    "an event of tomorrow": {"type": "event_callback", "event": {"type": "whatever"}},
    "an event without a type": {"type": "event_callback", "event": {}},
    "an event that is none": {"type": "event_callback", "event": None},
    "an event that is text": {"type": "event_callback", "event": "x"},
}


class Story:
    """The handlers' side: keeps what came through, and takes it in or not."""

    def __init__(self) -> None:
        self.seen: list[Json] = []
        self.answer: BoltResponse | Exception = BoltResponse(status=200)

    async def message(self, body: Json, *, is_again: bool = False) -> BoltResponse:
        self.seen.append(dict(body["event"]))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def click(self, _: AsyncBoltRequest) -> BoltResponse:
        assert isinstance(self.answer, BoltResponse)
        return self.answer

    slacks_stop = decision = click


@asynccontextmanager
async def connected(story: Story) -> AsyncIterator[Slack]:
    """The bot's dispatch over a real connection."""
    async with (
        socket_mode_server(Slack()) as slack,
        open_web_client(slack.base_url, "xoxb-1", timeout=5) as client,
    ):
        given: Any = story
        dispatch = Dispatch(build_bolt(client, ME, given), ME, given)
        socket = Socket(dispatch, client, "xapp-1", local_store=None)
        try:
            await socket.connect()
            yield slack
        finally:
            await socket.close()


async def acked(slack: Slack, *payloads: Any, kind: str = "interactive") -> list[str]:
    """Send each payload in an envelope of its own; the acks that came before a last one's."""
    await slack.connected.wait()
    for number, payload in enumerate(payloads):
        await slack.send({"type": kind, "envelope_id": f"e{number}", "payload": payload})
    await slack.send({"type": "events_api", "envelope_id": "last", "payload": {"type": "x"}})
    async with asyncio.timeout(20):
        while {"envelope_id": "last"} not in slack.received:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    return sorted(ack["envelope_id"] for ack in slack.received if ack["envelope_id"] != "last")


@pytest.mark.parametrize("payload", STRAYS.values(), ids=STRAYS)
async def test_what_nobody_listens_to_is_acked(payload: Json) -> None:
    async with connected(Story()) as slack:
        assert await acked(slack, payload) == ["e0"]


@pytest.mark.parametrize("kind", ["slash_commands", "interactive", "events_api", "whatever"])
@pytest.mark.parametrize("payload", [None, "text", [], {}], ids=str)
async def test_an_envelope_of_any_kind_and_content_is_acked(kind: str, payload: Any) -> None:
    async with connected(Story()) as slack:
        assert await acked(slack, payload, kind=kind) == ["e0"]


async def test_a_message_that_could_not_be_stored_is_not_acked() -> None:
    story = Story()
    event = {"type": "event_callback", "team_id": ME.team_id, "event": MENTION}
    for answer in (BoltResponse(status=503), KeyError("a bug"), OSError("no room")):
        story.answer = answer
        async with connected(story) as slack:
            assert await acked(slack, event) == []
    assert story.seen == [MENTION] * 3


@pytest.mark.parametrize(("status", "acks"), [(200, ["e0"]), (503, [])])
async def test_a_click_on_our_stop_button_is_acked_only_once_it_is_stored(
    status: int, acks: list[str]
) -> None:
    story = Story()
    story.answer = BoltResponse(status=status)
    action = BUTTON | {"action_id": STOP_ACTION}
    container = {"channel_id": "C1", "message_ts": "2.0", "thread_ts": "1.0"}
    click = USER | {"type": "block_actions", "actions": [action], "container": container}
    async with connected(story) as slack:
        assert await acked(slack, click) == acks


@pytest.mark.parametrize(
    ("named", "is_ours"),
    [
        ({"team_id": "T1"}, True),
        ({}, True),
        ({"team_id": "TOTHER"}, False),
        ({"team_id": "TOTHER", "context_team_id": "T1"}, True),
        ({"team_id": "TOTHER", "authorizations": [{"team_id": "T1"}]}, True),
        ({"team_id": "TOTHER", "authorizations": [{"team_id": "TOTHER"}]}, False),
        ({"team_id": "TOTHER", "context_team_id": "TOTHER", "authorizations": []}, False),
    ],
)
async def test_an_event_of_another_team_is_acked_and_goes_no_further(
    named: Json, is_ours: bool
) -> None:
    story = Story()
    async with connected(story) as slack:
        event = {"type": "event_callback", "event": MENTION} | named
        assert await acked(slack, event, kind="events_api") == ["e0"]
    assert bool(story.seen) == is_ours


@pytest.mark.parametrize(
    ("minute", "since"), [(1518467820, "2018-02-12T20:37:00+00:00"), ("soon", "unknown")]
)
async def test_slacks_limit_on_events_is_a_warning(minute: object, since: str) -> None:
    limited = {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": minute}
    async with connected(Story()) as slack:
        with capture_logs() as logs:
            assert await acked(slack, limited, kind="events_api") == ["e0"]
    (line,) = [line for line in logs if line["event"] == "slack.events_limited"]
    assert (line["log_level"], line["since"]) == ("warning", since)


async def test_the_handlers_know_what_comes_again() -> None:
    came_again: list[bool] = []

    class Again(Story):
        async def message(self, body: Json, *, is_again: bool = False) -> BoltResponse:
            came_again.append(is_again)
            return BoltResponse(status=200)

    async with connected(Again()) as slack:
        for attempt in (0, 2):
            envelope = {"type": "events_api", "envelope_id": f"r{attempt}"}
            event = {"type": "event_callback", "team_id": "T1", "event": MENTION}
            await slack.connected.wait()
            await slack.send(envelope | {"retry_attempt": attempt, "payload": event})
        await acked(slack)
    assert sorted(came_again) == [False, True]
