"""Investigators that misbehave: each ends its own turn, at once, with what it had found."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import words
from bot.document.nodes import PlanItem
from bot.document.posts import Attachment, Image
from bot.document.sentences import sentence
from bot.document.values import Document, Heading, Paragraph, Text
from bot.investigators.approvals import Ask, CallEnd, PendingCall
from bot.investigators.contract import Case, Finding, Progress
from bot.slack.rendering import MAX_NOTIFICATION
from bot.turns.ending import Ending
from bot.turns.progress import GOES_ON
from bot.turns.reasons import LONGEST, described
from session import LockLostError, Notebook, Outcome, Sighting, StorageError
from tests.unit.bot.rooms import Room
from tests.unit.bot.stories import question, take_in, turn_of
from tests.unit.bot.virtual_time import in_virtual_time, real_time

FOUND = "half of it"


class UnreadableError(Exception):
    def __str__(self) -> str:
        raise ValueError("no text")


class ExitingError(Exception):
    def __str__(self) -> str:
        raise SystemExit(4)


class WordlessError(Exception):
    def __str__(self) -> str:
        return 5  # type: ignore[return-value]


class FalsyError(Exception):
    def __bool__(self) -> bool:
        return False


class OfNobodyError(BaseException):
    """No `Exception`, and none that Python knows."""


ERRORS: dict[str, BaseException] = {
    "a group of exits": BaseExceptionGroup("g", [SystemExit(3)]),
    "a group of interrupts": BaseExceptionGroup("g", [KeyboardInterrupt()]),
    "a group of cancellations": BaseExceptionGroup("g", [asyncio.CancelledError()]),
    "a group of errors": ExceptionGroup("g", [ValueError(1)]),
    "no exception of Python's": OfNobodyError("x"),
    "one whose text fails": UnreadableError(),
    "one whose text exits": ExitingError(),
    "one whose text is none": WordlessError(),
    "one that is false": FalsyError(),
    "half a character": ValueError("\ud83d half"),
    "NUL": ValueError("a\0b"),
    "ten megabytes": ValueError("x" * 10_000_000),
    "a timeout": TimeoutError(),
    "the end of an iterator": StopIteration(),
    "the end of an async one": StopAsyncIteration(),
    "too deep": RecursionError(),
    "our own: the store": StorageError("away"),
    "our own: the lease": LockLostError("s", "h", 1),
}


def raising(error: BaseException) -> Callable[[Case], Any]:
    async def investigate(_: Case) -> AsyncIterator[str]:
        yield FOUND
        raise error

    return investigate


def raising_in_a_thread(error: BaseException) -> Callable[[Case], Any]:
    def investigate(_: Case) -> Iterator[str]:
        yield FOUND
        raise error

    return investigate


async def ends_as_failed(investigate: Callable[[Case], Any]) -> str:
    """Run one turn; return the reason that is recorded."""
    room = Room(investigate)
    (asked,) = await take_in(room.repository, question("1"))
    with capture_logs(), real_time():
        await room.turn(asked.session_id, "req_9")
    answer = room.surface.texts[-1]
    assert answer.startswith(words.failed("req_9").replace("`", ""))
    assert answer.endswith(FOUND)
    assert await room.states(asked.session_id) == [("why?", Outcome.FAILED)]
    assert await room.repository.open_messages(asked.session_id) == []
    (turn,) = await room.repository.turns(asked.session_id)
    assert turn.note
    assert len(turn.note) <= LONGEST
    return turn.note


@pytest.mark.parametrize("run", [raising, raising_in_a_thread])
@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_whatever_is_raised_fails_one_turn_and_nothing_else(
    error: BaseException, run: Callable[[BaseException], Callable[[Case], Any]]
) -> None:
    @in_virtual_time
    async def story() -> None:
        await ends_as_failed(run(error))

    story()


async def cancels_itself(_: Case) -> AsyncIterator[str]:
    yield FOUND
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(1)


async def goes_on_after_its_end(_: Case) -> AsyncIterator[str]:
    try:
        yield FOUND
        raise ValueError("x")
    finally:
        yield "after the end"
        raise ValueError("y")


@pytest.mark.parametrize("investigate", [cancels_itself, goes_on_after_its_end])
def test_one_that_cancels_itself_or_does_not_end_fails_its_turn(
    investigate: Callable[[Case], Any],
) -> None:
    @in_virtual_time
    async def story() -> None:
        room = Room(investigate)
        (asked,) = await take_in(room.repository, question("1"))
        with capture_logs():
            await room.turn(asked.session_id)
        assert FOUND in room.surface.texts[-1]
        assert await room.states(asked.session_id) == [("why?", Outcome.FAILED)]

    story()


def _nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"a": value}
    return value


def _in_itself() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["a"] = value
    return value


OF = Document((Paragraph((Text("x"),)),))
CALL = {"id": "1", "tool": "t", "arguments": "{}"}
WRONG: dict[str, Callable[[], Any]] = {
    "a number": lambda: 42,
    "nothing": lambda: None,
    "a mapping": lambda: {"text": "x"},
    "bytes": lambda: b"x",
    "a class": lambda: Finding,
    "a document": lambda: OF,
    "a list": lambda: ["x"],
    "text that is none": lambda: Finding(text=42),  # type: ignore[arg-type]
    "a document that is none": lambda: Finding(document="x"),  # type: ignore[arg-type]
    "a heading of a number": lambda: Finding(document=Document((Heading(42),))),  # type: ignore[arg-type]
    "words of nothing": lambda: Finding(document=Document((Paragraph((Text(None),)),))),  # type: ignore[arg-type]
    "a block that is none": lambda: Finding(document=Document(("x",))),  # type: ignore[arg-type]
    "no attachments": lambda: Finding(attachments=None),  # type: ignore[arg-type]
    "a string for attachments": lambda: Finding(attachments="x"),  # type: ignore[arg-type]
    "an attachment that is none": lambda: Finding(attachments=("x",)),  # type: ignore[arg-type]
    "an attachment of a string": lambda: Attachment(title="T", document="x"),  # type: ignore[arg-type]
    "an attachment titled 42": lambda: Attachment(title=42, document=OF),  # type: ignore[arg-type]
    "an image that is none": lambda: Finding(images=("x",)),  # type: ignore[arg-type]
    "an image of text": lambda: Image(title="i", media_type="image/png", data="x"),  # type: ignore[arg-type]
    "a time without a zone": lambda: Finding(
        sightings=(Sighting(key="k", seen_at=datetime(2026, 1, 1)),)  # noqa: DTZ001 - it is wrong
    ),
    "an audit that is no JSON": lambda: Finding(audit={"a": {1}}),
    "an audit that is too large": lambda: Finding(audit={"a": "x" * 100_000}),
    "an audit that is a list": lambda: Finding(audit=[1]),  # type: ignore[arg-type]
    "a notebook that is a list": lambda: Finding(notebook=[1]),  # type: ignore[arg-type]
    "a date in a notebook": lambda: Finding(notebook={"d": datetime.now().astimezone()}),
    "a notebook that is too deep": lambda: Finding(notebook=_nested(5_000)),
    "a notebook in itself": lambda: Finding(notebook=_in_itself()),
    "progress of a number": lambda: Progress(text=42),  # type: ignore[arg-type]
    "a plan that is none": lambda: Progress(text="x", plan="abc"),  # type: ignore[arg-type]
    "a plan of numbers": lambda: Progress(text="x", plan=(1,)),  # type: ignore[arg-type]
    "an item in no known state": lambda: PlanItem(text="x", state="odd"),  # type: ignore[arg-type]
    "an ask for nothing": lambda: Ask(calls=()),
    "an ask for a string": lambda: Ask(calls="abc"),  # type: ignore[arg-type]
    "an ask for arguments of a mapping": lambda: PendingCall(**CALL | {"arguments": {}}),  # type: ignore[arg-type]
    "an end in no known state": lambda: CallEnd(call_id="1", state="odd"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_step_of_a_wrong_kind_fails_the_turn_where_it_is_made(wrong: Callable[[], Any]) -> None:
    async def investigate(_: Case) -> AsyncIterator[Any]:
        yield FOUND
        yield wrong()
        await asyncio.sleep(10)

    @in_virtual_time
    async def story() -> None:
        await ends_as_failed(investigate)

    story()


@in_virtual_time
async def test_an_end_that_no_store_takes_is_a_failure_in_one_sentence() -> None:
    room = Room(lambda _: None)
    (asked,) = await take_in(room.repository, question("1"))
    turn = await turn_of(room.repository, asked.session_id, room.surface)
    bad = Notebook(name="test", value={"a": object()})
    ending = Ending(
        outcome=Outcome.ANSWERED, messages=[asked], answer=sentence("found"), notebook=bad
    )
    with capture_logs():
        await turn.end(ending)
    assert room.surface.texts == [words.failed(turn.request_id).replace("`", "")]
    assert await room.states(asked.session_id) == [("why?", Outcome.FAILED)]


@in_virtual_time
async def test_progress_is_a_few_words_however_much_is_given() -> None:
    plan = tuple(PlanItem(text=f"{number} {'x' * 1_000}") for number in range(500))

    async def investigate(_: Case) -> AsyncIterator[Progress]:
        yield Progress(text="word " * 200_000, plan=plan)
        await asyncio.sleep(10)

    room = Room(investigate)
    (asked,) = await take_in(room.repository, question("1"))
    running = asyncio.create_task(room.turn(asked.session_id))
    await asyncio.sleep(5)
    shown = room.surface.texts[-1]
    assert len(shown) < MAX_NOTIFICATION
    assert shown.endswith(GOES_ON)
    assert "0 of 500" in shown
    await running


@in_virtual_time
async def test_progress_without_a_word_still_says_what_goes_on() -> None:
    async def investigate(_: Case) -> AsyncIterator[Progress]:
        yield Progress(text=" \n ")
        await asyncio.sleep(10)

    room = Room(investigate)
    (asked,) = await take_in(room.repository, question("1"))
    running = asyncio.create_task(room.turn(asked.session_id))
    await asyncio.sleep(5)
    assert room.surface.texts[-1].endswith(f"{words.INVESTIGATING}{GOES_ON}")
    await running


def test_a_reason_holds_no_secret_and_can_be_stored() -> None:
    said = described(ValueError("token=xoxb-123456789012-abcdefghijkl \ud83d\0" + "x" * 1_000))
    assert "xoxb" not in said
    said.encode()
    assert "\0" not in said
    assert len(said) == LONGEST
