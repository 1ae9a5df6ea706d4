"""An edit that makes a command of a question."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot import words
from bot.document.posts import Sign
from session import Outcome
from tests.unit.bot.examples import event
from tests.unit.bot.test_handlers import MENTION, House, deletion, edit, house, incoming
from tests.unit.bot.virtual_time import in_virtual_time

RUNNING = {"type": "app_mention", "text": "<@UBURROW> slow", "user": "UBEN", "ts": "1712345678.5"}
TS = event()["event"]["ts"]


async def queued_behind_ben(home: House) -> None:
    """Have Ben's turn run, and Ann's mention wait."""
    await home.handlers.take_in(incoming(**RUNNING))
    await home.handlers.take_in(incoming(**MENTION))


async def both_events(home: House, wording: str) -> None:
    """Slack tells of an edit twice, in this order or the other."""
    body = event(
        **MENTION | {"text": wording, "edited": {"user": "UANN", "ts": "1712345679.000000"}}
    )
    mention = incoming(**body["event"])
    await home.changes.edit(edit(wording))
    await home.handlers.take_in(mention)
    await home.changes.edit(edit(wording))


@in_virtual_time
@pytest.mark.parametrize("word", ["stop", "never mind", "please cancel my question"])
async def test_a_queued_question_that_becomes_a_stop_is_taken_back_and_ends_nobody_elses_turn(
    word: str,
) -> None:
    async with house() as home:
        await queued_behind_ben(home)
        await both_events(home, f"<@UBURROW> {word}")
        await home.quiet()
        assert home.asked == ["<@UBURROW> slow"]
        assert home.surface.texts[1:] == ["answer to @Burrow slow"]
        assert [
            (it.text, it.outcome) for it in await home.entries() if it.author_id == "UANN"
        ] == [("", Outcome.STOPPED)]
        assert (TS, Sign.QUEUED) not in home.surface.signs
        assert [user for user, text in home.surface.hints if text == words.NO_SESSION] == []


@in_virtual_time
async def test_a_question_that_becomes_a_stop_while_its_turn_works_ends_that_turn() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**MENTION | {"text": "<@UBURROW> slow"}))
        await asyncio.sleep(1)
        await both_events(home, "<@UBURROW> stop")
        await home.quiet()
        assert home.surface.texts == [words.STARTING, "Stopped by Ann."]
        assert len(await home.entries()) == 3


@in_virtual_time
async def test_a_reply_that_becomes_a_stop_by_an_edit_that_adds_the_mention_is_obeyed() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**RUNNING))
        await home.handlers.take_in(incoming(text="is it the proxy?"))
        await both_events(home, "<@UBURROW> stop")
        await home.quiet()
        assert home.surface.texts[1:] == ["Stopped by Ann. This ends the questions of Ben too."]
        assert home.asked == ["<@UBURROW> slow"]


@in_virtual_time
async def test_an_answered_reply_that_becomes_a_stop_is_obeyed_and_not_asked_again() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**RUNNING | {"text": "<@UBURROW> first"}))
        await home.handlers.take_in(incoming(text="is it the proxy?"))
        await home.quiet()
        second = RUNNING | {"ts": "1712345678.8"}
        await home.handlers.take_in(incoming(**second))
        await asyncio.sleep(1)
        await both_events(home, "<@UBURROW> stop")
        await home.quiet()
        assert home.asked[-1] == "<@UBURROW> slow"
        assert home.surface.texts[-1] == "Stopped by Ann. This ends the questions of Ben too."


@in_virtual_time
@pytest.mark.parametrize("is_direct", [False, True])
async def test_a_question_that_becomes_help_is_helped_once_and_not_investigated(
    is_direct: bool,
) -> None:
    async with house() as home:
        if is_direct:
            place: dict[str, Any] = {"channel": "D1", "channel_type": "im", "type": "message"}
            await home.handlers.take_in(incoming(**RUNNING | place))
            await home.handlers.take_in(incoming(**MENTION | place))
            await home.changes.edit(edit("help", **place))
            await home.changes.edit(edit("help", **place))
        else:
            await queued_behind_ben(home)
            await both_events(home, "<@UBURROW> help")
        await home.quiet()
        assert home.asked == ["<@UBURROW> slow"]
        assert [text for _, text in home.surface.hints].count("how to ask me") == 1


@in_virtual_time
async def test_a_question_that_becomes_mute_or_export_is_that() -> None:
    async with house() as home:
        await queued_behind_ben(home)
        await both_events(home, "<@UBURROW> mute")
        await home.quiet()
        assert [text[:6] for text in home.surface.texts[2:]] == ["Muted."]
        assert home.asked == ["<@UBURROW> slow"]


@in_virtual_time
async def test_what_was_answered_at_once_and_becomes_another_command_is_answered_again() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**MENTION | {"text": "<@UBURROW> status"}))
        await both_events(home, "<@UBURROW> help")
        await home.quiet()
        assert [text for _, text in home.surface.hints] == [words.NO_SESSION, "how to ask me"]


@in_virtual_time
async def test_an_older_edit_into_a_command_comes_too_late() -> None:
    async with house(slots=0) as home:
        await home.handlers.take_in(incoming(**MENTION))
        await home.changes.edit(edit("<@UBURROW> and the cache?", second=2))
        await home.changes.edit(edit("<@UBURROW> stop", second=1))
        assert [entry.text for entry in await home.entries()] == ["<@UBURROW> and the cache?"]


@in_virtual_time
async def test_what_is_over_begins_nothing_by_an_edit_into_a_command() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**MENTION))
        await home.quiet()
        await home.handlers.take_in(incoming(**RUNNING))
        await both_events(home, "<@UBURROW> stop")
        await home.quiet()
        assert home.surface.texts[-1] == "answer to @Burrow slow"


@in_virtual_time
async def test_of_a_question_that_is_deleted_before_its_turn_begins_nothing_is_said() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**MENTION))
        await home.changes.delete(deletion())
        await home.quiet()
        assert home.surface.posts == []
        assert [entry.outcome for entry in await home.entries()] == [Outcome.STOPPED]


@in_virtual_time
async def test_a_redelivered_edit_obeys_its_command_once() -> None:
    async with house(slots=0) as home:
        await queued_behind_ben(home)
        later = edit("<@UBURROW> mute")
        for _ in range(2):
            await home.changes.edit(replace(later))
        assert [entry.kind for entry in await home.entries()] == ["question", "mute", "question"]
