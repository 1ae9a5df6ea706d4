"""What an event says, and whether the message in it is for us."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import words
from bot.config.permissions import Permissions
from bot.entry.dispatch import is_of_team
from bot.intake.incoming import MOST_FILES, Incoming
from bot.intake.policy import Policy
from bot.intake.revisions import Deletion, Edit, is_interruption
from bot.intake.rules import Rule, for_us
from bot.slack.addresses import sent_at
from session import slack_message_id
from session.storable import check_message
from tests.unit.bot.examples import ME, ODD_JSON, event, patient

MENTION = {"type": "app_mention", "channel_type": None, "text": "<@UBURROW> help"}

# What for_us says of each payload, where replies count and all channels are served.
CASES: list[tuple[str, dict[str, Any], Rule]] = [
    ("an app_mention", MENTION, Rule.MENTION),
    ("its message twin", {"text": "<@UBURROW> help"}, Rule.MENTION),
    ("a mention with a label", {"text": "hey <@UBURROW|burrow>"}, Rule.MENTION),
    ("a mention of someone whose id begins alike", {"text": "so <@UBURROW2>?"}, Rule.REPLY),
    ("a mention that was edited in", MENTION | {"edited": {"user": "UANN"}}, Rule.MENTION),
    ("a root message with a mention", {"thread_ts": None, "text": "<@UBURROW>"}, Rule.MENTION),
    ("a root message without one", {"thread_ts": None}, Rule.NO_MENTION),
    ("a root whose thread_ts is its own", {"thread_ts": "1712345679.123456"}, Rule.NO_MENTION),
    ("a reply", {}, Rule.REPLY),
    ("a reply to somebody", {"text": "<@UBEN> did you?"}, Rule.ADDRESSED),
    ("a reply to a group", {"text": " <!subteam^S1|@sre> look"}, Rule.ADDRESSED),
    ("a reply that names somebody later", {"text": "ask <@UBEN>"}, Rule.REPLY),
    ("one to somebody and the bot", {"text": "<@UBEN> <@UBURROW> look"}, Rule.MENTION),
    ("a direct message", {"channel": "D1", "channel_type": "im", "thread_ts": None}, Rule.DIRECT),
    ("one of another type", {"channel": "D1", "channel_type": "channel"}, Rule.DIRECT),
    ("one in the app's home", {"channel": "D1", "channel_type": "app_home"}, Rule.DIRECT),
    ("one without a type", {"channel": "D1", "channel_type": None}, Rule.DIRECT),
    ("Slackbot", {"user": "USLACKBOT", "text": "<@UBURROW> hi"}, Rule.OTHER_BOT),
    ("a group direct message", {"channel_type": "mpim", "thread_ts": None}, Rule.NO_MENTION),
    (
        "a group direct message with a mention",
        {"channel_type": "mpim", "thread_ts": None, "text": "<@UBURROW> hi"},
        Rule.MENTION,
    ),
    ("a reply with a file", {"subtype": "file_share", "files": [{"name": "a"}]}, Rule.REPLY),
    ("a reply sent to the channel too", {"subtype": "thread_broadcast"}, Rule.REPLY),
    ("a /me", {"subtype": "me_message"}, Rule.REPLY),
    ("an edit", {"subtype": "message_changed", "user": None, "text": None}, Rule.SUBTYPE),
    ("a deletion", {"subtype": "message_deleted", "deleted_ts": "1.1"}, Rule.SUBTYPE),
    ("a join", {"subtype": "channel_join", "text": "<@UBURROW> has joined"}, Rule.SUBTYPE),
    ("a new topic", {"subtype": "channel_topic"}, Rule.SUBTYPE),
    ("a bot_message", {"subtype": "bot_message", "bot_id": "B2"}, Rule.OTHER_BOT),
    ("an app's root message", {"bot_id": "B2", "thread_ts": None}, Rule.NOT_IN_ALERTS),
    (
        "a classic app's",
        {"bot_id": "B2", "thread_ts": None, "user": None, "subtype": "bot_message"},
        Rule.NOT_IN_ALERTS,
    ),
    ("an app's direct message", {"bot_id": "B2", "channel": "D1"}, Rule.OTHER_BOT),
    ("an app that joins", {"bot_id": "B2", "subtype": "channel_join"}, Rule.SUBTYPE),
    ("another bot", {"bot_id": "B2"}, Rule.OTHER_BOT),
    ("another bot that mentions us", MENTION | {"bot_id": "B2"}, Rule.OTHER_BOT),
    ("our own post, by user", {"user": "UBURROW"}, Rule.OWN),
    ("our own post, by bot", {"user": None, "bot_id": "BBURROW"}, Rule.OWN),
    ("our own join", {"user": "UBURROW", "subtype": "channel_join"}, Rule.OWN),
    ("nobody's", {"user": None}, Rule.NO_AUTHOR),
    ("an empty reply", {"text": None}, Rule.REPLY),
]


POLICY = Policy(me=ME)


def incoming(**changes: Any) -> Incoming:
    found = Incoming.of(event(**changes), ME)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("changes", "rule"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_each_payload_falls_under_one_rule(changes: dict[str, Any], rule: Rule) -> None:
    assert for_us(incoming(**changes), POLICY) is rule


def test_exactly_mentions_direct_messages_replies_and_alerts_are_taken() -> None:
    of_people = {Rule.MENTION, Rule.DIRECT, Rule.REPLY}
    assert {rule for rule in Rule if rule.takes} == of_people | {Rule.ALERT, Rule.RECOVERY}


def test_replies_mention_declines_plain_replies_and_nothing_else() -> None:
    def rule(**changes: Any) -> Rule:
        return for_us(incoming(**changes), Policy(me=ME, reads_replies=False))

    assert rule() is Rule.MENTION_ONLY
    assert rule(**MENTION) is Rule.MENTION
    assert rule(channel="D1") is Rule.DIRECT


def test_other_channels_are_declined_even_for_mentions_but_direct_messages_are_not() -> None:
    def rule(**changes: Any) -> Rule:
        policy = Policy(me=ME, permissions=Permissions(channels=frozenset({"C2"})))
        return for_us(incoming(**changes), policy)

    assert rule(**MENTION) is Rule.CHANNEL
    assert rule(**MENTION | {"channel": "C2"}) is Rule.MENTION
    assert rule(channel="D1", channel_type="im") is Rule.DIRECT


def test_all_fields_of_a_message_are_read() -> None:
    found = incoming(
        subtype="file_share",
        files=[{"name": "dump.txt"}, {}, None, "odd", {"name": None}],
        edited={"user": "UANN", "ts": "1712345680.000000"},
    )
    assert (found.channel_id, found.user_id, found.text) == ("C1", "UANN", "what do we know?")
    assert found.thread.thread_ts == "1712345678.000200"
    assert found.is_reply
    assert found.edition == "1712345680.000000"
    assert found.file_names == ("dump.txt", "file", "file")


@pytest.mark.parametrize(
    ("changes", "ts"),
    [
        ({"subtype": "message_deleted", "deleted_ts": "1712345678.000200"}, "1712345678.000200"),
        (
            {
                "subtype": "message_changed",
                "message": {"subtype": "tombstone", "ts": "1712345678.000200"},
            },
            "1712345678.000200",
        ),
        ({"subtype": "message_changed", "message": {"ts": "1712345678.000200"}}, None),
        ({"subtype": "message_changed", "message": "odd"}, None),
        ({}, None),
    ],
)
def test_a_deletion_names_what_was_deleted(changes: dict[str, Any], ts: str | None) -> None:
    expected = slack_message_id("T1", "C1", ts) if ts else None
    found = Deletion.of(event(**changes), ME)
    assert (found and found.message_id) == expected


@pytest.mark.parametrize(
    ("before", "deleted_ts", "expected"),
    [
        ({"text": "<@UBURROW> why?"}, "1712345679.000100", True),
        ({"text": "why?", "thread_ts": "1712345600.000100"}, "1712345679.000100", True),
        (None, "1712345679.000100", True),
        ({"text": "why?"}, "1712345679.000100", False),
        ({"text": "<@UBURROW> why?"}, "1712349678.000100", False),
        ({"text": "<@UBURROW> why?"}, "soon", False),
    ],
)
def test_a_deletion_says_whether_its_message_may_be_for_us_and_still_to_come(
    before: dict[str, Any] | None, deleted_ts: str, expected: bool
) -> None:
    ts = "1712345678.000200"
    previous = None if before is None else {"ts": ts, "user": "UANN"} | before
    body = event(
        subtype="message_deleted", ts=deleted_ts, deleted_ts=ts, previous_message=previous
    )
    found = Deletion.of(body, ME)
    assert found is not None
    assert found.may_come_first is expected


BEFORE = {"ts": "1712345678.000200", "user": "UANN", "text": "why is it slow?"}
EDITED = {**BEFORE, "text": "why is it down?", "edited": {"user": "UANN", "ts": "1712345680.1"}}


def changed(message: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    return event(subtype="message_changed", message=message, previous_message=before)


def test_an_authors_own_change_of_words_is_an_edit() -> None:
    edit = Edit.of(changed(EDITED, BEFORE), ME)
    assert edit is not None
    assert edit.message.text == "why is it down?"
    assert edit.message.message_id == slack_message_id("T1", "C1", BEFORE["ts"])
    assert edit.message.edition == "1712345680.1 1712345679.123456"
    assert edit.may_come_first


@pytest.mark.parametrize(
    ("message", "says_so"),
    [
        ({"user": "UBURROW", "text": words.TRACE_INTERRUPTED}, True),
        ({"bot_id": "BBURROW", "text": f"{words.STARTING}\n{words.TRACE_INTERRUPTED}"}, True),
        ({"user": "UANN", "text": words.TRACE_INTERRUPTED}, False),
        ({"user": "UBURROW", "text": words.STARTING}, False),
        ({}, False),
    ],
)
def test_a_message_of_ours_tells_that_its_turn_was_interrupted(
    message: dict[str, Any], says_so: bool
) -> None:
    assert is_interruption(changed(message, None), ME) is says_so


def test_an_edit_long_after_its_message_came_does_not_come_first() -> None:
    late = {**EDITED, "edited": {"user": "UANN", "ts": "1712349999.000000"}}
    edit = Edit.of(changed(late, BEFORE), ME)
    assert edit is not None
    assert not edit.may_come_first


@pytest.mark.parametrize(
    ("message", "before"),
    [
        ({**BEFORE, "attachments": [{"title": "a preview"}]}, BEFORE),
        ({**BEFORE, "reply_count": 3}, BEFORE),
        ({**BEFORE, "metadata": {"event_type": "x"}}, BEFORE),
        ({**EDITED, "user": "UBURROW", "edited": {"user": "UBURROW", "ts": "1.1"}}, BEFORE),
        ({**EDITED, "edited": {"user": "UBEN", "ts": "1.1"}}, BEFORE),
        ({**EDITED, "attachments": [{"title": "a preview"}]}, EDITED),
        ({**EDITED, "subtype": "tombstone"}, BEFORE),
        ({**EDITED, "text": BEFORE["text"]}, BEFORE),
    ],
    ids=["unfurl", "reply", "metadata", "ours", "somebody", "late unfurl", "deletion", "same"],
)
def test_whatever_else_changes_a_message_is_no_edit(
    message: dict[str, Any], before: dict[str, Any]
) -> None:
    assert Edit.of(changed(message, before), ME) is None


def test_a_forwarded_message_is_read_with_its_words_and_files() -> None:
    forwarded = {
        "is_share": True,
        "text": "checkout-api is down",
        "files": [{"name": "trace.log"}],
    }
    found = incoming(text="<@UBURROW>", attachments=[forwarded])
    assert "checkout-api is down" in found.text
    assert found.words == "<@UBURROW>"
    assert found.file_names == ("trace.log",)


@pytest.mark.parametrize("text", ["half \ud83d", "nul \0", "\udfff"])
def test_what_no_store_takes_is_replaced(text: str) -> None:
    found = incoming(text=text)
    found.text.encode()
    assert "\ufffd" in found.text


@pytest.mark.parametrize(
    "changes",
    [
        {"files": [{"name": "\ud83d.log"}, {"name": "a\0b"}]},
        {"files": [{"name": "x" * 10_000}] * 5_000},
        {"files": "abc", "attachments": {"files": 1}},
        {"text": "x" * 1_000_000},
        {"attachments": [{"text": "y" * 10_000} for _ in range(200)]},
        {"attachments": [{"text": "\ud83d\0", "files": [{"name": "\udfff"}]}]},
    ],
    ids=["files", "long files", "none", "long", "long forwards", "broken forwards"],
)
def test_whatever_comes_with_a_message_can_be_stored(changes: dict[str, Any]) -> None:
    found = incoming(**changes)
    check_message(found.as_message("req_1", "question"))
    assert len(found.file_names) <= MOST_FILES


@pytest.mark.parametrize("user", ["U1\ud83d", "U\0", "../U1", "U" * 2_000, "<@U1>", "U 1"])
def test_who_has_no_id_has_written_nothing(user: str) -> None:
    assert for_us(incoming(user=user), Policy(me=ME)) is Rule.NO_AUTHOR


@pytest.mark.parametrize(
    "thread_ts",
    ["../../x", "1712345678", "a.b", "1.2.3", "9" * 20 + ".1", "1712345678." + "1" * 10, "１.２"],
)
def test_a_thread_that_no_message_can_have_is_no_message(thread_ts: str) -> None:
    assert Incoming.of(event(thread_ts=thread_ts), ME) is None


def test_a_root_message_begins_its_own_thread() -> None:
    found = incoming(thread_ts=None)
    assert found.thread.thread_ts == found.ts
    assert not found.is_reply


def test_a_mention_and_its_message_twin_meet_in_one_id() -> None:
    mention, message = incoming(**MENTION), incoming(text="<@UBURROW> help")
    assert mention.message_id == message.message_id
    assert [twin.comes_once for twin in (mention, message)] == [True, False]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event": None},
        {"event": "message"},
        event(type="reaction_added"),
        event(type=None),
        event(channel=None),
        event(channel={"id": "C1"}),
        event(ts=None),
        event(ts="yesterday"),
        event(ts=1712345679.12),
        event(ts="9" * 40 + ".000001"),
    ],
)
def test_what_is_no_message_is_none(body: dict[str, Any]) -> None:
    assert Incoming.of(body, ME) is None


FIELDS = (
    *("type", "channel", "channel_type", "user", "ts", "thread_ts", "text", "subtype", "bot_id"),
    *("edited", "message", "previous_message", "deleted_ts", "files", "attachments"),
)


@patient
@given(st.dictionaries(st.sampled_from(FIELDS), ODD_JSON))
def test_a_hostile_payload_never_raises(odd: dict[str, Any]) -> None:
    body = event()
    body["event"] |= odd
    found = Incoming.of(body, ME)
    if found is not None:
        for_us(found, Policy(me=ME, permissions=Permissions(channels=frozenset({"C1"}))))
        check_message(found.as_message("req_1", "question"))
    is_of_team(body | {"team_id": odd.get("user"), "authorizations": odd.get("files")}, "T1")
    Edit.of(body, ME)
    Deletion.of(body, ME)
    change = event(subtype="message_changed")
    change["event"]["message"] = body["event"] | {"bot_id": "B2"}
    if (changed := Incoming.of_change(change, ME)) is not None:
        for_us(changed, Policy(me=ME, alerts={"C1": frozenset()}))
        assert changed.app_name == changed.app_name.strip()


def test_sent_at_keeps_every_microsecond() -> None:
    assert sent_at("1712345678.000200") == datetime(2024, 4, 5, 19, 34, 38, 200, tzinfo=UTC)
    assert sent_at("1712345678.999999").microsecond == 999_999
    assert sent_at("1712345678").microsecond == 0
    assert sent_at("1712345678.1").microsecond == 100_000


def test_what_is_stored_holds_no_secret_and_says_who_asked_whom() -> None:
    found = incoming(**MENTION | {"text": "<@UBURROW> token xoxb-123456789012-secretsecret"})
    stored = found.as_message("req_1", "question")
    assert "secretsecret" not in stored.text
    assert stored.attributes == {"ts": found.ts, "asks": True, "files": [], "shared": None}
    assert (stored.author_id, stored.sent_at, stored.id) == (
        "UANN",
        found.sent_at,
        found.message_id,
    )
    assert incoming().as_message("req_1", "question").attributes["asks"] is False
