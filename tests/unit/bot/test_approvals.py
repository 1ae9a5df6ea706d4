"""Calls that need an approval: the card, the decisions, what runs and what is told."""

import asyncio
from datetime import timedelta

import pytest

from bot import words
from bot.cards import words as card_words
from bot.cards.card import DECIDED
from bot.cards.reading import Cards
from bot.errors import Hope, PostingError
from bot.investigators.approvals import Ask, CallState, PendingCall, Verdict
from bot.investigators.contract import Case
from bot.surfaces.memory import SUSPENDED, MemoryPost
from bot.turns.deeds.contract import MAX_TRIES
from session import MessageState, Outcome, SessionId
from tests.unit.bot.approvals import (
    RESTART,
    SCALE,
    Careful,
    card_of,
    decision,
    restart,
    withdrawal,
)
from tests.unit.bot.rooms import Room
from tests.unit.bot.stories import TTL, lock_of, question, stop, take_in
from tests.unit.bot.virtual_time import in_virtual_time

FAILED = words.failed("req_holder").replace("`", "")


async def asked(room: Room, *more: object) -> SessionId:
    """Ask a question that leads to a card."""
    (message, *_) = await take_in(room.repository, restart())
    await turn(room, message.session_id)
    return message.session_id


async def turn(room: Room, session_id: SessionId) -> None:
    """Run a turn, and what it leaves to be done without the lock."""
    result = await room.turn(session_id)
    for work in result.afterwards:
        await work()


def card_in(room: Room) -> MemoryPost:
    """The card as it stands in the thread."""
    return next(post for post in room.surface.posts if card_words.title(1)[:14] in post.text)


@in_virtual_time
async def test_a_turn_that_asks_is_parked_under_a_card_and_frees_the_thread() -> None:
    room = Room(Careful(found="db-7 is full").investigate)
    session_id = await asked(room)
    notice, found, arguments, card = room.surface.posts
    assert (notice.text, found.text) == (words.STARTING, "db-7 is full")
    assert arguments.text == (
        'restart of the server k8s with these arguments:\n\n{"name": "checkout"}'
    )
    assert "restart of the server k8s: not decided yet" in card.text
    assert "Asked by @Ann. Open until " in card.text
    assert [action.text for action in card.actions] == ["Approve", "Deny"]
    assert not arguments.actions
    assert await room.states(session_id) == [("please restart checkout", Outcome.PARKED)]
    assert await room.repository.open_messages(session_id) == []
    session = await room.repository.get_session(session_id)
    assert session is not None
    assert session.lease is None, "nothing is locked while a person is waited for"
    assert room.surface.statuses[-1] == SUSPENDED


@in_virtual_time
async def test_an_approved_call_runs_and_thread_and_card_say_so() -> None:
    careful = Careful()
    room = Room(careful.investigate)
    session_id = await asked(room)
    await take_in(room.repository, decision(await card_of(room.repository, session_id)))
    await turn(room, session_id)
    assert careful.ran == ["c1"]
    line = "restart of the server k8s: done. Approved by @Ben."
    assert room.surface.texts[-1] == f"• {line}\n\nlooked"
    assert "approved by @Ben, done" in card_in(room).text
    assert card_in(room).actions == ()
    assert {outcome for _, outcome in await room.states(session_id)} == {"decided", "answered"}
    assert room.surface.statuses[-1] is None
    assert words.INTERRUPTED not in room.surface.texts, "nobody was cut off: a person was asked"
    assert await Cards(room.repository).of(session_id) is None


@in_virtual_time
async def test_a_denied_call_does_not_run() -> None:
    careful = Careful()
    room = Room(careful.investigate)
    session_id = await asked(room)
    card = await card_of(room.repository, session_id)
    await take_in(room.repository, decision(card, approves=False))
    await turn(room, session_id)
    assert (careful.ran, careful.told) == ([], [("c1", Verdict.DENIED)])
    assert "k8s: not run. Denied by @Ben." in room.surface.texts[-1]
    assert "denied by @Ben, not run" in card_in(room).text


@in_virtual_time
async def test_the_last_decision_resumes_and_the_others_wait_for_it() -> None:
    careful = Careful(wanted=(RESTART, SCALE))
    room = Room(careful.investigate)
    session_id = await asked(room)
    card = await card_of(room.repository, session_id)
    assert [it.text for it in room.surface.posts[-1].actions] == [
        "Approve 1",
        "Deny 1",
        "Approve 2",
        "Deny 2",
    ]
    await take_in(room.repository, decision(card, 2, approves=False))
    await turn(room, session_id)
    assert careful.told == []
    assert [it.text for it in room.surface.posts[-1].actions] == ["Approve 1", "Deny 1"]
    assert "2. scale: denied by @Ben, not run" in room.surface.posts[-1].text
    await take_in(room.repository, decision(card, 1, ts="51"))
    await turn(room, session_id)
    assert careful.ran == ["c1"]
    assert careful.told == [("c1", Verdict.APPROVED), ("c2", Verdict.DENIED)]


@in_virtual_time
async def test_the_buttons_are_gone_before_anything_runs() -> None:
    careful = Careful()
    room = Room(careful.investigate)
    session_id = await asked(room)
    seen: list[tuple[str, int]] = []
    careful.on_run = lambda: seen.append((card_in(room).text, len(card_in(room).actions)))
    await take_in(room.repository, decision(await card_of(room.repository, session_id)))
    await turn(room, session_id)
    ((text, buttons),) = seen
    assert "approved by @Ben" in text
    assert buttons == 0


@pytest.mark.parametrize(
    ("state", "why", "said"),
    [
        (CallState.FAILED, "no such pod", "failed (no such pod)"),
        (CallState.NOT_RUN, "the tool is gone", "not run (the tool is gone)"),
        (CallState.UNKNOWN, "", "outcome not known, it may have been done"),
    ],
)
def test_the_line_about_a_call_is_ours(state: CallState, why: str, said: str) -> None:
    @in_virtual_time
    async def story() -> None:
        room = Room(Careful(state=state, why=why).investigate)
        session_id = await asked(room)
        await take_in(room.repository, decision(await card_of(room.repository, session_id)))
        await turn(room, session_id)
        assert f"k8s: {said}. Approved by @Ben." in room.surface.texts[-1]
        assert f"approved by @Ben, {said}" in card_in(room).text

    story()


@in_virtual_time
async def test_what_nobody_told_of_is_not_known() -> None:
    careful = Careful()

    def fail() -> None:
        raise RuntimeError("the connection broke")

    careful.on_run = fail
    room = Room(careful.investigate)
    session_id = await asked(room)
    await take_in(room.repository, decision(await card_of(room.repository, session_id)))
    await turn(room, session_id)
    assert "k8s: outcome not known, it may have been done." in room.surface.texts[-1]
    assert FAILED in room.surface.texts[-1]
    assert await Cards(room.repository).of(session_id) is None


@in_virtual_time
async def test_the_thread_works_while_a_card_is_open() -> None:
    room = Room(Careful().investigate)
    session_id = await asked(room)
    await take_in(room.repository, question("2", "who is on call?"))
    await turn(room, session_id)
    assert room.surface.texts[-1] == "looked, c1 pending"
    assert card_in(room).actions, "it is still open"
    assert room.surface.statuses[-1] == SUSPENDED
    await take_in(room.repository, decision(await card_of(room.repository, session_id)))
    await turn(room, session_id)
    assert "done. Approved by @Ben." in room.surface.texts[-1]


@in_virtual_time
async def test_nothing_else_can_be_asked_for_while_a_card_is_open() -> None:
    async def insists(_: Case) -> Ask:
        return Ask(calls=(RESTART,))

    room = Room(insists)
    session_id = await asked(room)
    card = await card_of(room.repository, session_id)
    await take_in(room.repository, restart("2"))
    await turn(room, session_id)
    assert room.surface.texts[-1] == FAILED
    assert await card_of(room.repository, session_id) == card


@in_virtual_time
async def test_after_a_day_card_and_thread_say_that_nobody_answered() -> None:
    careful = Careful()
    room = Room(careful.investigate)
    session_id = await asked(room)
    card = await card_of(room.repository, session_id)
    day, now = timedelta(hours=24), room.repository.now()
    assert await room.repository.scan_due(until=now + day - timedelta(minutes=1)) == []
    (due,) = await room.repository.scan_due(until=now + day)
    assert due.state is MessageState.PARKED
    await take_in(room.repository, withdrawal(card))
    await turn(room, session_id)
    assert room.surface.texts[-1] == card_words.EXPIRED
    assert "restart of the server k8s: not run" in card_in(room).text
    assert card_words.NOBODY_ANSWERED in card_in(room).text
    assert "denied" not in card_in(room).text
    assert card_in(room).actions == ()
    late = decision(card)
    await take_in(room.repository, late)
    await turn(room, session_id)
    assert careful.ran == []
    assert room.surface.hints == [("UBEN", card_words.OVER)]
    assert await room.repository.open_messages(session_id) == []


@in_virtual_time
async def test_what_was_decided_in_time_counts() -> None:
    careful = Careful()
    room = Room(careful.investigate)
    session_id = await asked(room)
    card = await card_of(room.repository, session_id)
    await take_in(room.repository, withdrawal(card), decision(card))
    await turn(room, session_id)
    await turn(room, session_id)
    assert careful.ran == ["c1"]
    assert card_words.EXPIRED not in room.surface.texts
    assert await room.repository.open_messages(session_id) == []


@in_virtual_time
async def test_a_stop_withdraws_the_card_and_a_decision_comes_too_late() -> None:
    careful = Careful()
    room = Room(careful.investigate)
    session_id = await asked(room)
    card = await card_of(room.repository, session_id)
    await take_in(room.repository, decision(card), stop("55"))
    await turn(room, session_id)
    assert card_words.WITHDRAWN in room.surface.texts[-1]
    assert "Withdrawn by @Ann." in card_in(room).text
    assert card_in(room).actions == ()
    assert await room.repository.open_messages(session_id) == []
    assert careful.told == []


@in_virtual_time
async def test_somebody_elses_stop_leaves_the_card_and_stop_all_takes_it() -> None:
    room = Room(Careful().investigate)
    session_id = await asked(room)
    await take_in(room.repository, stop("55", author_id="UBEN"))
    await turn(room, session_id)
    assert card_in(room).actions
    assert room.surface.hints == [("UBEN", words.NOTHING_RUNNING)]
    await take_in(room.repository, question("56", "stop all", kind="stop all", author_id="UBEN"))
    await turn(room, session_id)
    assert card_in(room).actions == ()
    assert "Withdrawn by @Ben." in card_in(room).text


@in_virtual_time
async def test_a_stop_in_mid_turn_tells_what_became_of_the_calls() -> None:
    careful = Careful(seconds=60)
    room = Room(careful.investigate)
    session_id = await asked(room)
    await take_in(room.repository, decision(await card_of(room.repository, session_id)))
    working = asyncio.create_task(turn(room, session_id))
    await asyncio.sleep(1)
    await take_in(room.repository, stop("58"))
    await working
    assert "restart of the server k8s: done. Approved by @Ben." in room.surface.texts[-1]
    assert "topped" in room.surface.texts[-1]


@in_virtual_time
async def test_a_deleted_question_withdraws_its_card_without_a_word() -> None:
    careful = Careful()
    room = Room(careful.investigate)
    session_id = await asked(room)
    card = await card_of(room.repository, session_id)
    posts = len(room.surface.posts)
    await room.repository.blank_message(card.questions[0])
    await take_in(room.repository, decision(card))
    await turn(room, session_id)
    assert careful.ran == []
    assert len(room.surface.posts) == posts
    assert card_words.DELETED in card_in(room).text


@in_virtual_time
async def test_a_card_stays_while_one_of_its_questions_does() -> None:
    room = Room(Careful().investigate)
    (first, _) = await take_in(room.repository, question("1", "hm"), restart("2"))
    await turn(room, first.session_id)
    card = await card_of(room.repository, first.session_id)
    await room.repository.blank_message(first.id)
    await take_in(room.repository, withdrawal(card, why="deleted"))
    await turn(room, first.session_id)
    assert card_in(room).actions
    assert await room.repository.open_messages(first.session_id) == []


@in_virtual_time
async def test_a_turn_handed_back_in_mid_run_is_told_by_the_next_and_runs_nothing_again() -> None:
    careful = Careful(seconds=60)
    room = Room(careful.investigate)
    session_id = await asked(room)
    await take_in(room.repository, decision(await card_of(room.repository, session_id)))
    working = asyncio.create_task(turn(room, session_id))
    await asyncio.sleep(1)
    working.cancel()
    await asyncio.wait({working})
    assert working.cancelled()
    careful.seconds = 0
    await turn(room, session_id)
    assert careful.ran == ["c1"]
    assert careful.told[-1] == ("c1", Verdict.OVER)
    assert "restart of the server k8s: done. Approved by @Ben." in room.surface.texts[-1]


@pytest.mark.parametrize(
    "arguments",
    ['{"password": "hunter2hunter2"}', '{"key": "AKIAIOSFODNN7EXAMPLE"}'],
)
def test_what_cannot_be_shown_as_it_would_run_is_not_asked_for(arguments: str) -> None:
    @in_virtual_time
    async def story() -> None:
        wanted = PendingCall(id="c1", tool="restart", arguments=arguments)
        room = Room(Careful(wanted=(wanted,)).investigate)
        session_id = await asked(room)
        assert room.surface.texts[-1] == FAILED
        assert await Cards(room.repository).of(session_id) is None

    story()


@in_virtual_time
async def test_arguments_are_shown_whole_and_what_is_unseen_is_spelled() -> None:
    hidden = '{"name": "a\u202eb\u200b<!channel> <@UBEN>\u00a0"}'
    wanted = tuple(
        PendingCall(id=f"c{number}", tool="restart\u2066", arguments=hidden + "x" * 2_000)
        for number in range(5)
    )
    room = Room(Careful(wanted=wanted).investigate)
    await asked(room)
    shown = "\n".join(room.surface.texts)
    exact = r'{"name": "a\u{202e}b\u{200b}<!channel> <@UBEN>\u{a0}"}' + "x" * 2_000
    assert shown.count(exact) == 5
    assert r"restart\u{2066} with these arguments" in shown
    assert len(room.surface.posts[-1].actions) == 10


@in_virtual_time
async def test_an_owed_card_is_posted_with_its_buttons_by_a_successor() -> None:
    room = Room(Careful().investigate)
    room.surface.refuse = lambda _, label: (
        PostingError("token_revoked", hope=Hope.REPAIRABLE) if label.kind == "answer" else None
    )
    session_id = await asked(room)
    assert room.surface.texts == [words.STARTING]
    room.surface.refuse = lambda *_: None
    await asyncio.sleep(10)
    await turn(room, session_id)
    assert "with these arguments" in room.surface.texts[-2]
    assert [action.text for action in room.surface.posts[-1].actions] == ["Approve", "Deny"]


@in_virtual_time
async def test_stop_all_ends_the_turn_that_runs_and_the_card_that_is_open() -> None:
    careful = Careful()
    room = Room(careful.investigate)
    session_id = await asked(room)
    careful.seconds = 60
    await take_in(room.repository, question("2", "who is on call?", author_id="UCLEO"))
    working = asyncio.create_task(turn(room, session_id))
    await asyncio.sleep(1)
    await take_in(room.repository, question("57", "stop all", kind="stop all", author_id="UBEN"))
    await working
    assert card_words.WITHDRAWN in room.surface.texts[-1]
    assert card_in(room).actions == ()
    assert {outcome for _, outcome in await room.states(session_id)} == {Outcome.STOPPED}


@in_virtual_time
async def test_a_question_that_is_given_up_behind_an_approved_call_says_so() -> None:
    careful = Careful()
    room = Room(careful.investigate)
    session_id = await asked(room)
    card = await card_of(room.repository, session_id)
    (decided,) = await take_in(room.repository, decision(card))
    for number in range(MAX_TRIES):
        lock = await lock_of(room.repository, session_id)
        await lock.begin_turn(card.questions)
        if number == 0:
            await lock.close([decided.id], DECIDED)
        await asyncio.sleep(TTL.total_seconds())
    await turn(room, session_id)
    assert careful.ran == []
    assert "outcome not known, it may have been done" in room.surface.texts[-1]
    assert words.gave_up(["req_1"]).replace("`", "") in room.surface.texts[-1]
    assert await Cards(room.repository).of(session_id) is None
