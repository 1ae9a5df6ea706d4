"""One turn over what is open, seen on a surface in memory."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import words
from bot.document.markdown import document_of
from bot.document.posts import Attachment, Label
from bot.document.sentences import sentence
from bot.document.values import Document, PlanItem, PlanState
from bot.errors import Hope, PostingError
from bot.investigators.contract import Case, Finding, Progress
from bot.turns import views
from bot.turns.open_turn import OpenTurn
from bot.turns.progress import GOES_ON
from bot.turns.progress import Progress as ProgressMessage
from session import MessageState, Outcome, Resolver, SlackThread
from tests.unit.bot.rooms import Room
from tests.unit.bot.stories import (
    lock_of,
    question,
    stop,
    take_in,
)
from tests.unit.bot.virtual_time import in_virtual_time, real_time


def finds(*found: Finding | str | Progress, seconds: float = 0.0) -> Callable[[Case], Any]:
    """An investigator that yields these, then takes its time."""

    async def investigate(_: Case) -> AsyncIterator[Finding | str | Progress]:
        for step in found:
            yield step
        await asyncio.sleep(seconds)

    return investigate


def raises(error: BaseException, *found: str) -> Callable[[Case], Any]:
    """An investigator that yields these and then fails."""

    async def investigate(_: Case) -> AsyncIterator[str]:
        for step in found:
            yield step
        raise error

    return investigate


@in_virtual_time
async def test_a_question_is_answered_under_the_notice_of_a_new_session() -> None:
    room = Room(finds("a cold cache"))
    (asked,) = await take_in(room.repository, question("1"))
    result = await room.turn(asked.session_id)
    assert room.surface.texts == [words.STARTING, "a cold cache"]
    assert [message.id for message in result.closed] == [asked.id]
    assert result.is_delivered
    assert await room.states(asked.session_id) == [("why?", Outcome.ANSWERED)]
    assert await room.repository.open_messages(asked.session_id) == []


@in_virtual_time
async def test_findings_become_one_stored_answer_that_pings_nobody() -> None:
    room = Room(finds("ask <@UBEN>", "", "second"))
    (asked,) = await take_in(room.repository, question("1"))
    await room.turn(asked.session_id)
    assert room.surface.texts[1:] == ["ask @Ben\n\nsecond"]
    answer = await room.answer(asked.session_id)
    assert (answer.author_id, answer.text) == ("burrow", "ask @Ben\n\nsecond")


@pytest.mark.parametrize("found", [(), ("",), (" \n ",)])
def test_an_answer_without_a_word_says_that_nothing_was_found(found: tuple[str, ...]) -> None:
    @in_virtual_time
    async def story() -> None:
        room = Room(finds(*found))
        (asked,) = await take_in(room.repository, question("1"))
        await room.turn(asked.session_id)
        assert room.surface.texts[-1] == words.NOTHING_FOUND

    story()


@in_virtual_time
async def test_an_answer_that_is_a_file_alone_does_not_say_that_nothing_was_found() -> None:
    table = Attachment(title="Table", document=document_of("# All of it"))
    room = Room(finds(Finding(attachments=(table,))))
    (asked,) = await take_in(room.repository, question("1"))
    await room.turn(asked.session_id)
    assert words.NOTHING_FOUND not in room.surface.texts[-1]
    assert "is in the file" in room.surface.texts[-1]
    assert [file.text for file in room.surface.files] == ["# All of it"]


@in_virtual_time
async def test_an_answer_says_how_much_of_the_thread_could_be_read() -> None:
    room = Room(finds("a cold cache"))
    room.surface.hidden_messages = 240
    (asked,) = await take_in(room.repository, question("1"))
    await room.turn(asked.session_id)
    assert room.surface.texts[-1] == f"{words.read_in_part(0, 240)}\n\na cold cache"


@in_virtual_time
async def test_of_a_long_session_the_newest_entries_are_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views, "MOST_ENTRIES", 4)
    given: list[list[str]] = []

    async def investigate(case: Case) -> AsyncIterator[str]:
        given.append([entry.text for entry in await case.timeline.read()])
        yield f"answer {len(given)}"

    room = Room(investigate)
    for ts in ("1", "2", "3", "4", "5", "6"):
        (asked,) = await take_in(room.repository, question(ts, f"question {ts}"))
        await room.turn(asked.session_id)
    assert len(given[1]) == 2
    # The one to be answered is among the newest four.
    assert given[5][-1] == "question 5"
    assert len(given[5]) == 3
    assert "question 1" not in given[5]


@in_virtual_time
async def test_all_parts_are_posted_in_order_with_their_labels() -> None:
    room = Room(finds("one", "two", "three"))
    room.surface.blocks_in_part = 1
    (asked,) = await take_in(room.repository, question("1"))
    await room.turn(asked.session_id)
    labels = [post.posted.label for post in room.surface.posts[1:]]
    key = f"{asked.session_id}#1/answer"
    assert labels == [Label(kind="answer", key=key, part=number, of=3) for number in (1, 2, 3)]


OLD = Finding(text="nothing changed", worth_posting=False, notebook={"count": 1})
NEW = Finding(text="a cold cache", notebook={"count": 2})


@pytest.mark.parametrize(
    ("finding", "asks", "is_answered"),
    [(NEW, True, True), (NEW, False, True), (OLD, True, True), (OLD, False, False)],
)
def test_a_plain_reply_is_answered_only_if_there_is_something_new(
    finding: Finding, asks: bool, is_answered: bool
) -> None:
    @in_virtual_time
    async def story() -> None:
        room = Room(finds(finding))
        new = question("1", attributes={"ts": "1", "asks": asks})
        (asked,) = await take_in(room.repository, new)
        await room.turn(asked.session_id)
        assert (finding.text in room.surface.texts) is is_answered
        assert room.surface.signs == set()
        assert await room.states(asked.session_id) == [("why?", Outcome.ANSWERED)]
        notebook = await room.repository.read_notebook(asked.session_id, "test")
        assert notebook == finding.notebook

    story()


@in_virtual_time
async def test_one_mention_among_plain_replies_is_enough() -> None:
    room = Room(finds(OLD))
    reply = question("1", attributes={"ts": "1", "asks": False})
    asked, _ = await take_in(room.repository, reply, question("2"))
    result = await room.turn(asked.session_id)
    assert room.surface.texts[-1] == OLD.text
    assert len(result.closed) == 2


@in_virtual_time
async def test_the_next_turn_reads_the_notebook_that_the_last_one_left() -> None:
    seen: list[object] = []

    async def investigate(case: Case) -> Finding:
        notebook = await case.notebook.read()
        seen.append(notebook)
        return Finding(text="x", notebook={"count": len(seen)})

    room = Room(investigate)
    for ts in ("1", "2"):
        (asked,) = await take_in(room.repository, question(ts))
        await room.turn(asked.session_id)
    assert seen == [{}, {"count": 1}]


@in_virtual_time
async def test_a_stopped_turn_says_who_stopped_it_and_keeps_what_was_found() -> None:
    room = Room(finds(NEW, seconds=100))
    asked, _, queued = await take_in(
        room.repository, question("1"), stop("2"), question("3", author_id="UBEN")
    )
    lock = await lock_of(room.repository, asked.session_id)
    await lock.begin_turn([asked.id])
    # The stop of Ann's names no turn and is older than Ben's question, which stays.
    result = await room.runner().run(lock)
    assert result is not None
    assert room.surface.texts[-1] == "Stopped by Ann."
    await lock.release()
    assert [message.text for message in result.closed] == ["why?", "stop"]
    assert (await room.repository.open_messages(asked.session_id))[0].id == queued.id


@in_virtual_time
async def test_a_stop_in_mid_turn_keeps_what_was_found_and_leaves_others_questions() -> None:
    room = Room(finds(NEW, seconds=100))
    (asked,) = await take_in(room.repository, question("1", author_id="UBEN"))
    running = asyncio.create_task(room.turn(asked.session_id))
    await asyncio.sleep(1)
    turn_id = f"{asked.session_id}#1"
    await take_in(
        room.repository,
        question("2", "mine?", author_id="UCARL"),
        question("3", "and mine?"),
        stop("4", attributes={"stops": turn_id}),
        stop("5", attributes={"stops": turn_id}),
    )
    await running
    assert room.surface.texts[-1] == (
        "Stopped by Ann. This ends the questions of Ben too. What I found until then:\n\n"
        "a cold cache"
    )
    states = dict(await room.states(asked.session_id))
    assert states["mine?"] is None
    assert states["and mine?"] == Outcome.STOPPED
    assert await room.repository.read_notebook(asked.session_id, "test") == {"count": 2}


@in_virtual_time
async def test_a_stop_that_came_too_late_leaves_no_post_and_tells_its_author() -> None:
    room = Room(finds())
    (asked,) = await take_in(room.repository, stop("1"))
    await room.turn(asked.session_id)
    assert room.surface.texts == []
    assert room.surface.hints == [("UANN", words.NOTHING_RUNNING)]
    assert await room.states(asked.session_id) == [("stop", Outcome.STOPPED)]


@pytest.mark.parametrize(
    "error",
    [
        KeyError("x"),
        SystemExit(3),
        KeyboardInterrupt(),
        asyncio.CancelledError(),
        GeneratorExit(),
        TypeError("bad step"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_an_investigator_raises_is_one_sentence_with_what_was_found(
    error: BaseException,
) -> None:
    @in_virtual_time
    async def story() -> None:
        room = Room(raises(error, "half of it"))
        (asked,) = await take_in(room.repository, question("1"))
        with capture_logs():
            result = await room.turn(asked.session_id, "req_9")
        assert len(result.closed) == 1
        answer = room.surface.texts[-1]
        assert answer.startswith(words.failed("req_9").replace("`", ""))
        assert answer.endswith("half of it")
        assert await room.states(asked.session_id) == [("why?", Outcome.FAILED)]

    story()


@in_virtual_time
async def test_an_exit_in_an_investigators_thread_is_one_sentence_too() -> None:
    room = Room(lambda _: sys.exit(1))
    (asked,) = await take_in(room.repository, question("1"))
    lock = await lock_of(room.repository, asked.session_id)
    with capture_logs(), real_time():
        await room.runner().run(lock)
    assert await room.states(asked.session_id) == [("why?", Outcome.FAILED)]


@pytest.mark.parametrize(
    "bad",
    [
        {"when": object()},
        {"size": "x" * 600_000},
        {"half": "\ud83d"},
        {"number": float("nan")},
        {1: "a key"},
    ],
    ids=["object", "too large", "half a character", "NaN", "a number as key"],
)
def test_a_notebook_that_cannot_be_stored_fails_the_turn_at_once(bad: Any) -> None:
    @in_virtual_time
    async def story() -> None:
        room = Room(finds("good so far", Finding(text="bad", notebook=bad)))
        (asked,) = await take_in(room.repository, question("1"))
        with capture_logs():
            await room.turn(asked.session_id)
        assert "good so far" in room.surface.texts[-1]
        assert await room.states(asked.session_id) == [("why?", Outcome.FAILED)]

    story()


@in_virtual_time
async def test_a_turn_that_takes_too_long_ends_with_what_was_found() -> None:
    room = Room(finds("half of it", seconds=1_000), timeout=20)
    (asked,) = await take_in(room.repository, question("1"))
    await room.turn(asked.session_id, "req_9")
    answer = room.surface.texts[-1]
    assert answer.startswith("Sorry, I stopped this after 20 s")
    assert answer.endswith("half of it")


@in_virtual_time
async def test_the_last_of_several_mute_requests_counts() -> None:
    room = Room(finds())
    asked, _ = await take_in(
        room.repository, question("1", kind="unmute"), question("2", kind="mute")
    )
    await room.turn(asked.session_id)
    session = await room.repository.get_session(asked.session_id)
    assert session is not None
    assert session.muted
    assert room.surface.texts == [words.MUTED.replace("`", "")]


@pytest.mark.parametrize(
    ("replies", "kind", "said"),
    [
        ("all", "mute", words.MUTED),
        ("all", "unmute", words.UNMUTED),
        ("mention", "mute", words.MUTED_MENTIONS),
        ("mention", "unmute", words.UNMUTED_MENTIONS),
    ],
)
@in_virtual_time
async def test_a_muted_thread_is_told_which_replies_count(
    replies: str, kind: str, said: str
) -> None:
    room = Room(finds(), replies=replies)
    (asked,) = await take_in(room.repository, question("1", kind=kind))
    await room.turn(asked.session_id)
    assert room.surface.texts == [said.replace("`", "")]


@pytest.mark.parametrize("kind", ["mute", "unmute"])
@in_virtual_time
async def test_in_a_direct_message_where_all_is_said_to_the_bot_nothing_is_muted(
    kind: str,
) -> None:
    room = Room(finds())
    direct = SlackThread(team_id="T1", channel_id="D1", thread_ts="1")
    resolver = Resolver(room.repository)
    receipt = await resolver.resolve_slack_session(
        direct, "UANN", message=question("1", kind=kind)
    )
    await room.turn(receipt.session.id)
    session = await room.repository.get_session(receipt.session.id)
    assert session is not None
    assert not session.muted
    assert room.surface.texts == [words.NOT_MUTED_HERE.replace("`", "")]


@in_virtual_time
async def test_what_its_author_deleted_is_closed_in_silence() -> None:
    room = Room(finds("never seen"))
    (asked,) = await take_in(room.repository, question("1", text="", attributes={}))
    await room.turn(asked.session_id)
    assert "never seen" not in room.surface.texts
    assert await room.states(asked.session_id) == [("", Outcome.STOPPED)]


@in_virtual_time
async def test_a_long_first_turn_shows_itself_under_its_notice_and_leaves_a_trace() -> None:
    room = Room(finds(Progress(text="Reading"), seconds=20))
    (asked,) = await take_in(room.repository, question("1"))
    running = asyncio.create_task(room.turn(asked.session_id))
    await asyncio.sleep(8)
    assert room.surface.texts == [f"{words.STARTING}\n\nReading{GOES_ON}"]
    assert [action.value for action in room.surface.posts[0].actions] == [f"{asked.session_id}#1"]
    await running
    assert room.surface.texts[0] == f"{words.STARTING}\n\nInvestigated for 20 s."
    assert room.surface.posts[0].actions == ()
    assert room.surface.statuses[-1] is None


@in_virtual_time
async def test_the_trace_counts_what_was_done_and_not_how_often_it_was_told() -> None:
    async def looks(_: Case) -> AsyncIterator[Progress | Finding]:
        yield Progress(text="Reading")
        for seconds in (5, 10):
            await asyncio.sleep(5)
            yield Progress(text=f"Reading ({seconds} s)", goes_on=True)
        yield Progress(text="Writing")
        yield Finding(text="found it")

    room = Room(looks)
    (asked,) = await take_in(room.repository, question("1"))
    await room.turn(asked.session_id)
    assert room.surface.texts[0] == f"{words.STARTING}\n\nInvestigated for 10 s in 2 steps."


@in_virtual_time
async def test_a_plan_stands_above_what_is_done_now_and_goes_with_it() -> None:
    plan = (PlanItem(text="logs", state=PlanState.COMPLETE), PlanItem(text="deploys"))
    room = Room(finds(Progress(text="Reading", plan=plan), seconds=20))
    (asked,) = await take_in(room.repository, question("1"))
    running = asyncio.create_task(room.turn(asked.session_id))
    await asyncio.sleep(10)
    shown = room.surface.texts[0]
    await running
    assert "Plan: 1 of 2 done" in shown
    assert shown.index("✓ logs") < shown.index("· deploys") < shown.index("Reading …")
    assert "deploys" not in "".join(room.surface.texts)


@in_virtual_time
async def test_a_later_long_turn_shows_itself_in_a_message_of_its_own() -> None:
    room = Room(finds(seconds=20))
    (asked,) = await take_in(room.repository, question("1"))
    await room.turn(asked.session_id)
    await take_in(room.repository, question("2"))
    running = asyncio.create_task(room.turn(asked.session_id))
    await asyncio.sleep(8)
    assert room.surface.texts[-1] == f"{words.INVESTIGATING}{GOES_ON}"
    await running
    assert room.surface.texts[-2:] == ["Investigated for 20 s.", words.NOTHING_FOUND]


@in_virtual_time
async def test_a_turn_that_was_cut_off_is_told_of_once_and_its_progress_mended() -> None:
    room = Room(finds("at last"))
    (asked,) = await take_in(room.repository, question("1"))
    lock = await lock_of(room.repository, asked.session_id, "req_dead")
    await lock.begin_turn([asked.id])
    label = Label(kind="progress", key=lock.claim.turn_id)
    posts = room.surface.under(lock)
    await posts.post(sentence(f"Reading{GOES_ON}"), label)
    await lock.release()
    await room.turn(asked.session_id)
    assert room.surface.texts == [
        words.TRACE_INTERRUPTED,
        words.STARTING,
        words.INTERRUPTED,
        "at last",
    ]
    turns = await room.repository.turns(asked.session_id)
    assert [turn.outcome for turn in turns] == [Outcome.INTERRUPTED, Outcome.ANSWERED]


@in_virtual_time
async def test_the_log_says_which_turn_was_cut_off_and_which_one_goes_on() -> None:
    room = Room(finds("at last"))
    (asked,) = await take_in(room.repository, question("1"))
    lock = await lock_of(room.repository, asked.session_id, "req_dead")
    await lock.begin_turn([asked.id])
    await lock.release()
    with capture_logs() as logs:
        await room.turn(asked.session_id)
    (started,) = [line for line in logs if line["event"] == "turn.started"]
    assert started["takes_over"] == [lock.claim.turn_id]
    (closed,) = [line for line in logs if line["event"] == "message.closed"]
    assert (closed["ts"], closed["user_id"]) == ("1", "UANN")


@in_virtual_time
async def test_the_log_names_a_turn_that_is_handed_back() -> None:
    room = Room(finds("too late", seconds=60))
    (asked,) = await take_in(room.repository, question("1"))
    with capture_logs() as logs:
        running = asyncio.ensure_future(room.turn(asked.session_id))
        await asyncio.sleep(1)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    (turn,) = await room.repository.turns(asked.session_id)
    (back,) = [line for line in logs if line["event"] == "turn.handed_back"]
    assert (back["turn_id"], back["has_ended"]) == (turn.id, False)


@in_virtual_time
async def test_where_nobody_can_look_into_the_thread_the_turn_goes_on_and_says_what_it_must() -> (
    None
):
    room = Room(finds("at last"))
    (asked,) = await take_in(room.repository, question("1"))
    lock = await lock_of(room.repository, asked.session_id, "req_dead")
    await lock.begin_turn([asked.id])
    await lock.release()
    room.surface.refuse_search = PostingError("ratelimited", again_in=60)
    with capture_logs():
        await room.turn(asked.session_id)
    assert room.surface.texts == [words.INTERRUPTED, "at last"]
    session = await room.repository.get_session(asked.session_id)
    assert session is not None
    assert session.notice_owed, "it may stand there already"


@in_virtual_time
async def test_a_notice_that_may_be_a_repeat_still_says_so_under_progress_and_trace() -> None:
    room = Room(finds("at last"))
    (asked,) = await take_in(room.repository, question("1"))
    lock = await lock_of(room.repository, asked.session_id, "req_dead")
    await lock.begin_turn([asked.id])
    posts = room.surface.under(lock)
    repeat = sentence(words.STARTING) + sentence(words.REPEATED)
    notice = await posts.post(repeat, Label(kind="notice", key=asked.session_id))
    progress = ProgressMessage(room.surface, posts, lock.claim.turn_id)
    progress.start(notice)
    await asyncio.sleep(4)
    head = f"{words.STARTING}\n\n{words.REPEATED}\n\n"
    assert room.surface.texts == [f"{head}{words.INVESTIGATING}{GOES_ON}"]
    await progress.close()
    await lock.release()
    await room.turn(asked.session_id)
    assert room.surface.texts[0] == f"{head}{words.TRACE_INTERRUPTED}"


@in_virtual_time
async def test_a_question_that_was_tried_too_often_is_given_up_with_its_ids() -> None:
    room = Room(finds("never seen"))
    (asked,) = await take_in(room.repository, question("1"))
    for number in range(3):
        lock = await lock_of(room.repository, asked.session_id, f"req_{number}")
        await lock.begin_turn([asked.id])
        await lock.release()
    with capture_logs() as logs:
        await room.turn(asked.session_id)
    assert "never seen" not in room.surface.texts
    assert "req_1" in room.surface.texts[-1]
    assert "turn.gave_up" in [line["event"] for line in logs]


@in_virtual_time
async def test_a_stop_while_the_answer_is_posted_leaves_the_rest_out_and_a_line_says_so() -> None:
    async def found_then_stopped(_: Case) -> AsyncIterator[str]:
        yield "the first part"
        yield "the second part"
        await take_in(room.repository, stop("2", attributes={"ts": "2"}))

    room = Room(found_then_stopped)
    room.surface.blocks_in_part = 1
    (asked,) = await take_in(room.repository, question("1"))
    result = await room.turn(asked.session_id)
    assert room.surface.texts == [words.STARTING, "the first part", words.POSTING_STOPPED]
    assert result.is_delivered
    assert await room.repository.open_messages(asked.session_id) == []
    assert room.surface.hints == []


@in_virtual_time
async def test_cancelled_a_turn_is_handed_back_as_if_nothing_had_begun() -> None:
    room = Room(finds(seconds=1_000))
    (asked,) = await take_in(room.repository, question("1"))
    running = asyncio.create_task(room.turn(asked.session_id))
    await asyncio.sleep(1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    (entry,) = await room.repository.open_messages(asked.session_id)
    assert (entry.tries, entry.turn_id, entry.state) == (0, None, MessageState.OPEN)


@in_virtual_time
async def test_what_the_investigator_left_until_then_is_stored_when_its_turn_is_handed_back() -> (
    None
):
    found = Finding(text="x", notebook={"calls": 3}, audit={"tokens": 7})
    room = Room(finds(found, seconds=1_000))
    (asked,) = await take_in(room.repository, question("1"))
    running = asyncio.create_task(room.turn(asked.session_id))
    await asyncio.sleep(1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await room.repository.read_notebook(asked.session_id, "test") == {"calls": 3}
    (turn,) = await room.repository.turns(asked.session_id)
    assert await room.repository.read_audit(asked.session_id, turn.id) == {"tokens": 7}


@in_virtual_time
async def test_a_turn_leaves_its_audit() -> None:
    room = Room(finds(Finding(text="x", audit={"tokens": 7})))
    (asked,) = await take_in(room.repository, question("1"))
    await room.turn(asked.session_id)
    (turn,) = await room.repository.turns(asked.session_id)
    assert await room.repository.read_audit(asked.session_id, turn.id) == {"tokens": 7}


@in_virtual_time
async def test_an_entry_that_no_deed_picks_is_logged_once_and_left_alone() -> None:
    room = Room(finds("x"))
    asked, _ = await take_in(
        room.repository, question("1"), question("2", "later", kind="a later version's")
    )
    runner = room.runner()
    with capture_logs() as logs:
        for holder in ("req_1", "req_2"):
            lock = await lock_of(room.repository, asked.session_id, holder)
            await runner.run(lock)
            await lock.release()
    assert [line["kind"] for line in logs if line["event"] == "entry.no_deed"] == [
        "a later version's"
    ]
    assert dict(await room.states(asked.session_id))["later"] is None
    assert not await runner.are_due(asked.session_id)


@in_virtual_time
async def test_an_entry_that_nobody_knows_fails_with_a_sentence_after_an_hour() -> None:
    room = Room(finds("x"))
    (asked,) = await take_in(room.repository, question("1", "later", kind="a later version's"))
    await asyncio.sleep(3_599)
    assert not await room.runner().are_due(asked.session_id)
    await asyncio.sleep(1)
    assert await room.runner().are_due(asked.session_id)
    with capture_logs() as logs:
        await room.turn(asked.session_id)
    assert dict(await room.states(asked.session_id))["later"] == Outcome.FAILED
    assert room.surface.texts == [words.not_known(["req_1"]).replace("`", "")]
    assert not await room.runner().are_due(asked.session_id)
    (closed,) = [line for line in logs if line["event"] == "message.closed"]
    assert closed["note"] == "of an unknown kind: a later version's"


@in_virtual_time
async def test_an_entry_that_is_due_later_is_left_alone_for_an_hour_from_then_on() -> None:
    room = Room(finds("x"))
    due_at = room.repository.now() + timedelta(hours=2)
    (asked,) = await take_in(room.repository, question("1", kind="later", due_at=due_at))
    await asyncio.sleep(3 * 3_600 - 1)
    assert not await room.runner().are_due(asked.session_id)
    await asyncio.sleep(1)
    assert await room.runner().are_due(asked.session_id)


def _refusing(error: PostingError) -> Callable[[Document, Label], PostingError | None]:
    return lambda _, label: error if label.kind == "answer" else None


@in_virtual_time
async def test_an_answer_that_slack_does_not_take_now_stays_owed_and_is_tried_later() -> None:
    room = Room(finds("at last"))
    (asked,) = await take_in(room.repository, question("1"))
    room.surface.refuse = _refusing(PostingError("token_revoked", hope=Hope.REPAIRABLE))
    with capture_logs():
        result = await room.turn(asked.session_id)
    assert not result.is_delivered
    assert not await room.runner().are_due(asked.session_id)
    (owed,) = await room.repository.open_messages(asked.session_id)
    assert owed.due_at is not None
    room.surface.refuse = lambda document, label: None
    await asyncio.sleep(6)
    assert await room.runner().are_due(asked.session_id)
    await room.turn(asked.session_id)
    assert room.surface.texts[-1] == "at last"
    assert await room.repository.open_messages(asked.session_id) == []


@in_virtual_time
async def test_an_answer_that_can_never_be_posted_is_closed_and_its_author_told_once() -> None:
    room = Room(finds("never seen"))
    (asked,) = await take_in(room.repository, question("1"))
    room.surface.refuse = _refusing(PostingError("is_archived", hope=Hope.NONE))
    with capture_logs():
        result = await room.turn(asked.session_id)
    assert not result.is_delivered
    assert room.surface.hints == [("UANN", words.NOT_DELIVERED)]
    assert await room.repository.open_messages(asked.session_id) == []
    answer = await room.answer(asked.session_id)
    assert answer.outcome == "not delivered"


def open_turns() -> list[OpenTurn]:
    """Those that are not freed, of other tests too."""
    return [it for it in gc.get_objects() if isinstance(it, OpenTurn)]


@in_virtual_time
async def test_a_turn_that_is_over_is_freed_at_once_and_awaits_no_search_for_cycles() -> None:
    room = Room(finds("a cold cache"))
    (asked,) = await take_in(room.repository, question("1"))
    gc.disable()
    try:
        known = open_turns()
        await room.turn(asked.session_id)
        assert open_turns() == known
    finally:
        gc.enable()
