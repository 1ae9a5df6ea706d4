"""Messages that have to wait: an hourglass on each, one line for each author."""

import asyncio
from dataclasses import dataclass, field

from bot import words
from bot.document.posts import Sign
from bot.load import Load
from bot.surfaces.memory import MemorySurface
from bot.turns.ending import TurnResult
from bot.turns.queue_signs import QUEUED_SECONDS, QueueSigns
from session import Lock, Message, Outcome, Receipt, Resolver, TurnEnd
from session.engines.memory import MemoryRepository
from tests.unit.bot.examples import THREAD
from tests.unit.bot.stories import in_memory, lock_of, question, stop
from tests.unit.bot.virtual_time import in_virtual_time, now

BEN = {"author_id": "UBEN"}


@dataclass(slots=True)
class Queue:
    """A thread in which a question is being worked on or waits."""

    repository: MemoryRepository = field(default_factory=in_memory)
    surface: MemorySurface = field(default_factory=MemorySurface)
    ahead: int = 0
    own_running: int = 0

    @property
    def signs(self) -> QueueSigns:
        return QueueSigns(self.repository, lambda _: self.surface, lambda _: self.load)

    @property
    def load(self) -> Load:
        return Load(
            running=50,
            queued=self.ahead,
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
