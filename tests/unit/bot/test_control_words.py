"""Which whole texts are commands, and what becomes of each."""

import pytest

from bot.controls.commands import Command, command_in
from bot.controls.stop import StopRequest
from bot.events import Incoming, Kind
from tests.unit.bot.examples import ME, THREAD, event


def command(text: str) -> Command | None:
    incoming = Incoming.of(event(text=text), ME)
    assert incoming is not None
    return command_in(incoming)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<@UBURROW> stop", Command.STOP),
        ("stop", Command.STOP),
        ("stop <@UBURROW>", Command.STOP),
        ("  <@UBURROW|burrow>   STOP!! ", Command.STOP),
        ("Stop.", Command.STOP),
        ("`stop`", Command.STOP),
        ("*stop*!", Command.STOP),
        ("<@UBURROW> Status", Command.STATUS),
        ("<@UBURROW> help", Command.HELP),
        ("<@UBURROW>\nmute", Command.MUTE),
        ("<@UBURROW> unmute .", Command.UNMUTE),
    ],
)
def test_a_single_word_is_a_command_in_any_spelling(text: str, expected: Command) -> None:
    assert command(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "<@UBURROW> stop the rollout",
        "<@UBURROW> help me",
        "status of checkout-api",
        "please stop",
        "don't stop",
        "stop?",
        "stop stop",
        "stopp",
        "<@UBURROW>",
        "",
        "!",
        "<!here> stop",
        "ſtop",
    ],
)
def test_a_sentence_is_never_a_command(text: str) -> None:
    assert command(text) is None


def test_only_what_the_holder_must_carry_out_is_stored() -> None:
    assert {one: one.kind for one in Command} == {
        Command.STOP: Kind.STOP,
        Command.MUTE: Kind.MUTE,
        Command.UNMUTE: Kind.UNMUTE,
        Command.STATUS: None,
        Command.HELP: None,
    }


def click(**container: str) -> StopRequest:
    return StopRequest.of_click(
        {
            "user": {"id": "UANN"},
            "container": {"channel_id": "C1", "message_ts": "1712345690.000100"} | container,
            "actions": [{"action_ts": "1712345700.500000"}],
        },
        ME,
    )


def test_a_click_on_stop_is_a_request_in_the_thread_of_its_message() -> None:
    request = click(thread_ts=THREAD.thread_ts)
    assert request.thread == THREAD
    stored = request.as_message("req_1")
    assert (stored.kind, stored.author_id) == (Kind.STOP, "UANN")
    assert stored.sent_at.microsecond == 500_000


def test_the_same_click_twice_is_one_message_and_another_message_is_another() -> None:
    assert click().as_message("req_1").id == click().as_message("req_2").id
    other = click(message_ts="1712345691.000100")
    assert click().as_message("req_1").id != other.as_message("req_1").id


def test_a_click_outside_threads_stops_the_thread_of_that_message() -> None:
    assert click().thread.thread_ts == "1712345690.000100"


def test_slacks_own_stop_button_is_the_same_request() -> None:
    body = {
        "event": {
            "type": "agent_session_stopped",
            "channel": "C1",
            "thread_ts": THREAD.thread_ts,
            "user": "UANN",
            "event_ts": "1712345700.000001",
        }
    }
    request = StopRequest.of_event(body, ME)
    assert (request.thread, request.user_id) == (THREAD, "UANN")
    assert request.as_message("req_1").id == StopRequest.of_event(body, ME).as_message("r").id
