"""Whoever asks to be caught up gets the whole brief alone; thread and store see nothing."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from aiohttp import ClientError

from bot import words
from bot.document.thread import Around, ThreadMessage
from bot.document.values import Document
from bot.intake.catch_up import KEEP_SECONDS, MOST_POSTS, CatchUp
from bot.intake.incoming import Incoming
from bot.investigators.brief import BriefInvestigator
from bot.surfaces.memory import MemorySurface
from session import Resolver, StorageError
from session.engines.memory import MemoryRepository
from tests.unit.bot.examples import ME, event
from tests.unit.bot.stories import SENT_AT, in_memory, lock_of, question, take_in
from tests.unit.bot.virtual_time import in_virtual_time, now


def said(minute: int, text: str, author: str = "Ben") -> ThreadMessage:
    return ThreadMessage(
        ts=f"1712345{minute:03}.000000",
        sent_at=SENT_AT + timedelta(minutes=minute),
        author_id=f"U{author.upper()}",
        author=author,
        text=text,
        link=f"https://acme.slack.com/archives/C1/p{minute}",
    )


def asked(ts: str = "1712345700.000000", user: str = "UANN") -> Incoming:
    incoming = Incoming.of(event(text="<@UBURROW> catch me up", ts=ts, user=user), ME)
    assert incoming is not None
    return incoming


class CountedSurface(MemorySurface):
    """A thread whose readings are counted; each takes a second."""

    def __init__(self, *messages: ThreadMessage, takes_directs: bool = True) -> None:
        super().__init__(takes_directs=takes_directs, blocks_in_part=6)
        self.messages = list(messages)
        self.readings = 0
        self.fails = False

    async def read(self) -> Sequence[ThreadMessage]:
        self.readings += 1
        await asyncio.sleep(1)
        if self.fails:
            raise ClientError("no network")
        return self.messages


def catch_up(surface: MemorySurface, repository: MemoryRepository | None = None) -> CatchUp:
    store = repository or in_memory()
    return CatchUp(BriefInvestigator(), store, Resolver(store), lambda _: surface, now)


DOWN = said(1, "checkout is down since 185.220.101.34 came")


@in_virtual_time
async def test_the_whole_brief_comes_by_direct_message_and_nothing_stands_in_the_thread() -> None:
    surface = CountedSurface(DOWN, said(2, "@Burrow catch me up", "Ann"))
    await catch_up(surface).give(asked())
    text = "\n".join(text for _, text in surface.directs)
    assert text.startswith("You asked me to catch you up on this thread")
    assert "Case brief" in text
    assert "185[.]220[.]101[.]34" in text
    assert {user for user, _ in surface.directs} == {"UANN"}
    assert (surface.posts, surface.hints) == ([], [])


@in_virtual_time
async def test_without_direct_messages_the_first_screen_is_whispered() -> None:
    many = said(1, " ".join(f"185.220.101.{number}" for number in range(1, 30)))
    surface = CountedSurface(many, takes_directs=False)
    await catch_up(surface).give(asked())
    ((user, text),) = surface.hints
    assert user == "UANN"
    assert text.startswith(words.CAUGHT_UP_IN_PART.replace("`", "")[:40])
    assert "@Burrow indicators" in text
    assert "Case brief" in text
    assert "185[.]220[.]101[.]29" not in text


@in_virtual_time
async def test_a_whisper_that_holds_all_of_it_is_not_called_a_beginning() -> None:
    surface = CountedSurface(DOWN, takes_directs=False)
    surface.blocks_in_part = 100
    await catch_up(surface).give(asked())
    ((_, text),) = surface.hints
    assert text.startswith(words.CAUGHT_UP_HERE)


@in_virtual_time
async def test_who_gets_only_some_of_the_direct_messages_is_told_that_there_is_more() -> None:
    many = said(1, " ".join(f"185.220.{net}.{host}" for net in (1, 2) for host in range(1, 200)))
    surface = CountedSurface(many)
    surface.blocks_in_part = 2
    direct = surface.direct

    async def once(user_id: str, document: Document) -> bool:
        return not surface.directs and await direct(user_id, document)

    surface.direct = once  # type: ignore[method-assign]
    await catch_up(surface).give(asked())
    assert len(surface.directs) == 1
    assert surface.hints == [("UANN", words.CAUGHT_UP_MORE.replace("`", ""))]


@in_virtual_time
async def test_one_reading_serves_all_who_ask_within_a_minute() -> None:
    surface = CountedSurface(DOWN)
    asking = catch_up(surface)
    await asyncio.gather(*(asking.give(asked(user=user)) for user in ("UANN", "UBEN", "UGIL")))
    await asyncio.sleep(KEEP_SECONDS - 5)
    await asking.give(asked(user="UCHLOE"))
    assert surface.readings == 1
    assert {user for user, _ in surface.directs} == {"UANN", "UBEN", "UGIL", "UCHLOE"}
    surface.messages.append(said(5, "198.51.100.23 is next"))
    await asyncio.sleep(10)
    await asking.give(asked())
    assert surface.readings == 2
    assert "198[.]51[.]100[.]23" in surface.directs[-1][1]


@in_virtual_time
async def test_a_thread_that_cannot_be_read_is_said_and_read_anew_the_next_time() -> None:
    surface = CountedSurface(DOWN)
    asking = catch_up(surface)
    surface.fails = True
    await asking.give(asked())
    assert surface.hints == [("UANN", words.NOT_CAUGHT_UP)]
    surface.fails = False
    await asking.give(asked())
    assert surface.directs


@in_virtual_time
async def test_while_the_store_is_away_the_asker_is_told_to_ask_again() -> None:
    surface = CountedSurface(DOWN)
    repository = in_memory()
    resolver = Resolver(repository)

    async def lookup(*_: object, **__: object) -> None:
        raise StorageError("away")

    resolver.lookup_slack_session = lookup  # type: ignore[method-assign]
    asking = CatchUp(BriefInvestigator(), repository, resolver, lambda _: surface, now)
    await asking.give(asked())
    assert surface.hints == [("UANN", words.NOT_CAUGHT_UP)]


@in_virtual_time
async def test_it_is_answered_while_a_turn_runs_and_changes_nothing_in_the_store() -> None:
    repository = in_memory()
    (message,) = await take_in(repository, question("1.0"))
    lock = await lock_of(repository, message.session_id)
    before = await repository.timeline(message.session_id)
    surface = CountedSurface(DOWN)
    await catch_up(surface, repository).give(asked())
    assert surface.directs
    assert await repository.timeline(message.session_id) == before
    assert await repository.read_notebook(message.session_id, "brief") is None
    await lock.release()


@in_virtual_time
async def test_no_session_is_made_for_it() -> None:
    repository = in_memory()
    await catch_up(CountedSurface(DOWN), repository).give(asked())
    assert await Resolver(repository).lookup_slack_session(asked().thread) is None


@in_virtual_time
async def test_a_lone_request_is_answered_from_the_channel() -> None:
    surface = CountedSurface(said(2, "@Burrow catch me up", "Ann"))
    surface.channel = Around(channel="#incidents", since=SENT_AT, messages=[DOWN])
    await catch_up(surface).give(asked())
    text = "\n".join(text for _, text in surface.directs)
    assert "#incidents since" in text
    assert "185[.]220[.]101[.]34" in text


@in_virtual_time
async def test_ten_posts_are_the_most() -> None:
    surface = CountedSurface(DOWN, said(2, "what now?"), said(3, "who is on call?"))
    surface.blocks_in_part = 1
    await catch_up(surface).give(asked())
    assert len(surface.directs) <= MOST_POSTS
    crowded = CountedSurface(*(said(n, f"should we block 185.220.101.{n}?") for n in range(1, 40)))
    crowded.blocks_in_part = 1
    await catch_up(crowded).give(asked())
    assert len(crowded.directs) <= MOST_POSTS


@pytest.mark.parametrize("takes_directs", [True, False])
def test_an_empty_thread_gets_words_too(takes_directs: bool) -> None:
    @in_virtual_time
    async def story() -> None:
        surface = CountedSurface(takes_directs=takes_directs)
        await catch_up(surface).give(asked())
        ((_, text),) = surface.directs or surface.hints
        assert "There is nothing else in this thread yet." in text

    story()
