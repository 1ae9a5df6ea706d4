"""Ids are the same on every instance, for ever, and no two threads share one."""

from hypothesis import given
from hypothesis import strategies as st

from session import SlackThread, slack_message_id, slack_session_id
from session.ids import random_session_id

PART = st.text(st.sampled_from("CT1:.|/é🦔\x00 "), min_size=1, max_size=8)
TICKET = st.none() | PART
THREAD = st.builds(SlackThread, team_id=PART, channel_id=PART, thread_ts=PART)


def thread(team: str, channel: str, ts: str) -> SlackThread:
    return SlackThread(team_id=team, channel_id=channel, thread_ts=ts)


def test_an_id_never_changes_from_one_version_to_the_next() -> None:
    """Stores are full of these: a change of one letter would lose every conversation."""
    here = thread("T024BE7LD", "C024BE91L", "1712345678.000100")
    assert slack_session_id(here) == "slack_ticketless_c82b5d0018381d84aee24a39c8166b58"
    assert slack_session_id(here, "SEC-42") == "slack_17bcba5004e2579f13ed07529c7ce2ee"
    assert (
        slack_message_id("T024BE7LD", "C024BE91L", "1712345678.000100")
        == "slack_msg_c82b5d0018381d84aee24a39c8166b58"
    )


def test_an_empty_ticket_is_no_ticket() -> None:
    here = thread("T1", "C1", "1.1")
    assert slack_session_id(here, "") == slack_session_id(here)


def test_separators_inside_a_part_make_no_two_threads_meet() -> None:
    assert slack_session_id(thread("T1:C1", "C", "1")) != slack_session_id(
        thread("T1", "C1:C", "1")
    )
    assert slack_session_id(thread("1", "11", "1")) != slack_session_id(thread("11", "1", "1"))
    assert slack_session_id(thread("2:ab", "c", "1")) != slack_session_id(thread("2", "ab:c", "1"))


@given(THREAD, TICKET, THREAD, TICKET)
def test_two_ids_are_equal_only_for_the_same_thread_and_ticket(
    one: SlackThread, its_ticket: str | None, other: SlackThread, other_ticket: str | None
) -> None:
    same = (one, its_ticket) == (other, other_ticket)
    assert (slack_session_id(one, its_ticket) == slack_session_id(other, other_ticket)) is same


@given(THREAD, PART, PART)
def test_a_ticket_moved_between_the_parts_makes_another_id(
    one: SlackThread, ticket: str, more: str
) -> None:
    glued = thread(one.team_id, one.channel_id, one.thread_ts + more)
    assert slack_session_id(one, more + ticket) != slack_session_id(glued, ticket)


@given(THREAD, PART)
def test_ids_with_and_without_ticket_never_meet(one: SlackThread, ticket: str) -> None:
    plain, ticketed = slack_session_id(one), slack_session_id(one, ticket)
    assert plain.startswith("slack_ticketless_")
    assert ticketed.startswith("slack_")
    assert not ticketed.startswith("slack_ticketless_")
    assert len(plain.removeprefix("slack_ticketless_")) == 32
    assert len(ticketed.removeprefix("slack_")) == 32


@given(THREAD, THREAD)
def test_two_messages_have_two_ids(one: SlackThread, other: SlackThread) -> None:
    ids = {
        slack_message_id(each.team_id, each.channel_id, each.thread_ts) for each in (one, other)
    }
    assert (len(ids) == 1) is (one == other)


def test_random_ids_name_their_source_and_are_fresh() -> None:
    ids = {random_session_id("cli") for _ in range(100)}
    assert len(ids) == 100
    assert all(id.startswith("cli_") and len(id) == 36 for id in ids)
