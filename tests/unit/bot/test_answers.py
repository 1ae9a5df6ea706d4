"""Answers: stored before they are posted, posted once, endings that say what happened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot import words
from bot.events import Kind
from bot.investigators.contract import Finding
from bot.slack.pacing import ChannelPacing
from bot.slack.parts import Part, plain
from bot.slack.people import People
from bot.slack.posting import Label, Poster
from bot.turns.answers import Answers
from bot.turns.endings import Endings
from bot.turns.investigation import Gathered
from session import ANSWER, Claim, Notebook, Outcome, SlackThread
from session.engines.memory import MemoryRepository
from simulator import Message as Posted
from simulator import Simulator
from tests.unit.bot.stories import message, turn
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import connected, me_in

CLAIM = Claim(session_id=message("1").session_id, holder_id="req_holder", fence=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything an answer passes through, and the thread it belongs to."""

    slack: Simulator
    poster: Poster
    answers: Answers
    endings: Endings
    thread: SlackThread
    ann: str

    async def posted(self) -> list[Posted]:
        return (await self.slack.messages(self.thread.channel_id, self.thread.thread_ts))[1:]


@asynccontextmanager
async def at_work() -> AsyncIterator[Desk]:
    async with Simulator.start() as slack, connected(slack) as client:
        root = await slack.user("ann").say("#incidents", "down?")
        me = me_in(slack)
        people, poster = People(client, me, now), Poster(client, me, ChannelPacing(now))
        answers = Answers(MemoryRepository(), poster, people)
        yield Desk(
            slack=slack,
            poster=poster,
            answers=answers,
            endings=Endings(answers, people, "brief"),
            thread=SlackThread(team_id=me.team_id, channel_id=root.channel, thread_ts=root.ts),
            ann=str(root.user),
        )


def allowed() -> None:
    """A guard that lets everything pass."""


@in_virtual_time
async def test_findings_become_one_stored_answer_that_pings_nobody() -> None:
    async with at_work() as desk:
        findings = [Finding(text=f"ask <@{desk.ann}>"), Finding(text=""), Finding(text="second")]
        answer = await desk.answers.compose(turn(), "req_1", findings, first="So far:")
        parts = [Part.from_json(one) for one in answer.attributes["parts"]]
        assert [one.text.lower() for one in parts] == ["so far:", "ask @ann", "second"]
        assert (answer.kind, answer.author_id) == (ANSWER, "burrow")
        assert answer.text.startswith("So far:\n\nask @")


@pytest.mark.parametrize("findings", [[], [Finding(text="")], [Finding(text=" \n ")]])
def test_an_answer_without_a_word_says_that_nothing_was_found(findings: list[Finding]) -> None:
    @in_virtual_time
    async def story() -> None:
        async with at_work() as desk:
            answer = await desk.answers.compose(turn(), "req_1", findings)
            assert answer.text == words.NOTHING_FOUND

    story()


@in_virtual_time
async def test_all_parts_are_posted_in_order_with_their_labels() -> None:
    async with at_work() as desk:
        answer = await desk.answers.compose(turn(), "req_1", [Finding(text="word " * 5_000)])
        assert await desk.answers.post(desk.thread, answer, allowed)
        labels = [one.metadata for one in await desk.posted()]
        assert labels == [
            Label(kind="answer", key=answer.id, part=number, of=3).as_metadata()
            for number in (1, 2, 3)
        ]


@in_virtual_time
async def test_parts_that_stand_in_the_thread_are_not_posted_again() -> None:
    async with at_work() as desk:
        findings = [Finding(text=text) for text in ("one", "two", "three")]
        answer = await desk.answers.compose(turn(), "req_1", findings)
        label = Label(kind="answer", key=answer.id, part=2, of=3)
        await desk.poster.post(desk.thread, plain("two"), label, allowed)
        assert await desk.answers.post(desk.thread, answer, allowed, perhaps_posted=True)
        assert [one.text for one in await desk.posted()] == ["two", "one", "three"]


@in_virtual_time
async def test_if_our_posts_show_no_labels_the_answer_is_marked_as_perhaps_a_repeat() -> None:
    async with at_work() as desk:
        answer = await desk.answers.compose(turn(), "req_1", [Finding(text="one")])
        async with connected(desk.slack) as client:
            await client.chat_postMessage(
                channel=desk.thread.channel_id, thread_ts=desk.thread.thread_ts, text="unlabelled"
            )
        assert await desk.answers.post(desk.thread, answer, allowed, perhaps_posted=True)
        last = (await desk.posted())[-1]
        assert last.text == f"one\n{words.REPEATED}"
        assert last.blocks[-1]["elements"][0]["text"] == words.REPEATED


@in_virtual_time
async def test_an_answer_slack_will_never_take_counts_as_done_one_it_may_take_does_not() -> None:
    async with at_work() as desk:
        answer = desk.answers.say(turn(), "req_1", "x")
        await desk.slack.fail("chat.postMessage", "is_archived")
        assert await desk.answers.post(desk.thread, answer, allowed)
        await desk.slack.fail("chat.postMessage", status=503, calls=6)
        assert not await desk.answers.post(desk.thread, answer, allowed)
        await desk.slack.fail("conversations.replies", status=503, calls=3)
        assert not await desk.answers.post(desk.thread, answer, allowed, perhaps_posted=True)
        assert await desk.posted() == []


OLD = Gathered([Finding(text="nothing changed", worth_posting=False, memory={"count": 1})])
NEW = Gathered([Finding(text="a cold cache", memory={"count": 2})])


@pytest.mark.parametrize(
    ("gathered", "asks", "is_answered"),
    [(NEW, True, True), (NEW, False, True), (OLD, True, True), (OLD, False, False)],
)
def test_a_plain_reply_is_answered_only_if_there_is_something_new(
    gathered: Gathered, asks: bool, is_answered: bool
) -> None:
    @in_virtual_time
    async def story() -> None:
        async with at_work() as desk:
            questions = [message("1", attributes={"ts": "1", "asks": asks})]
            end = await desk.endings.answered(CLAIM, questions, gathered)
            assert end.outcome == Outcome.ANSWERED
            assert (end.answer is not None) is is_answered
            assert end.notebook == Notebook(name="brief", value=gathered.memory)

    story()


@in_virtual_time
async def test_one_mention_among_plain_replies_is_enough() -> None:
    async with at_work() as desk:
        questions = [message("1", attributes={"asks": False}), message("2")]
        end = await desk.endings.answered(CLAIM, questions, OLD)
        assert end.answer is not None
        assert end.message_ids == tuple(one.id for one in questions)


@in_virtual_time
async def test_a_stopped_turn_says_who_stopped_it_and_keeps_what_was_found() -> None:
    async with at_work() as desk:
        stop = message("2", kind=Kind.STOP, author_id=desk.ann)
        end = await desk.endings.stopped(CLAIM, [message("1"), stop], NEW)
        assert end.outcome == Outcome.STOPPED
        assert end.answer is not None
        assert end.answer.text.lower() == (
            "stopped by ann. what i found until then:\n\na cold cache"
        )
        assert end.note == f"stopped by {desk.ann}"
        assert end.notebook == Notebook(name="brief", value={"count": 2})
        empty = await desk.endings.stopped(CLAIM, [message("1"), stop], Gathered())
        assert empty.answer is not None
        assert empty.answer.text.lower().startswith("stopped by ann.")
        assert words.NOTHING_FOUND not in empty.answer.text
        assert empty.notebook is None


@in_virtual_time
async def test_a_stop_that_came_too_late_is_closed_in_silence() -> None:
    async with at_work() as desk:
        stop = message("2", kind=Kind.STOP)
        end = await desk.endings.stopped(CLAIM, [stop], Gathered())
        assert (end.answer, end.message_ids) == (None, (stop.id,))


@in_virtual_time
async def test_a_failed_turn_tells_people_one_sentence_and_operators_the_reason() -> None:
    async with at_work() as desk:
        end = desk.endings.failed(CLAIM, [message("1")], words.failed("req_9"), "E" * 900)
        assert end.answer is not None
        assert "`req_9`" in end.answer.text
        assert end.note == "E" * 500


@in_virtual_time
async def test_the_last_of_several_mute_requests_counts() -> None:
    async with at_work() as desk:
        mute = message("1", kind=Kind.MUTE)
        unmute = message("2", kind=Kind.UNMUTE)
        assert desk.endings.muted(CLAIM, [mute, unmute]).session.muted is False
        end = desk.endings.muted(CLAIM, [unmute, mute])
        assert end.session.muted is True
        assert end.answer is not None
        assert end.answer.text == words.MUTED


@in_virtual_time
async def test_what_its_author_deleted_is_closed_in_silence() -> None:
    async with at_work() as desk:
        end = desk.endings.withdrawn([message("1", text="", attributes={})])
        assert (end.outcome, end.answer) == (Outcome.STOPPED, None)
