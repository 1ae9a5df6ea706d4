"""Who asks too much is told once, keeps every command, and costs the store nothing."""

import asyncio
from typing import Any

from bot import words
from bot.document.posts import Sign
from bot.intake.incoming import Incoming
from bot.intake.limit_notes import LOOK_AFTER
from bot.intake.limits import HOUR, REMEMBERED, QuestionLimits
from bot.intake.rules import Rule, Ruling
from bot.messages import QUESTION, STOP
from bot.words import status as status_words
from session import Message, MessageId, SlackThread, StorageError, slack_session_id
from tests.unit.bot.examples import ME, event
from tests.unit.bot.test_handlers import House, house
from tests.unit.bot.virtual_time import in_virtual_time, now

ASKED = Ruling(rule=Rule.MENTION, kind=QUESTION)


def mention(number: int, **changes: Any) -> Incoming:
    """A mention that begins a thread of its own."""
    ts = f"171234{number:04}.000100"
    fields = {"type": "app_mention", "text": "<@UBURROW> slow", "ts": ts, "thread_ts": None}
    found = Incoming.of(event(**fields | changes), ME)
    assert found is not None
    return found


def twin(number: int) -> Incoming:
    return mention(number, type="message")


def limits(per_person: int = 0, per_channel: int = 0) -> QuestionLimits:
    return QuestionLimits(per_person=per_person, per_channel=per_channel, monotonic=now)


async def is_stored(home: House, asked: Incoming) -> bool:
    return await home.repository.get_message(asked.message_id) is not None


@in_virtual_time
async def test_a_question_over_the_persons_limit_is_told_once_and_takes_no_lease() -> None:
    async with house(per_person=2) as home:
        asked = [mention(number) for number in range(5)]
        for each in asked:
            await home.handlers.take_in(each)
            await asyncio.sleep(LOOK_AFTER + 1)
        assert [await is_stored(home, each) for each in asked] == [True, True, False, False, False]
        signed = {ts for ts, sign in home.surface.signs if sign is Sign.OVER_LIMIT}
        assert signed == {each.ts for each in asked[2:]}
        assert len(home.surface.hints) == 1
        assert home.surface.hints[0][1].startswith("You have asked me 2 questions within an hour.")
        session_id = slack_session_id(asked[2].thread)
        assert await home.repository.get_session(session_id) is None
        await home.quiet()
        assert len(home.asked) == 2


@in_virtual_time
async def test_an_hour_later_there_is_room_again_and_a_new_refusal_is_told_again() -> None:
    async with house(per_person=1) as home:
        for number in (1, 2):
            await home.handlers.take_in(mention(number))
        await asyncio.sleep(HOUR + 1)
        for number in (3, 4):
            await home.handlers.take_in(mention(number))
        await home.quiet()
        assert await is_stored(home, mention(3))
        assert not await is_stored(home, mention(4))
        assert len(home.surface.hints) == 2


@in_virtual_time
async def test_a_channels_limit_counts_everybody_and_each_is_told() -> None:
    async with house(per_channel=2) as home:
        for number, user in enumerate(["UANN", "UBEN", "UANN", "UBEN", "UBEN"]):
            await home.handlers.take_in(mention(number, user=user))
        await home.handlers.take_in(mention(9, channel="C2"))
        await home.quiet()
        assert await is_stored(home, mention(9, channel="C2"))
        assert sorted(user for user, _ in home.surface.hints) == ["UANN", "UBEN"]
        assert "in this channel" in home.surface.hints[0][1]


@in_virtual_time
async def test_a_stop_is_heard_from_somebody_over_every_limit() -> None:
    async with house(per_person=1, per_author=1) as home:
        await home.handlers.take_in(mention(1))
        await asyncio.sleep(1)
        stop = mention(2, text="<@UBURROW> stop", thread_ts=mention(1).ts)
        await home.handlers.take_in(stop)
        await home.quiet()
        assert await is_stored(home, stop)
        status = mention(3, text="<@UBURROW> status", thread_ts=mention(1).ts)
        await home.handlers.take_in(status)
        await home.quiet()
        assert words.person_limit(1, HOUR) not in [text for _, text in home.surface.hints]


@in_virtual_time
async def test_the_twin_of_a_question_goes_the_same_way_and_counts_once() -> None:
    async with house(per_person=2) as home:
        for number in (1, 2):
            await home.handlers.take_in(mention(number))
            await home.handlers.take_in(twin(number))
        await home.handlers.take_in(mention(3))
        await asyncio.sleep(HOUR)
        await home.handlers.take_in(twin(3))
        await home.quiet()
        assert await is_stored(home, mention(2))
        assert not await is_stored(home, mention(3))
        assert len(home.surface.hints) == 1


@in_virtual_time
async def test_who_was_refused_here_and_taken_in_elsewhere_is_told_nothing() -> None:
    async with house(per_person=1) as home, house() as neighbour:
        neighbour.handlers._repository = home.repository
        neighbour.handlers._resolver = home.handlers._resolver
        for number in (1, 2):
            await home.handlers.take_in(mention(number))
        await neighbour.handlers.take_in(twin(2))
        await home.quiet()
        assert await is_stored(home, mention(2))
        assert home.surface.hints == []
        assert not [sign for _, sign in home.surface.signs if sign is Sign.OVER_LIMIT]


@in_virtual_time
async def test_while_the_store_is_away_a_refused_question_is_told_all_the_same() -> None:
    async def away(message_id: MessageId) -> Message | None:
        raise StorageError("away")

    async with house(per_person=1) as home:
        await home.handlers.take_in(mention(1))
        home.repository.get_message = away  # type: ignore[method-assign]
        await home.handlers.take_in(mention(2))
        await asyncio.sleep(LOOK_AFTER + 1)
        assert len(home.surface.hints) == 1


@in_virtual_time
async def test_plain_replies_are_counted_apart_and_left_alone_in_silence() -> None:
    async with house(per_person=1) as home:
        root = mention(1)
        await home.handlers.take_in(root)
        replies = [
            mention(number, type="message", text="it is slow", thread_ts=root.ts)
            for number in (2, 3)
        ]
        for reply in replies:
            await home.handlers.take_in(reply)
        await home.quiet()
        assert [await is_stored(home, reply) for reply in replies] == [True, False]
        assert home.surface.hints == []


@in_virtual_time
async def test_the_sixth_thread_of_one_person_waits_and_anothers_does_not() -> None:
    async with house(slots=10, per_author=2) as home:
        for number in range(3):
            await home.handlers.take_in(mention(number))
        await home.handlers.take_in(mention(4, user="UBEN"))
        await asyncio.sleep(6)
        assert len(home.asked) == 3
        assert home.surface.hints == [("UANN", words.queued_behind_own(2))]
        thread = SlackThread(team_id="T1", channel_id="C1", thread_ts=mention(2).ts)
        session = await home.repository.get_session(slack_session_id(thread))
        assert session is not None
        assert session.lease is None
        await home.handlers.take_in(
            mention(5, text="<@UBURROW> status", thread_ts=thread.thread_ts)
        )
        await asyncio.sleep(1)
        assert home.surface.hints[-1][1].endswith(status_words.load(3, 1, 1, instances=1))
        await home.quiet()
        assert len(home.asked) == 4


@in_virtual_time
async def test_status_says_so_while_the_store_is_away() -> None:
    async with house() as home:

        async def away(_: object) -> None:
            raise StorageError("away")

        home.repository.get_session = away  # type: ignore[method-assign, assignment]
        await home.handlers.take_in(mention(1, text="<@UBURROW> status"))
        await asyncio.sleep(1)
        assert home.surface.hints == [("UANN", status_words.AWAY)]


@in_virtual_time
async def test_no_limit_remembers_nothing() -> None:
    none = limits()
    assert all(none.applied_to(ASKED, mention(number)) is ASKED for number in range(100))
    assert not none._asked


@in_virtual_time
async def test_what_is_remembered_is_bounded() -> None:
    some = limits(per_person=1)
    for number in range(REMEMBERED + 10):
        some.applied_to(ASKED, mention(0, ts=f"1712345678.{number:06}", user=f"U{number}"))
    assert len(some._asked) == REMEMBERED == some._counts.total()
    await asyncio.sleep(HOUR)
    some.applied_to(Ruling(rule=Rule.MENTION, kind=STOP), mention(1))
    assert not some._asked
    assert not some._counts


@in_virtual_time
async def test_the_person_is_told_when_there_is_room_again() -> None:
    some = limits(per_person=2)
    some.applied_to(ASKED, mention(1))
    await asyncio.sleep(600)
    some.applied_to(ASKED, mention(2))
    assert some.applied_to(ASKED, mention(3)).rule is Rule.PERSON_LIMIT
    reached = some.reached(mention(3), Rule.PERSON_LIMIT)
    assert (reached.most, reached.seconds) == (2, HOUR - 600)
    assert "Ask again in 50 min." in words.person_limit(reached.most, reached.seconds)
