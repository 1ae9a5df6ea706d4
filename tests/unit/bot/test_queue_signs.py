"""Messages that have to wait: an hourglass on each, one line for each author."""

import asyncio
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from bot import words
from bot.document.posts import Sign
from bot.document.sentences import sentence
from bot.document.values import Document
from bot.investigators.brief.one_turn import about_question
from bot.investigators.contract import ThreadView
from bot.load import Load
from bot.surfaces.memory import MemorySurface
from bot.turns.ending import TurnResult
from bot.turns.glances import AT_ONCE, LONGEST_SECONDS, Glances, Look
from bot.turns.queue_signs import QUEUED_SECONDS, QueueSigns
from session import (
    ANSWER,
    Lock,
    Message,
    NewMessage,
    Outcome,
    Receipt,
    Resolver,
    TurnEnd,
    answer_id,
)
from session.engines.memory import MemoryRepository
from tests.unit.agent.cases import said
from tests.unit.bot.examples import THREAD
from tests.unit.bot.stories import SENT_AT, in_memory, lock_of, question, stop
from tests.unit.bot.virtual_time import in_virtual_time, now

BEN = {"author_id": "UBEN"}


async def read_by_rules(thread: ThreadView, question: Message) -> Document:
    """As the brief does it, but here and now: a thread knows nothing of virtual time."""
    return about_question(await thread.read(), question, frozenset())


@dataclass(slots=True)
class Queue:
    """A thread in which a question is being worked on or waits."""

    repository: MemoryRepository = field(default_factory=in_memory)
    surface: MemorySurface = field(default_factory=MemorySurface)
    ahead: int = 0
    own_running: int = 0
    has_worker: bool = True
    look: Look | None = None

    @property
    def signs(self) -> QueueSigns:
        return QueueSigns(
            self.repository, lambda _: self.surface, lambda *_: self.load, self.glances
        )

    @property
    def glances(self) -> Glances:
        return Glances(self.look or read_by_rules)

    @property
    def load(self) -> Load:
        return Load(
            running=50,
            queued=self.ahead + 1,
            ahead=self.ahead if self.has_worker else None,
            own_running=self.own_running,
            own_queued=1,
            is_at_own_limit=bool(self.own_running),
        )

    async def take_in(self, ts: str, text: str = "why?", **changes: object) -> Receipt:
        new = stop(ts, **changes) if text == "stop" else question(ts, text, **changes)
        resolver = Resolver(self.repository)
        return await resolver.resolve_slack_session(THREAD, "U", message=new)

    async def begin(self, *receipts: Receipt) -> Lock:
        lock = await lock_of(self.repository, receipts[0].session.id)
        await lock.begin_turn([receipt.message.id for receipt in receipts])
        return lock

    def told(self, user_id: str) -> list[str]:
        return [text for told, text in self.surface.hints if told == user_id]

    def is_marked(self, ts: str) -> bool:
        return (ts, Sign.QUEUED) in self.surface.signs


@in_virtual_time
async def test_a_question_behind_a_turn_is_marked_and_its_author_told_once_a_turn() -> None:
    queue = Queue()
    await queue.begin(await queue.take_in("1"))
    signs = queue.signs
    for ts in ("2", "3"):
        await signs.mark(await queue.take_in(ts, **BEN))
    assert queue.is_marked("2")
    assert queue.is_marked("3")
    assert queue.told("UBEN") == ["I'm on Ann's question. Yours is next."]


@in_virtual_time
async def test_a_plain_reply_ahead_is_not_called_a_question() -> None:
    queue = Queue()
    await queue.begin(
        await queue.take_in("1", "rolled it back", attributes={"ts": "1", "asks": False})
    )
    await queue.signs.mark(await queue.take_in("2", **BEN))
    assert queue.told("UBEN") == ["I'm reading what Ann wrote. Your question is next."]


THREAD_SAYS = (
    said(1, "checkout answers with 502"),
    said(2, "203.0.113.7 scans us", author="Chloe"),
    said(3, "I restarted the gateway", author="Dan"),
    said(4, "203.0.113.7 came back", author="Chloe"),
    said(5, "is 203.0.113.7 one of ours?", author="Dan"),
    said(6, "203.0.113.7 is blocked now", author="Chloe"),
)


@in_virtual_time
async def test_behind_a_turn_that_has_run_for_long_the_line_says_what_the_thread_has() -> None:
    queue = Queue()
    queue.surface.messages = list(THREAD_SAYS)
    await queue.begin(await queue.take_in("1"))
    await asyncio.sleep(6)
    await queue.signs.mark(await queue.take_in("9", "<@UBURROW> what did 203.0.113.7 do?", **BEN))
    [told] = queue.told("UBEN")
    assert told.startswith("I'm on Ann's question. Yours is next.")
    assert "About your question" in told
    assert told.count("Chloe") + told.count("Dan") == 3
    assert "and 1 more" in told
    assert "without a model" in told


@pytest.mark.parametrize(("seconds", "text"), [(2, "what did 203.0.113.7 do?"), (6, "and now?")])
def test_behind_a_short_turn_or_about_nothing_in_the_thread_the_line_stands_alone(
    seconds: float, text: str
) -> None:
    @in_virtual_time
    async def story() -> None:
        queue = Queue()
        queue.surface.messages = list(THREAD_SAYS)
        await queue.begin(await queue.take_in("1"))
        await asyncio.sleep(seconds)
        await queue.signs.mark(await queue.take_in("9", f"<@UBURROW> {text}", **BEN))
        assert queue.told("UBEN") == [words.queued_behind("Ann")]

    story()


@in_virtual_time
async def test_a_second_question_is_told_of_only_what_the_thread_says_about_it() -> None:
    queue = Queue()
    queue.surface.messages = list(THREAD_SAYS)
    await queue.begin(await queue.take_in("1"))
    await asyncio.sleep(6)
    signs = queue.signs
    for ts, text in (("7", "and now?"), ("8", "who restarted the gateway?"), ("9", "well?")):
        await signs.mark(await queue.take_in(ts, f"<@UBURROW> {text}", **BEN))
    first, second = queue.told("UBEN")
    assert first == words.queued_behind("Ann")
    assert "I restarted the gateway" in second


@in_virtual_time
async def test_a_look_that_hangs_fails_or_is_one_too_many_costs_only_what_it_would_find() -> None:
    began = 0

    async def look(_: ThreadView, question: Message) -> Document:
        nonlocal began
        began += 1
        if "fail" in question.text:
            raise KeyError("a bug")
        await asyncio.sleep(1_000)
        return sentence("never seen")

    queue = Queue(look=look)
    await queue.begin(await queue.take_in("1"))
    await asyncio.sleep(6)
    signs, asked_at = queue.signs, now()
    receipts = [
        await queue.take_in(f"{number}", "<@UBURROW> hang?", author_id=f"U{number}")
        for number in range(10, 12 + AT_ONCE)
    ]
    with capture_logs():
        await asyncio.gather(*(signs.mark(receipt) for receipt in receipts))
        assert now() - asked_at == pytest.approx(LONGEST_SECONDS)
        assert began == AT_ONCE
        await signs.mark(await queue.take_in("90", "<@UBURROW> fail?", **BEN))
    assert began == AT_ONCE + 1
    assert {text for _, text in queue.surface.hints} == {words.queued_behind("Ann")}
    assert len(queue.surface.hints) == len(receipts) + 1


@in_virtual_time
async def test_who_waits_behind_themselves_is_told_so() -> None:
    queue = Queue()
    await queue.begin(await queue.take_in("1"))
    await queue.signs.mark(await queue.take_in("2"))
    assert queue.told("UANN") == [words.QUEUED_BEHIND_YOURSELF]


@in_virtual_time
async def test_a_plain_reply_is_neither_marked_nor_answered_with_a_line() -> None:
    queue = Queue()
    await queue.begin(await queue.take_in("1"))
    attributes = {"ts": "2", "asks": False, "files": []}
    await queue.signs.mark(await queue.take_in("2", author_id="UBEN", attributes=attributes))
    assert not queue.is_marked("2")
    assert queue.told("UBEN") == []


@in_virtual_time
async def test_a_question_that_the_turn_took_up_is_not_marked() -> None:
    queue = Queue()
    receipt = await queue.take_in("1")
    await queue.begin(receipt)
    await queue.signs.mark(receipt)
    assert not queue.is_marked("1")


@in_virtual_time
async def test_a_question_that_waits_for_a_free_slot_is_marked_after_a_while() -> None:
    queue = Queue(ahead=3)
    receipt = await queue.take_in("1")
    began = now()
    await queue.signs.mark(receipt)
    assert now() - began >= QUEUED_SECONDS
    assert queue.is_marked("1")
    assert queue.told("UANN") == [words.queued(3)]


@in_virtual_time
async def test_who_waits_for_no_place_is_promised_none() -> None:
    queue = Queue(has_worker=False)
    await queue.signs.mark(await queue.take_in("1"))
    assert queue.told("UANN") == [words.QUEUED]


@in_virtual_time
async def test_while_an_answer_is_posted_nobody_is_told_of_a_question_of_burrows() -> None:
    queue = Queue()
    lock = await queue.begin(receipt := await queue.take_in("1"))
    answer = NewMessage(
        id=answer_id(lock.claim.turn_id),
        author_id="burrow",
        text="it is the cache",
        sent_at=SENT_AT,
        request_id="req_1",
        kind=ANSWER,
        attributes={"parts": []},
    )
    ids = (receipt.message.id,)
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=ids, answer=answer)
    await lock.finish_turn(end)
    await queue.signs.mark(await queue.take_in("2", **BEN))
    assert queue.told("UBEN") == [words.QUEUED_BEHIND_WORK]
    await lock.release()
    await queue.signs.mark(await queue.take_in("3", author_id="UCHLOE"))
    assert queue.told("UCHLOE") == [words.queued(0)]


@in_virtual_time
async def test_a_question_that_a_dead_turn_left_is_not_said_to_be_worked_on() -> None:
    queue = Queue(ahead=1)
    lock = await queue.begin(await queue.take_in("1"))
    await lock.release()
    await queue.signs.mark(await queue.take_in("2", **BEN))
    assert queue.told("UBEN") == [words.queued(1)]


@in_virtual_time
async def test_who_waits_because_so_much_of_theirs_runs_is_told_that() -> None:
    queue = Queue(ahead=3, own_running=5)
    await queue.signs.mark(await queue.take_in("1"))
    assert queue.told("UANN") == [words.queued_behind_own(5)]


@in_virtual_time
async def test_a_question_that_is_taken_up_soon_is_not_marked() -> None:
    queue = Queue()
    receipt = await queue.take_in("1")
    marking = asyncio.create_task(queue.signs.mark(receipt))
    await asyncio.sleep(QUEUED_SECONDS / 2)
    await queue.begin(receipt)
    await marking
    assert not queue.is_marked("1")
    assert queue.told("UANN") == []


@in_virtual_time
async def test_a_mark_that_came_too_late_is_taken_off_again() -> None:
    queue = Queue()
    lock = await queue.begin(await queue.take_in("1"))
    receipt = await queue.take_in("2", **BEN)
    marked: list[str] = []

    class Closing(MemorySurface):
        async def mark(self, ts: str, sign: Sign) -> None:
            end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(receipt.message.id,))
            await lock.finish_turn(end)
            marked.append(ts)
            await super().mark(ts, sign)

    queue.surface = Closing()
    await queue.signs.mark(receipt)
    assert marked == ["2"]
    assert not queue.is_marked("2")


@in_virtual_time
async def test_a_request_to_stop_is_not_marked() -> None:
    queue = Queue()
    await queue.begin(await queue.take_in("1"))
    await queue.signs.mark(await queue.take_in("2", "stop", **BEN))
    assert not queue.is_marked("2")


@in_virtual_time
async def test_a_turn_takes_the_signs_off_what_it_closes_also_those_of_other_instances() -> None:
    queue = Queue()
    first, second = await queue.take_in("1"), await queue.take_in("2", **BEN)
    closed: tuple[Message, ...] = (first.message, second.message)
    queue.surface.signs = {("1", Sign.QUEUED), ("2", Sign.QUEUED)}
    result = TurnResult(request_id=first.message.request_id, session=first.session, closed=closed)
    signs = queue.signs
    await signs.clear(result, signs.of(result))
    assert queue.surface.signs == {("1", Sign.QUEUED)}
