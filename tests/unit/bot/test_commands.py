"""Which whole texts are commands, and what becomes of each."""

import pytest

from bot import words
from bot.intake.clicks import StopClick
from bot.intake.commands import COMMANDS, NOT_STORED, command_in, is_bare_stop
from bot.intake.incoming import Incoming
from bot.intake.replies import refusal_of_stop
from bot.intake.rules import Rule, Ruling
from tests.unit.bot.examples import ME, THREAD, event


def incoming(text: str, **changes: object) -> Incoming:
    found = Incoming.of(event(text=text, **changes), ME)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<@UBURROW> stop", "stop"),
        ("stop", "stop"),
        ("stop <@UBURROW>", "stop"),
        ("  <@UBURROW|burrow>   STOP!! ", "stop"),
        ("Stop.", "stop"),
        ("`stop`", "stop"),
        ("*stop*!", "stop"),
        ("<@UBURROW>, stop", "stop"),
        ("<@UBURROW>: stop", "stop"),
        ("<@UBURROW> stop?", "stop"),
        ("please stop", "stop"),
        ("<@UBURROW> stop, please", "stop"),
        ("<@UBURROW> stop it", "stop"),
        ("cancel", "stop"),
        ("<@UBURROW> st\u200bop", "stop"),
        ("\u202estop", "stop"),
        ("<@UBURROW> st\u2800op", "stop"),
        ("<@UBURROW> stop\ufe0f\u034f", "stop"),
        ("\uff33\uff34\uff2f\uff30\uff01", "stop"),
        ("stop。", "stop"),
        ("¡stop!", "stop"),
        ("<@UBURROW> stop :octagonal_sign:", "stop"),
        ("<@UBURROW> :pray: please stop :pray::skin-tone-2:", "stop"),
        ("&gt; stop", "stop"),
        ("```stop```", "stop"),
        ("~stop~ &amp;", "stop"),
        ("stop, stop, STOP!", "stop"),
        ("please <@UBURROW> stop", "stop"),
        ("<@UBURROW> hey, please stop it now, thanks", "stop"),
        ("<@UBURROW> can you please stop?", "stop"),
        ("<@UBURROW> no, stop", "stop"),
        ("<@UBURROW> burrow stop", "stop"),
        ("<@UBURROW> stop now please", "stop"),
        ("<@UBURROW> never mind", "stop"),
        ("<@UBURROW> abort!", "stop"),
        ("<@UBURROW> could you stop everything please", "stop all"),
        ("<@UBURROW> status pls", "status"),
        ("<@UBURROW> please mute this thread", "mute"),
        ("<@UBURROW> --help", "help"),
        ("<@UBURROW> please help", "help"),
        ("<@UBURROW> stop all!", "stop all"),
        ("<@UBURROW> Status", "status"),
        ("Status?", "status"),
        ("<@UBURROW> help", "help"),
        ("<@UBURROW> help me", "help"),
        ("hello", "help"),
        ("what can you do here?", "help"),
        ("おはよう", "help"),
        ("catch me up please", "catch me up"),
        ("what did I miss?", "catch me up"),
        ("please export this thread", "export"),
        ("can you show me the indicators?", "indicators"),
        ("Hi there!", "help"),
        ("what can you do?", "help"),
        ("<@UBURROW>\nmute", "mute"),
        ("<@UBURROW> unmute .", "unmute"),
    ],
)
def test_a_command_is_heard_in_any_spelling(text: str, expected: str) -> None:
    assert command_in(incoming(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "<@UBURROW> stop the rollout",
        "stop the deploy?",
        "can you help me find the owner of checkout?",
        "status of checkout-api",
        "don't stop",
        "stop stop it",
        "stopp",
        "stop" + " " * 300 + "the deploy",
        "don't stop now",
        "can you help?",
        "could you help me please",
        "can you stop the deploy?",
        "when will you stop?",
        "did it stop?",
        "why did it stop",
        "stop the line",
        "status of the deploy please",
        "what is the status",
        "cancel the deploy",
        "never mind the cache, look at the gateway",
        "is it stop or halt",
        "hello, why is checkout down?",
        "<@UBURROW>",
        "",
        "!",
        "<!here> stop",
        "ſtop",
        "stop " * 90,
    ],
)
def test_a_sentence_is_never_a_command(text: str) -> None:
    assert command_in(incoming(text)) is None


def test_a_word_with_a_file_or_a_forward_is_a_question_about_it() -> None:
    assert command_in(incoming("stop", files=[{"name": "trace.log"}])) is None
    assert command_in(incoming("help", attachments=[{"text": "it is down"}])) is None


def test_without_a_mention_only_the_bare_word_stop_is_heard() -> None:
    assert is_bare_stop(incoming("Stop!"))
    assert is_bare_stop(incoming("stop stop :octagonal_sign:"))
    assert not is_bare_stop(incoming("please stop"))
    assert not is_bare_stop(incoming("cancel"))


def test_help_and_status_are_answered_at_once_and_the_rest_is_stored() -> None:
    assert set(COMMANDS.values()) - NOT_STORED == {
        "export",
        "indicators",
        "mute",
        "stop",
        "stop all",
        "unmute",
    }


def click(value: str = "", user: str = "UANN", **container: str) -> StopClick:
    found = StopClick.of_click(
        {
            "user": {"id": user},
            "container": {"channel_id": "C1", "message_ts": "1712345690.000100"} | container,
            "actions": [{"action_ts": "1712345700.500000", "value": value}],
        },
        ME,
    )
    assert found is not None
    return found


def test_a_click_on_stop_is_a_request_in_the_thread_of_its_message() -> None:
    found = click("s#1", thread_ts=THREAD.thread_ts)
    assert found.thread == THREAD
    assert found.turn_id == "s#1"
    stored = found.as_message("req_1", "s#1")
    assert (stored.kind, stored.author_id) == ("stop", "UANN")
    assert stored.attributes == {"stops": "s#1"}
    assert stored.sent_at.microsecond == 500_000


def test_the_same_click_twice_is_one_message_and_another_message_is_another() -> None:
    def stored_id(found: StopClick) -> str:
        return found.as_message("req_1", None).id

    assert stored_id(click()) == stored_id(click())
    assert stored_id(click()) != stored_id(click(message_ts="1712345691.000100"))
    assert stored_id(click()) != stored_id(click(user="UBEN"))


def test_a_click_outside_threads_stops_the_thread_of_that_message() -> None:
    assert click().thread.thread_ts == "1712345690.000100"


def stopped(**changes: object) -> StopClick | None:
    fields = {
        "type": "agent_session_stopped",
        "channel": "C1",
        "thread_ts": THREAD.thread_ts,
        "user": "UANN",
        "event_ts": "1712345700.000001",
    }
    kept = {key: value for key, value in (fields | changes).items() if value is not None}
    return StopClick.of_event({"event": kept}, ME)


def test_slacks_own_stop_button_is_the_same_request() -> None:
    found = stopped()
    assert found is not None
    assert (found.thread, found.user_id) == (THREAD, "UANN")


@pytest.mark.parametrize(
    "changes",
    [
        {"thread_ts": None},
        {"user": None},
        {"channel": None},
        {"event_ts": None},
        {"thread_ts": "../x"},
        {"user": 7},
    ],
    ids=str,
)
def test_a_stop_that_names_no_thread_or_person_is_none_and_raises_nothing(
    changes: dict[str, object],
) -> None:
    assert stopped(**changes) is None


@pytest.mark.parametrize(
    "body", [{}, {"container": None}, {"actions": []}, {"actions": [None], "user": "UANN"}]
)
def test_a_click_that_cannot_be_read_is_none_and_raises_nothing(body: dict[str, object]) -> None:
    assert StopClick.of_click(body, ME) is None


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (Rule.DIRECT, words.NOTHING_RUNNING),
        (Rule.NO_SESSION, words.NOTHING_RUNNING),
        (Rule.EXTERNAL, words.REFUSED_EXTERNAL),
        (Rule.OTHER_BOT, None),
    ],
)
def test_who_pressed_stop_in_vain_is_told_why(rule: Rule, told: str | None) -> None:
    assert refusal_of_stop(Ruling(rule=rule)) == told
