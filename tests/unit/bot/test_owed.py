"""Answers that are stored and do not stand in the thread: looked up, posted once, or given up."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import words
from bot.document.markdown import document_of
from bot.document.posts import Label, Sign
from bot.document.sentences import sentence
from bot.document.values import Document
from bot.errors import Hope, PostingError
from bot.surfaces.memory import MemorySurface
from bot.turns.answers import compose
from bot.turns.ending import Ending
from bot.turns.kept_files import notebooks_of
from bot.turns.owed import OwedAnswers, next_try
from bot.words import files as file_words
from session import ANSWER, Lock, Message, Outcome, TurnEnd
from session.engines.memory import MemoryRepository
from tests.unit.bot.rooms import Room
from tests.unit.bot.stories import SENT_AT, in_memory, lock_of, question, take_in
from tests.unit.bot.test_turns import finds
from tests.unit.bot.virtual_time import in_virtual_time

CALL_SECONDS = 2.0


@dataclass(slots=True)
class Debt:
    """A session whose last holder stored an answer of three parts and died."""

    repository: MemoryRepository = field(default_factory=in_memory)
    surface: MemorySurface = field(default_factory=lambda: MemorySurface(blocks_in_part=1))

    async def owe(
        self,
        text: str = "one\n\ntwo\n\nthree",
        *,
        keeps_files: bool = True,
        kind: str = "question",
    ) -> Message:
        (asked,) = await take_in(self.repository, question("1", kind=kind))
        dead = await lock_of(self.repository, asked.session_id, "req_dead")
        answer = await compose(
            self.surface,
            Ending(outcome=Outcome.ANSWERED, messages=[asked], answer=document_of(text)),
            turn_id=dead.claim.turn_id,
            request_id="req_dead",
            sent_at=self.repository.date(),
        )
        end = TurnEnd(
            outcome=Outcome.ANSWERED,
            message_ids=(asked.id,),
            answer=answer.message,
            more_notebooks=notebooks_of(answer.message.id, answer.files) if keeps_files else (),
        )
        await dead.finish_turn(end)
        await dead.release()
        (owed,) = await self.repository.open_messages(asked.session_id)
        return owed

    async def take_over(self, owed: Message) -> Lock:
        return await lock_of(self.repository, owed.session_id, "req_next")

    async def deliver(self, lock: Lock) -> None:
        entries = await self.repository.open_messages(lock.session_id)
        owed = OwedAnswers(self.repository, CALL_SECONDS)
        due = [entry for entry in entries if entry.kind == ANSWER and owed.is_due(entry)]
        pen = self.surface.under(lock)
        await owed.deliver(lock, self.surface, pen, due)

    async def state(self, owed: Message) -> Message:
        found = await self.repository.get_message(owed.id)
        assert found is not None
        return found


class DeathError(Exception):
    """The process ends here, and nothing is put in order."""


def _die(_: Document, __: Label) -> PostingError | None:
    raise DeathError


def _searches_fail(surface: MemorySurface, label: Label) -> None:
    """From the last post of an answer on nobody can look into the thread."""
    if label.part == label.of:
        surface.refuse_search = PostingError("wait", again_in=60)


async def sleep(seconds: float) -> None:
    """Let the answer grow older."""

    await asyncio.sleep(seconds)


@in_virtual_time
async def test_a_dead_processs_answer_is_posted_only_after_its_post_can_have_arrived() -> None:
    debt = Debt()
    owed = await debt.owe()
    lock = await debt.take_over(owed)
    await debt.deliver(lock)
    assert debt.surface.texts == []
    assert (await debt.state(owed)).due_at == lock.acquired_at + timedelta(seconds=CALL_SECONDS)
    # The post that was on the wire lands now; the rest was never sent.
    label = Label(kind="answer", key=owed.id, part=1, of=3)
    await debt.surface.under(lock).post(sentence("one"), label)
    await sleep(CALL_SECONDS)
    await debt.deliver(lock)
    assert debt.surface.texts == ["one", "two", "three"]
    assert (await debt.state(owed)).outcome == "answered"


@in_virtual_time
async def test_who_dies_while_posting_for_a_dead_process_is_waited_for_as_well() -> None:
    debt = Debt()
    owed = await debt.owe()
    await debt.deliver(dies := await debt.take_over(owed))
    await sleep(CALL_SECONDS)
    debt.surface.refuse = _die
    with pytest.raises(DeathError):
        await debt.deliver(dies)
    await dies.release()
    debt.surface.refuse = lambda document, label: None
    lock = await debt.take_over(owed)
    await debt.deliver(lock)
    assert debt.surface.texts == []
    assert (await debt.state(owed)).due_at == lock.acquired_at + timedelta(seconds=CALL_SECONDS)
    await sleep(CALL_SECONDS)
    await debt.deliver(lock)
    assert debt.surface.texts == ["one", "two", "three"]


@in_virtual_time
async def test_signs_that_a_dead_process_left_are_taken_off_before_its_answer_is_closed() -> None:
    debt = Debt()
    debt.repository.is_local = False
    owed = await debt.owe()
    await debt.surface.mark("1", Sign.QUEUED)
    await debt.deliver(await debt.take_over(owed))
    assert debt.surface.signs == set()


@in_virtual_time
async def test_the_progress_of_a_dead_process_is_ended_before_its_answer_is_closed() -> None:
    debt = Debt()
    owed = await debt.owe("one")
    lock = await debt.take_over(owed)
    posts, close = debt.surface.under(lock), debt.repository.close_messages
    await posts.post(sentence("Reading …"), Label(kind="progress", key=str(owed.turn_id)))
    await posts.post(sentence("one"), Label(kind="answer", key=owed.id, part=1, of=1))
    await lock.release()
    shown = list[str]()

    async def closing(*claim: Any) -> None:
        shown.extend(debt.surface.texts)
        await close(*claim)

    debt.repository.close_messages = closing  # type: ignore[method-assign, assignment]
    room = Room(finds("more"), repository=debt.repository, surface=debt.surface)
    await room.turn(owed.session_id)
    assert shown == [words.TRACE_INTERRUPTED, "one"]


@in_virtual_time
async def test_where_a_lease_ends_by_itself_nothing_can_arrive_any_more() -> None:
    debt = Debt()
    debt.repository.is_local = False
    owed = await debt.owe()
    await debt.deliver(await debt.take_over(owed))
    assert debt.surface.texts == ["one", "two", "three"]


@in_virtual_time
async def test_parts_that_stand_in_the_thread_are_not_posted_again() -> None:
    debt = Debt()
    owed = await debt.owe()
    lock = await debt.take_over(owed)
    for number, text in ((1, "one"), (2, "two"), (3, "three")):
        label = Label(kind="answer", key=owed.id, part=number, of=3)
        await debt.surface.under(lock).post(sentence(text), label)
    await debt.deliver(lock)
    assert debt.surface.texts == ["one", "two", "three"]
    assert not (await debt.state(owed)).is_open


@in_virtual_time
async def test_if_our_posts_show_no_labels_each_part_says_that_it_may_be_a_repeat() -> None:
    debt = Debt(surface=MemorySurface(shows_labels=False))
    owed = await debt.owe()
    lock = await debt.take_over(owed)
    await debt.surface.under(lock).post(sentence("unlabelled"), Label(kind="x", key="y"))
    await debt.deliver(lock)
    await sleep(CALL_SECONDS)
    await debt.deliver(lock)
    assert debt.surface.texts[-1].endswith(words.REPEATED)


@in_virtual_time
async def test_after_a_quarter_of_an_hour_an_answer_says_that_it_is_late_and_to_what() -> None:
    debt = Debt()
    debt.repository.is_local = False
    owed = await debt.owe()
    await sleep(16 * 60)
    await debt.deliver(await debt.take_over(owed))
    assert debt.surface.texts[0].startswith(f"{words.LATE_ANSWER_TO}{words.YOUR_QUESTION}")


@pytest.mark.parametrize("hope", [Hope.PASSING, Hope.REPAIRABLE])
def test_a_refusal_that_may_end_is_tried_again_ever_later_and_given_up_after_a_day(
    hope: Hope,
) -> None:
    @in_virtual_time
    async def story() -> None:
        debt = Debt()
        debt.repository.is_local = False
        owed = await debt.owe()
        debt.surface.refuse = lambda document, label: PostingError("no", hope=hope)
        pauses = []
        with capture_logs():
            while (now := await debt.state(owed)).is_open:
                lock = await debt.take_over(owed)
                await debt.deliver(lock)
                await lock.release()
                after = await debt.state(owed)
                if after.due_at is not None and after.due_at != now.due_at:
                    pause = (after.due_at - debt.repository.now()).total_seconds()
                    pauses.append(pause)
                    await sleep(pause)
        assert pauses[0] == 5
        assert pauses == sorted(pauses)
        assert max(pauses) == 3600
        assert (await debt.state(owed)).outcome == "not delivered"
        assert debt.surface.hints == [("UANN", words.NOT_DELIVERED)]

    story()


@in_virtual_time
async def test_an_answer_that_is_refused_does_not_hold_up_a_newer_one() -> None:
    debt = Debt()
    debt.repository.is_local = False
    first, second = await debt.owe(), None
    (asked,) = await take_in(debt.repository, question("2"))
    lock = await lock_of(debt.repository, asked.session_id, "req_2")
    answer = await compose(
        debt.surface,
        Ending(outcome=Outcome.ANSWERED, messages=[asked], answer=sentence("newer")),
        turn_id=lock.claim.turn_id,
        request_id="req_2",
        sent_at=debt.repository.date(),
    )
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(asked.id,), answer=answer.message)
    await lock.finish_turn(end)
    await lock.release()

    def refuse(_: Document, label: Label) -> PostingError | None:
        return PostingError("no") if label.key == first.id else None

    debt.surface.refuse = refuse
    with capture_logs():
        await debt.deliver(await debt.take_over(first))
    assert debt.surface.texts == ["newer"]
    second = await debt.repository.get_message(answer.message.id)
    assert second is not None
    assert not second.is_open
    assert (await debt.state(first)).is_open


@in_virtual_time
async def test_an_answer_for_which_slack_asks_for_a_pause_is_tried_after_that_pause() -> None:
    debt = Debt()
    debt.repository.is_local = False
    owed = await debt.owe()
    await sleep(3_000)
    debt.surface.refuse = lambda document, label: PostingError("wait", again_in=60)
    lock = await debt.take_over(owed)
    with capture_logs():
        await debt.deliver(lock)
    due_at = (await debt.state(owed)).due_at
    assert due_at is not None
    assert (due_at - debt.repository.now()).total_seconds() == pytest.approx(60)


@in_virtual_time
async def test_where_nobody_can_look_for_an_answers_files_a_line_says_so() -> None:
    debt = Debt()
    debt.repository.is_local = False
    owed = await debt.owe("\n\n".join(map(str, range(12))))
    (title,) = owed.attributes["files"]

    surface = debt.surface
    surface.refuse = lambda document, label: _searches_fail(surface, label)
    lock = await debt.take_over(owed)
    with capture_logs():
        await debt.deliver(lock)
    assert debt.surface.texts[-1] == file_words.files_unsure([title]).replace("`", "")
    assert (await debt.state(owed)).outcome == "answered"


@pytest.mark.parametrize(
    ("kind", "said"), [("question", words.NOT_DELIVERED), ("mute", words.DONE_UNSAID)]
)
@in_virtual_time
async def test_who_asked_for_something_is_told_what_became_of_that(kind: str, said: str) -> None:
    debt = Debt()
    debt.repository.is_local = False
    owed = await debt.owe(kind=kind)
    debt.surface.refuse = lambda document, label: PostingError("gone", hope=Hope.NONE)
    with capture_logs():
        await debt.deliver(await debt.take_over(owed))
    assert debt.surface.hints == [("UANN", said)]


@in_virtual_time
async def test_if_neither_whisper_nor_direct_message_goes_nothing_stays_open() -> None:
    debt = Debt(surface=MemorySurface(shows_hints=False))
    debt.repository.is_local = False
    owed = await debt.owe()
    debt.surface.refuse = lambda document, label: PostingError("gone", hope=Hope.NONE)
    with capture_logs() as logs:
        await debt.deliver(await debt.take_over(owed))
    assert not (await debt.state(owed)).is_open
    assert "answer.nobody_told" in [line["event"] for line in logs]


def test_pauses_begin_at_five_seconds_and_double_up_to_an_hour() -> None:
    ages = (0, 5, 10, 60, 7200)
    pauses = [
        (next_try(SENT_AT, now) - now).total_seconds()
        for now in (SENT_AT + timedelta(seconds=age) for age in ages)
    ]
    assert pauses == [5, 5, 10, 60, 3600]
