"""What became of a message, in words for the person on call."""

from bot.commands.whereabouts import Whereabouts
from session import ANSWER, Lock, Message, Outcome, TurnEnd, answer_id
from session.engines.memory import MemoryRepository
from tests.conformance.clock import FrozenClock
from tests.unit.bot.stories import lock_of, question, take_in
from tests.unit.bot.virtual_time import in_virtual_time

STORED = "Stored 2026-11-23 09:30:00 UTC under req_1"


class Story:
    """One message, and what happens to it."""

    def __init__(self) -> None:
        self.repository = MemoryRepository(FrozenClock())

    async def take_in(self) -> Message:
        (message,) = await take_in(self.repository, question("1"))
        return message

    async def begin(self) -> tuple[Message, Lock]:
        message = await self.take_in()
        lock = await lock_of(self.repository, message.session_id)
        await lock.begin_turn([message.id])
        return message, lock

    async def end(self, outcome: Outcome, **more: str | None) -> None:
        message, lock = await self.begin()
        end = TurnEnd(outcome=outcome, message_ids=(message.id,), release=True, **more)  # type: ignore[arg-type]
        await lock.finish_turn(end)

    async def told(self, ts: str = "1") -> str | None:
        return await Whereabouts(self.repository).of("T1", "C1", ts)


@in_virtual_time
async def test_a_message_that_was_never_stored_is_none() -> None:
    assert await Story().told() is None


@in_virtual_time
async def test_an_open_message_waits_or_is_being_worked_on() -> None:
    story = Story()
    await story.take_in()
    assert await story.told() == (
        f"{STORED}; open, and nobody works on it: a running bot takes it up within a minute."
    )
    await story.begin()
    assert await story.told() == (
        f"{STORED}; being worked on since 2026-11-23 09:30:00 UTC by req_holder."
    )
    (later,) = await take_in(story.repository, question("2"))
    assert await story.told("2") == (
        f"Stored 2026-11-23 09:30:00 UTC under {later.request_id};"
        " waiting behind the turn that req_holder runs since 2026-11-23 09:30:00 UTC."
    )


@in_virtual_time
async def test_each_end_is_told() -> None:
    when = "turn 1 at 2026-11-23 09:30:00 UTC (req_holder)"
    for outcome, note, told in (
        (Outcome.ANSWERED, None, f"answered in {when}, with nothing new to say"),
        (Outcome.FAILED, "KeyError: 'x'", f"failed in {when}, because: KeyError: 'x'"),
        (Outcome.FAILED, None, f"failed in {when}, because: no reason was recorded"),
        (Outcome.STOPPED, "stopped by UANN", f"ended in {when}: stopped by UANN"),
        (Outcome.PARKED, None, "waiting for an approval"),
    ):
        story = Story()
        await story.end(outcome, note=note)
        assert await story.told() == f"{STORED}; {told}."


@in_virtual_time
async def test_an_answer_that_is_not_posted_yet_is_told() -> None:
    story = Story()
    message, lock = await story.begin()
    answer = question("9", id=answer_id(lock.claim.turn_id), kind=ANSWER)
    await lock.finish_turn(
        TurnEnd(outcome=Outcome.ANSWERED, message_ids=(message.id,), answer=answer)
    )
    told = await story.told()
    assert told is not None
    assert told.endswith("(req_holder); the answer is still to be posted.")
    await lock.release(delivered=answer.id)
    told = await story.told()
    assert told is not None
    assert told.endswith("(req_holder).")
