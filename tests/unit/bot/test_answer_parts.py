"""An answer is stored as the posts it will be: ten at most, with names."""

from datetime import UTC, datetime, timedelta

from bot.document.plain import plain_text
from bot.document.sentences import sentence
from bot.document.values import Document, Paragraph, Person, Rule, Text
from bot.surfaces.memory import MemorySurface
from bot.turns.answers import compose, parts_of
from bot.turns.ending import Ending
from bot.turns.long_answers import MAX_POSTS
from bot.words import files as file_words
from session import NewMessage, Outcome, TurnId
from session.engines.memory import MemoryRepository
from tests.unit.bot.rooms import Room
from tests.unit.bot.stories import in_memory, question, take_in
from tests.unit.bot.test_turns import finds
from tests.unit.bot.virtual_time import in_virtual_time


async def composed(document: Document) -> NewMessage:
    answer = await compose(
        MemorySurface(blocks_in_part=1, has_files=False),
        Ending(outcome=Outcome.ANSWERED, messages=[], answer=document),
        turn_id=TurnId("slack_1:1"),
        request_id="req_1",
        sent_at=in_memory().date(),
    )
    return answer.message


@in_virtual_time
async def test_an_answer_is_dated_by_the_wall_clock_as_the_messages_around_it_are() -> None:
    engine = datetime(2026, 11, 20, tzinfo=UTC)
    repository = MemoryRepository(lambda: engine, wall=lambda: engine + timedelta(hours=80))
    room = Room(finds("a cold cache"), repository=repository)
    (asked,) = await take_in(repository, question("1"))
    await room.turn(asked.session_id)
    assert (await room.answer(asked.session_id)).sent_at == repository.date()


async def test_an_answer_of_ten_posts_is_whole() -> None:
    document = Document(tuple(Paragraph((Text(f"{number}"),)) for number in range(MAX_POSTS)))
    assert [plain_text(part) for part in parts_of(await composed(document))] == [*"0123456789"]


async def test_more_than_ten_posts_are_cut_and_the_last_says_so() -> None:
    parts = parts_of(await composed(Document((Rule(),) * (MAX_POSTS + 1))))
    assert len(parts) == MAX_POSTS
    assert plain_text(parts[-1]).endswith(file_words.CUT)
    assert file_words.CUT not in "".join(map(plain_text, parts[:-1]))


async def test_people_are_stored_with_the_names_that_the_surface_knows() -> None:
    surface_knows = await composed(sentence("ask <@U012ABC>"))
    (part,) = parts_of(surface_knows)
    (paragraph,) = part.blocks
    assert isinstance(paragraph, Paragraph)
    assert isinstance(paragraph.content[1], Person)
    assert surface_knows.text.startswith("ask @")
