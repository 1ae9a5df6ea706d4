"""An answer's files are attached after its posts, heed a stop, and never keep it owed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import words
from bot.document.plain import plain_text
from bot.document.posts import File, Image
from bot.document.sentences import sentence
from bot.errors import Hope, PostingError
from bot.investigators.contract import Case, Finding
from bot.surfaces.memory import MemorySurface
from bot.turns.answers import titles_of
from bot.turns.attaching import attach
from bot.turns.kept_files import kept_files, notebooks_of
from bot.words import files as file_words
from session import Outcome, SessionId, TurnEnd
from tests.unit.bot.rooms import Room
from tests.unit.bot.stories import in_memory, lock_of, question, stop, take_in
from tests.unit.bot.test_owed import Debt
from tests.unit.bot.test_turns import finds
from tests.unit.bot.virtual_time import in_virtual_time

LONG = "\n\n".join(str(number) for number in range(12))


async def answered(room: Room) -> SessionId:
    (asked,) = await take_in(room.repository, question("1"))
    with capture_logs():
        await room.turn(asked.session_id)
    return asked.session_id


def room_of(refuse_file: PostingError | None = None, **surface: Any) -> Room:
    room = Room(finds(LONG), surface=MemorySurface(blocks_in_part=1, **surface))
    room.surface.refuse_file = lambda _: refuse_file
    return room


async def the_title(room: Room, session_id: SessionId) -> str:
    (title,) = titles_of(await room.answer(session_id))
    return title


def shown(text: str) -> str:
    return plain_text(sentence(text))


@in_virtual_time
async def test_the_whole_text_stands_beside_the_ten_posts() -> None:
    room = room_of()
    session_id = await answered(room)
    (file,) = room.surface.files
    assert file.text == LONG
    assert file.title == await the_title(room, session_id)
    assert await kept_files(room.repository, await room.answer(session_id)) == [file]
    posts = room.surface.texts[1:]
    assert posts[:9] == list("012345678")
    assert posts[9:] == ["9\n\n" + shown(file_words.whole_in_file(file.title))]
    assert await room.repository.open_messages(session_id) == []


@in_virtual_time
async def test_without_the_scope_the_last_post_says_that_the_rest_was_left_out() -> None:
    room = room_of(has_files=False)
    await answered(room)
    assert room.surface.files == []
    assert room.surface.texts[-1] == f"9\n\n{file_words.CUT}"


@in_virtual_time
async def test_a_file_that_cannot_be_attached_is_said_and_leaves_the_answer_delivered() -> None:
    room = room_of(refuse_file=PostingError("no"))
    session_id = await answered(room)
    title = await the_title(room, session_id)
    assert room.surface.texts[-1] == shown(file_words.files_missing([title]))
    assert (await room.answer(session_id)).outcome == Outcome.ANSWERED


@in_virtual_time
async def test_nothing_more_is_said_where_the_thread_is_gone() -> None:
    room = room_of(refuse_file=PostingError("gone", hope=Hope.NONE))
    await answered(room)
    assert len(room.surface.posts) == 1 + 10


@in_virtual_time
async def test_a_stop_while_it_is_posted_ends_it_with_a_line() -> None:
    async def investigate(_: Case) -> AsyncIterator[str]:
        yield LONG
        # Too late for the watch over the investigator, which has come to its end.
        await take_in(room.repository, stop("2"))

    room = Room(investigate, surface=MemorySurface(blocks_in_part=1))
    session_id = await answered(room)
    assert room.surface.texts == [words.STARTING, "0", words.POSTING_STOPPED]
    assert room.surface.files == []
    assert (await room.answer(session_id)).outcome == Outcome.ANSWERED


@in_virtual_time
async def test_a_stop_before_its_file_leaves_the_file_out() -> None:
    room = room_of(refuse_file=PostingError("not now"))
    session_id = await answered(room)
    lock = await lock_of(room.repository, session_id)
    del room.surface.posts[:]

    async def is_stopped() -> bool:
        return True

    answer = await room.answer(session_id)
    assert not await attach(room.surface.under(lock), answer, (), is_stopped=is_stopped)
    assert room.surface.posts == []


@pytest.mark.parametrize("stands", [True, False])
def test_a_successor_attaches_a_file_that_does_not_stand_there(stands: bool) -> None:
    @in_virtual_time
    async def story() -> None:
        debt = Debt(surface=MemorySurface(blocks_in_part=1))
        debt.repository.is_local = False
        owed = await debt.owe(LONG)
        (title,) = titles_of(owed)
        if stands:
            debt.surface.files.append(
                File(name="answer.md", title=title, media_type="text/markdown", text=LONG)
            )
        with capture_logs():
            await debt.deliver(await debt.take_over(owed))
        assert [file.text for file in debt.surface.files] == [LONG]
        assert debt.surface.texts[10:] == []
        assert not (await debt.state(owed)).is_open

    story()


def images(count: int) -> tuple[Image, ...]:
    return tuple(
        Image(title=f"panel({number})", media_type="image/png", data=b"\x89PNG%d" % number)
        for number in range(count)
    )


@in_virtual_time
async def test_three_images_stand_beside_the_answer_and_say_where_they_come_from() -> None:
    room = Room(finds(Finding(text="see the graph", images=images(4))))
    await answered(room)
    assert [file.content for file in room.surface.files] == [b"\x89PNG%d" % n for n in range(3)]
    assert [file.name[-4:] for file in room.surface.files] == [".png"] * 3
    title = room.surface.files[0].title
    assert shown(file_words.image_in_file("panel(0)", title)) in room.surface.texts[-1]


@in_virtual_time
async def test_without_the_scope_images_are_said_to_be_left_out() -> None:
    room = Room(
        finds(Finding(text="see the graph", images=images(1))),
        surface=MemorySurface(has_files=False),
    )
    await answered(room)
    assert room.surface.texts[-1] == f"see the graph\n\n{file_words.IMAGES_LEFT}"


@in_virtual_time
async def test_a_successor_says_that_an_image_is_missing() -> None:
    room = Room(finds(Finding(text="see the graph", images=images(1))), surface=MemorySurface())
    session_id = await answered(room)
    answer = await room.answer(session_id)
    assert await kept_files(room.repository, answer) == ()
    lock = await lock_of(room.repository, session_id)

    async def is_stopped() -> bool:
        return False

    with capture_logs():
        kept = await kept_files(room.repository, answer)
        await attach(room.surface.under(lock), answer, kept, is_stopped=is_stopped)
    assert room.surface.texts[-1] == shown(file_words.files_missing(titles_of(answer)))


@in_virtual_time
async def test_a_successor_says_that_a_file_is_missing_whose_text_is_gone() -> None:
    debt = Debt(surface=MemorySurface(blocks_in_part=1))
    debt.repository.is_local = False
    owed = await debt.owe(LONG, keeps_files=False)
    with capture_logs():
        await debt.deliver(await debt.take_over(owed))
    assert debt.surface.texts[10:] == [shown(file_words.files_missing(titles_of(owed)))]


async def test_big_files_come_back_from_the_store_as_they_were() -> None:
    texts = ["ä😀\n" * 60_000, '"\\' * 200_000]
    files = [
        File(name=f"{number}.md", title=f"{number}", media_type="text/markdown", text=text)
        for number, text in enumerate(texts)
    ]
    repository = in_memory()
    (asked,) = await take_in(repository, question("1"))
    lock = await lock_of(repository, asked.session_id)
    kept = notebooks_of(asked.id, files)
    await lock.finish_turn(TurnEnd(outcome=Outcome.FAILED, more_notebooks=kept))
    assert await kept_files(repository, asked) == files


@in_virtual_time
async def test_a_successor_heeds_a_stop_by_who_asked() -> None:
    debt = Debt()
    debt.repository.is_local = False
    owed = await debt.owe()
    await take_in(debt.repository, stop("2"))
    with capture_logs():
        await debt.deliver(await debt.take_over(owed))
    assert debt.surface.texts == ["one", words.POSTING_STOPPED]
    assert not (await debt.state(owed)).is_open
