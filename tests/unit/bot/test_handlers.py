"""The story: what is stored before the ack, and what the session's worker does."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import words
from bot.cards.reading import Cards
from bot.changes import Changes
from bot.config import Settings
from bot.decisions import Decisions
from bot.errands import Errands
from bot.errors import ShuttingDownError
from bot.handlers import Handlers
from bot.intake.admission import Admission
from bot.intake.approvals import Approvals
from bot.intake.catch_up import CatchUp
from bot.intake.incoming import Incoming
from bot.intake.limit_notes import LimitNotes
from bot.intake.limits import QuestionLimits
from bot.intake.newcomers import GIVE_UP_AFTER, Newcomers
from bot.intake.policy import Policy
from bot.intake.replies import Replies
from bot.intake.revisions import Deletion, Edit
from bot.intake.rules import Rule
from bot.intake.withdrawals import Withdrawals
from bot.investigators.brief import BriefInvestigator
from bot.investigators.contract import Case, Finding
from bot.investigators.loading import Steps
from bot.messages import LEFT_FOR
from bot.slack.people import People
from bot.surfaces.memory import MemorySurface
from bot.turns.building import build_deeds
from bot.turns.glances import Glances
from bot.turns.queue_signs import QueueSigns
from bot.turns.run import TurnRunner
from bot.turns.slots import Slots
from bot.turns.sweep import Sweep
from bot.turns.workers import Assignment, Workers
from session import (
    LockService,
    Message,
    MessageState,
    Outcome,
    Resolver,
    SessionId,
    new_request_id,
    request_scope,
    slack_message_id,
    slack_session_id,
)
from session.engines.memory import MemoryRepository
from tests.conformance.examples import cli_session, message
from tests.unit.bot.examples import ME, THREAD, event
from tests.unit.bot.recording import Recording
from tests.unit.bot.stories import TTL, in_memory, lock_of, question, take_in
from tests.unit.bot.virtual_time import in_virtual_time, now
from tests.unit.bot.web_api import scripted_api

SESSION = slack_session_id(THREAD)
MENTION = {"type": "app_mention", "text": "<@UBURROW> why?"}


def incoming(**changes: Any) -> Incoming:
    found = Incoming.of(event(**changes), ME)
    assert found is not None
    return found


def person(**fields: Any) -> dict[str, Any]:
    return {"ok": True, "user": {"id": "UANN", "team_id": "T1", "name": "Ann"} | fields}


@dataclass(slots=True)
class House:
    """The bot without Slack: a store and a surface in memory, users.info as a test says."""

    handlers: Handlers
    changes: Changes
    decisions: Decisions
    repository: MemoryRepository
    surface: MemorySurface
    workers: Workers
    errands: Errands
    sweep: Sweep
    asked: list[str] = field(default_factory=list)
    recording: Recording = field(default_factory=Recording)

    async def quiet(self) -> None:
        assert await self.workers._tasks.drain(1_000)
        await self.errands.tasks.drain(1_000)

    async def entries(self) -> Sequence[Message]:
        return await self.repository.timeline(SESSION)

    async def states(self) -> list[tuple[str, str | None]]:
        return [(entry.text, entry.outcome) for entry in await self.entries()]


@asynccontextmanager
async def house(
    users_info: Any = None,
    *,
    slots: int = 5,
    per_author: int = 0,
    per_person: int = 0,
    per_channel: int = 0,
    investigator: Steps | None = None,
    policy: Policy | None = None,
) -> AsyncIterator[House]:
    asked: list[str] = []
    recording = Recording()

    async def steps(case: Case) -> AsyncIterator[Finding]:
        asked.append(" | ".join(new.text for new in case.new))
        await asyncio.sleep(10 if "slow" in asked[-1] else 0)
        yield Finding(text=f"answer to {asked[-1]}")

    async with scripted_api(users_info=users_info or person()) as (_, client):
        repository, surface, people = in_memory(), MemorySurface(), People(client, ME, now)
        resolver, cards = Resolver(repository), Cards(repository)
        admission = Admission(policy or Policy(me=ME), resolver, repository, people)
        handlers: Handlers

        async def investigate(assignment: Assignment) -> None:
            await handlers.investigate(assignment)

        def assign(session_id: SessionId, author_id: str) -> None:
            workers.assign(session_id, new_request_id(), author_id)

        workers = Workers(investigate, Slots(slots, per_author=per_author))
        limits = QuestionLimits(per_person=per_person, per_channel=per_channel, monotonic=now)
        errands = Errands(
            Replies(
                repository,
                resolver,
                people,
                lambda _: surface,
                "how to ask me",
                workers.load,
                CatchUp(BriefInvestigator(), repository, resolver, lambda _: surface, now),
            ),
            Newcomers(repository, admission, people, lambda _: surface, assign, recording),
            QueueSigns(
                repository, lambda _: surface, workers.load, Glances(BriefInvestigator().about)
            ),
            LimitNotes(repository, limits, lambda _: surface, now),
            Withdrawals(repository, resolver, cards, assign),
            lambda _: surface,
            recording,
        )
        locks = LockService(
            repository, ttl=TTL, monotonic=now, on_handed_back=lambda it: assign(it, "")
        )
        brief = BriefInvestigator()
        deeds = build_deeds(Settings.isolated(), repository, investigator or steps, brief)
        turns = TurnRunner(repository, deeds, lambda _: surface, call_seconds=1, monotonic=now)
        handlers = Handlers(
            admission, repository, resolver, locks, workers, turns, errands, limits
        )
        sweep = Sweep(repository, assign, errands.settle, lock_ttl=TTL)
        decisions = Decisions(
            Approvals(repository, cards, admission, people),
            cards,
            resolver,
            people,
            workers,
            errands,
            lambda _: surface,
        )
        changes = Changes(admission, repository, resolver, workers, errands, handlers)
        yield House(
            handlers,
            changes,
            decisions,
            repository,
            surface,
            workers,
            errands,
            sweep,
            asked,
            recording,
        )


@in_virtual_time
async def test_a_mention_is_stored_then_answered_under_one_notice() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**MENTION))
        assert [entry.text for entry in await home.entries()] == ["<@UBURROW> why?"]
        await home.quiet()
        assert home.surface.texts == [words.STARTING, "answer to @Burrow why?"]
        await home.handlers.take_in(incoming(**MENTION | {"ts": "1712345690.1"}))
        await home.quiet()
        assert home.surface.texts.count(words.STARTING) == 1
        session = await home.repository.get_session(SESSION)
        assert session is not None
        assert session.lease is None


@in_virtual_time
async def test_twins_at_once_or_soon_after_each_other_are_one_message() -> None:
    async with house() as home:
        twin = incoming(text="<@UBURROW> why?")
        await asyncio.gather(
            home.handlers.take_in(incoming(**MENTION)), home.handlers.take_in(twin)
        )
        await home.quiet()
        await home.handlers.take_in(twin)
        await home.quiet()
        assert home.asked == ["<@UBURROW> why?"]


@in_virtual_time
async def test_a_twin_that_knows_no_more_asks_neither_the_store_nor_who_wrote_it() -> None:
    async with house() as home:
        first = await home.handlers.take_in(incoming(**MENTION))
        await home.quiet()

        def is_asked(*_: object, **__: object) -> None:
            raise AssertionError("nobody need be asked")

        home.repository.take_in = is_asked  # type: ignore[assignment]
        home.handlers._admission._people.within = is_asked  # type: ignore[assignment,method-assign]
        assert await home.handlers.take_in(incoming(text="<@UBURROW> why?")) == first


@in_virtual_time
async def test_a_twin_that_knows_more_completes_the_message() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**MENTION | {"text": "<@UBURROW> slow"}))
        twin = incoming(text="<@UBURROW> slow", files=[{"name": "trace.log"}])
        await home.handlers.take_in(twin)
        assert (await home.entries())[0].attributes["files"] == ["trace.log"]
        await home.quiet()
        assert len(home.asked) == 1


@in_virtual_time
async def test_a_mention_edited_into_an_answered_reply_opens_it_again() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**MENTION | {"ts": "1712345678.9"}))
        await home.quiet()
        await home.handlers.take_in(incoming(text="and the proxy?"))
        await home.quiet()
        edited = {**MENTION, "text": "<@UBURROW> and the proxy?", "edited": {"user": "UANN"}}
        await home.handlers.take_in(incoming(**edited))
        await home.quiet()
        assert home.asked[-1] == "<@UBURROW> and the proxy?"
        assert home.surface.texts[-1] == "answer to @Burrow and the proxy?"


def edit(wording: str, *, second: int = 1, minutes: int = 0, **changes: Any) -> Edit:
    """Ann's edit of her mention, so many minutes after it."""
    before = event(**MENTION | {"type": "message"} | changes)["event"]
    edited = {"user": "UANN", "ts": f"{1712345679 + 60 * minutes}.000000"}
    body = event(
        subtype="message_changed",
        ts=f"{1712345679 + 60 * minutes}.00000{second}",
        message=before | {"text": wording, "edited": edited},
        previous_message=before,
        **{key: changes[key] for key in ("channel", "channel_type") if key in changes},
    )
    found = Edit.of(body, ME)
    assert found is not None
    return found


GROUP: dict[str, Any] = {"channel": "G1", "channel_type": "mpim"}


@in_virtual_time
@pytest.mark.parametrize("minutes", [1, 60])
async def test_a_mention_edited_into_an_answered_reply_of_a_group_message_opens_it_again(
    minutes: int,
) -> None:
    async with house() as home:
        message = MENTION | GROUP | {"type": "message"}
        await home.handlers.take_in(incoming(**message | {"ts": "1712345678.9"}))
        await home.quiet()
        reply = GROUP | {"text": "and the proxy?"}
        await home.handlers.take_in(incoming(**reply))
        await home.quiet()
        told = edit("<@UBURROW> and the proxy?", minutes=minutes, **reply)
        for _ in range(2):
            await home.changes.edit(told)
            await home.quiet()
        assert home.asked == ["<@UBURROW> why?", "and the proxy?", "<@UBURROW> and the proxy?"]


@in_virtual_time
async def test_a_mention_edited_into_an_old_message_of_a_group_message_is_asked_once() -> None:
    async with house() as home:
        told = edit("<@UBURROW> why?", minutes=60, **GROUP, text="hm", thread_ts=None)
        for _ in range(2):
            await home.changes.edit(told)
            await home.quiet()
        assert home.asked == ["<@UBURROW> why?"]


@in_virtual_time
async def test_an_edit_changes_a_question_that_is_still_open_and_no_other() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**MENTION))
        await home.quiet()
        await home.changes.edit(edit("new"))
        assert "new" not in dict(await home.states())
        (queued,) = await take_in(home.repository, question("9"))
        later = edit("new")
        await home.changes.edit(
            replace(later, message=replace(later.message, message_id=queued.id))
        )
        assert "new" in dict(await home.states())


@in_virtual_time
async def test_an_edit_that_comes_before_its_message_is_what_is_asked() -> None:
    async with house() as home:
        ruling = await home.changes.edit(edit("<@UBURROW> why is it down?"))
        assert ruling is not None
        assert ruling.rule is Rule.MENTION
        await home.quiet()
        for late in (MENTION, MENTION | {"type": "message"}):
            await home.handlers.take_in(incoming(**late))
            await home.quiet()
        assert home.asked == ["<@UBURROW> why is it down?"]


@in_virtual_time
@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_in_whatever_order_edits_come_the_newest_wording_counts(
    order: Sequence[int],
) -> None:
    async with house(slots=0) as home:
        coming = [
            lambda: home.handlers.take_in(incoming(**MENTION)),
            lambda: home.changes.edit(edit("<@UBURROW> one", second=1)),
            lambda: home.changes.edit(edit("<@UBURROW> two", second=2)),
            lambda: home.changes.edit(edit("<@UBURROW> two", second=2)),
        ]
        await gather_in(order, coming)
        assert [entry.text for entry in await home.entries()] == ["<@UBURROW> two"]


async def gather_in(order: Sequence[int], coming: Sequence[Any]) -> None:
    """One after the other, then all of it again at once, as Slack may repeat it."""
    for number in order:
        await coming[number]()
    await asyncio.gather(*(coming[number]() for number in order))


@in_virtual_time
async def test_an_edit_at_the_same_time_as_its_message_counts() -> None:
    async with house(slots=0) as home:
        await asyncio.gather(
            home.handlers.take_in(incoming(**MENTION)), home.changes.edit(edit("<@UBURROW> new"))
        )
        assert [entry.text for entry in await home.entries()] == ["<@UBURROW> new"]


@in_virtual_time
async def test_an_edit_of_what_is_not_for_us_or_old_begins_nothing() -> None:
    async with house() as home:
        await home.changes.edit(edit("never mind", text="why?"))
        await home.changes.edit(edit("<@UBURROW> why now?", minutes=11))
        await home.changes.edit(edit("more", text="said", ts="1712345670.1", thread_ts=None))
        await home.quiet()
        assert await home.repository.scan_sessions() == []


def deletion(*, may_come_first: bool = True) -> Deletion:
    """Of Ann's mention."""
    message_id = incoming(**MENTION).message_id
    return Deletion(message_id=message_id, may_come_first=may_come_first)


@in_virtual_time
async def test_a_late_edit_brings_no_deleted_text_back() -> None:
    async with house(slots=0) as home:
        await home.handlers.take_in(incoming(**MENTION))
        await home.changes.delete(deletion())
        await home.changes.edit(edit("<@UBURROW> my password is tulip"))
        assert [entry.text for entry in await home.entries()] == [""]


@in_virtual_time
@pytest.mark.parametrize("at_once", [False, True])
async def test_a_message_whose_deletion_comes_first_is_not_answered(at_once: bool) -> None:
    async with house() as home:
        deleting = home.changes.delete(deletion())
        taking_in = home.handlers.take_in(incoming(**MENTION))
        if at_once:
            await asyncio.gather(taking_in, deleting)
        else:
            await deleting
            assert (await taking_in).rule is Rule.DELETED
        await home.quiet()
        assert home.asked in ([], [""])


@in_virtual_time
@pytest.mark.parametrize("later", [1, 30, 390])
async def test_what_another_instance_stores_after_its_deletion_is_blanked(later: float) -> None:
    async with house() as home:
        await home.changes.delete(deletion())
        await asyncio.sleep(later)
        await take_in(home.repository, question("9", id=deletion().message_id))
        await home.quiet()
        assert [entry.text for entry in await home.entries()] == [""]


@in_virtual_time
async def test_only_what_may_still_come_is_awaited_and_not_without_end() -> None:
    async with house() as home:
        await home.changes.delete(deletion(may_come_first=False))
        assert len(home.errands.tasks) == 0
        for number in range(200):
            message_id = slack_message_id("T1", "C1", f"{number}")
            await home.changes.delete(Deletion(message_id=message_id, may_come_first=True))
        await asyncio.sleep(1)
        assert len(home.errands.tasks) == 100
        await home.quiet()


@in_virtual_time
async def test_a_reply_right_behind_its_threads_first_mention_is_taken_in() -> None:
    async with house() as home:
        mention = home.handlers.take_in(incoming(**MENTION))
        reply = home.handlers.take_in(incoming(text="it began at nine", ts="1712345679.5"))
        await asyncio.gather(mention, reply)
        await home.quiet()
        assert len(await home.entries()) >= 2
        assert "it began at nine" in " | ".join(home.asked)


@in_virtual_time
@pytest.mark.parametrize("is_here", [True, False])
async def test_a_stop_right_behind_its_threads_first_mention_is_obeyed(is_here: bool) -> None:
    async with house() as home:
        slow = MENTION | {"text": "<@UBURROW> slow"}
        stopping = home.handlers.take_in(
            incoming(**MENTION | {"text": "<@UBURROW> stop", "ts": "1712345679.5"})
        )
        if is_here:
            await asyncio.gather(home.handlers.take_in(incoming(**slow)), stopping)
        else:
            # Another instance stores the mention while this one looks for its session.
            elsewhere = take_in(
                home.repository, question("9", "slow", sent_at=incoming(**slow).sent_at)
            )
            await asyncio.gather(stopping, elsewhere)
        await home.quiet()
        assert home.surface.hints == []
        assert [text for text in home.surface.texts if "answer" in text] == []
        assert home.surface.texts[-1] == "Stopped by Ann."


@in_virtual_time
async def test_a_command_that_begins_a_thread_or_comes_into_an_old_one_waits_for_nobody() -> None:
    async with house() as home:
        began_at = now()
        for place in ({"thread_ts": None}, {"thread_ts": "1712345600.000100"}):
            changes = {"text": "<@UBURROW> stop", "ts": f"1712345679.{len(str(place))}"} | place
            await home.handlers.take_in(incoming(**MENTION | changes))
        assert now() - began_at < 0.5
        await home.quiet()
        assert [text for _, text in home.surface.hints] == [words.NO_SESSION] * 2


@in_virtual_time
@pytest.mark.parametrize("word", ["stop", "mute", "status"])
async def test_a_command_in_no_thread_of_direct_messages_says_where_it_belongs(word: str) -> None:
    async with house() as home:
        place = {"channel": "D1", "channel_type": "im", "thread_ts": None}
        await home.handlers.take_in(incoming(text=word, **place))
        await home.quiet()
        assert [text for _, text in home.surface.hints] == [words.NO_SESSION_DIRECT]


@in_virtual_time
async def test_a_reply_in_a_thread_that_nobody_asked_in_is_left_alone() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(ts="1712349999.1"))
        await home.quiet()
        assert await home.repository.scan_sessions() == []


@in_virtual_time
async def test_the_holder_finds_what_came_meanwhile_and_its_author_is_told() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**MENTION | {"text": "<@UBURROW> slow"}))
        await asyncio.sleep(1)
        later = {**MENTION, "text": "<@UBURROW> and?", "ts": "1712345690.1", "user": "UBEN"}
        await home.handlers.take_in(incoming(**later))
        await home.quiet()
        assert home.asked == ["<@UBURROW> slow", "<@UBURROW> and?"]
        assert home.surface.hints == [("UBEN", words.queued_behind("Ann"))]
        assert home.surface.signs == set()


@in_virtual_time
async def test_while_somebody_else_holds_the_lock_there_is_nothing_to_do() -> None:
    async with house() as home:
        (entry,) = await take_in(home.repository, question("1"))
        lock = await lock_of(home.repository, entry.session_id)
        with request_scope("req_1"):
            await home.handlers.investigate(Assignment(entry.session_id, "req_1", "UANN"))
        assert home.asked == []
        await lock.release()
        with request_scope("req_1"):
            await home.handlers.investigate(Assignment(entry.session_id, "req_1", "UANN"))
        assert home.asked == ["why?"]


@in_virtual_time
async def test_after_a_turn_that_found_nothing_the_inbox_is_looked_at_again() -> None:
    async with house() as home:
        (entry,) = await take_in(home.repository, question("1"))
        look = home.repository.open_messages
        looks = 0

        async def miss_the_second_time(session_id: SessionId) -> Sequence[Message]:
            nonlocal looks
            looks += 1
            return [] if looks == 2 else await look(session_id)

        home.repository.open_messages = miss_the_second_time  # type: ignore[method-assign]
        with request_scope("req_1"):
            await home.handlers.investigate(Assignment(entry.session_id, "req_1", "UANN"))
        assert home.asked == ["why?"]


@in_virtual_time
async def test_a_turn_that_ends_during_the_shutdown_still_takes_the_signs_off() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**MENTION | {"text": "<@UBURROW> slow"}))
        await asyncio.sleep(1)
        later = {**MENTION, "text": "<@UBURROW> slow too", "ts": "1712345690.1", "user": "UBEN"}
        await home.handlers.take_in(incoming(**later))
        await asyncio.sleep(12)
        assert len(home.surface.signs) == 1
        home.workers.stopping = True
        await home.quiet()
        assert home.asked == ["<@UBURROW> slow", "<@UBURROW> slow too"]
        assert home.surface.signs == set()


@in_virtual_time
async def test_once_closed_nothing_is_taken_in() -> None:
    async with house() as home:
        home.handlers.close()
        with pytest.raises(ShuttingDownError):
            await home.handlers.take_in(incoming(**MENTION))
        assert await home.repository.scan_sessions() == []


@in_virtual_time
async def test_while_it_stops_messages_are_stored_and_left_to_the_next_start() -> None:
    async with house() as home:
        home.workers.stopping = True
        await home.handlers.take_in(incoming(**MENTION))
        await home.quiet()
        (session,) = await home.repository.scan_sessions()
        (entry,) = await home.repository.open_messages(session.id)
        assert (session.lease, entry.tries, home.asked) == (None, 0, [])


@in_virtual_time
async def test_help_is_whispered_once_and_nothing_is_stored() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**MENTION | {"text": "<@UBURROW> help"}))
        await home.handlers.take_in(incoming(text="<@UBURROW> help"))
        await home.quiet()
        assert [user_id for user_id, _ in home.surface.hints] == ["UANN"]
        assert await home.repository.scan_sessions() == []


@in_virtual_time
async def test_another_programs_session_in_the_same_store_is_left_alone() -> None:
    async with house() as home:
        receipt = await home.repository.take_in(cli_session(), message())
        with request_scope("req_1"):
            async with asyncio.timeout(10):
                assignment = Assignment(receipt.session.id, "req_1", "UANN")
                await home.handlers.investigate(assignment)
        session = await home.repository.get_session(receipt.session.id)
        assert session is not None
        assert session.lease is None
        entries = await home.repository.timeline(session.id)
        assert [entry.is_open for entry in entries] == [True]


@in_virtual_time
async def test_an_entry_that_no_deed_picks_keeps_nobody_busy() -> None:
    async with house() as home:
        (entry,) = await take_in(home.repository, question("1", kind="a later version's"))
        with request_scope("req_1"):
            await home.handlers.investigate(Assignment(entry.session_id, "req_1", "UANN"))
        session = await home.repository.get_session(entry.session_id)
        assert session is not None
        assert (session.lease, session.fence) == (None, 0)


class Slow:
    """Answers users.info only when it is let."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.is_open = False

    def __call__(self, _: Any) -> dict[str, Any]:
        return self.answer if self.is_open else {"ok": False, "error": "internal_error"}


@in_virtual_time
async def test_an_author_who_is_not_known_in_time_costs_no_ack_and_is_let_in_later() -> None:
    slow = Slow(person())
    async with house(slow) as home:
        began = now()
        await home.handlers.take_in(incoming(**MENTION))
        assert now() - began < 2
        (entry,) = await home.entries()
        assert entry.state is MessageState.PARKED
        await home.handlers.take_in(incoming(ts="1712345690.1", user="UBEN"))
        assert len(await home.entries()) == 1
        slow.is_open = True
        await asyncio.sleep(15)
        await home.sweep.sweep(timedelta(0))
        await home.quiet()
        assert home.asked == ["<@UBURROW> why?"]


@in_virtual_time
async def test_the_log_names_who_was_refused_and_where_once() -> None:
    async with house(person(is_restricted=True)) as home:
        with capture_logs() as logs:
            await home.handlers.take_in(incoming(**MENTION))
            await home.handlers.take_in(incoming(**(MENTION | {"type": "message"})))
            await home.quiet()
    told = [line for line in logs if line["event"] == "message.declined"]
    (refused,) = [line for line in told if line["log_level"] == "info"]
    assert (refused["rule"], refused["user_id"]) == ("external", "UANN")
    assert {"channel_id", "ts", "thread_ts", "session_id"} <= refused.keys()


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (person(is_restricted=True), words.REFUSED_EXTERNAL),
        (person(is_stranger=True, team_id="T2"), words.REFUSED_EXTERNAL),
    ],
    ids=["guest", "stranger"],
)
def test_a_stranger_who_was_stored_unknown_is_forgotten_and_hinted_at(
    answer: dict[str, Any], text: str
) -> None:
    @in_virtual_time
    async def story() -> None:
        slow = Slow(answer)
        async with house(slow) as home:
            await home.handlers.take_in(incoming(**MENTION))
            slow.is_open = True
            await asyncio.sleep(15)
            await home.sweep.sweep(timedelta(0))
            await home.quiet()
            assert home.surface.hints == [("UANN", text)]
            assert await home.repository.scan_sessions() == []
            assert home.asked == []

    story()


@in_virtual_time
async def test_who_stays_unknown_for_six_minutes_is_forgotten_and_hinted_at() -> None:
    async with house(Slow(person())) as home:
        await home.handlers.take_in(incoming(**MENTION))
        await asyncio.sleep(GIVE_UP_AFTER.total_seconds())
        with capture_logs():
            await home.sweep.sweep(timedelta(0))
            await home.quiet()
        assert home.surface.hints == [("UANN", words.UNKNOWN)]
        assert await home.repository.scan_sessions() == []


@in_virtual_time
async def test_a_bot_that_has_no_bot_id_is_not_answered() -> None:
    async with house(person(is_bot=True)) as home:
        await home.handlers.take_in(incoming(**MENTION))
        await home.quiet()
        assert await home.repository.scan_sessions() == []
        assert home.surface.hints == []


@in_virtual_time
async def test_a_burst_of_sessions_beyond_the_slots_is_dealt_with_to_the_last() -> None:
    async with house(slots=2) as home:
        for number in range(10):
            root = f"17123456{number:02}.000100"
            changes = {**MENTION, "thread_ts": None, "ts": root}
            await home.handlers.take_in(incoming(**changes))
        await home.quiet()
        assert len(home.asked) == 10
        for session in await home.repository.scan_sessions():
            assert session.lease is None
            entries = await home.repository.timeline(session.id)
            assert {entry.outcome for entry in entries if entry.kind == "question"} == {
                Outcome.ANSWERED
            }


@in_virtual_time
async def test_what_a_later_version_parked_is_left_to_it_for_an_hour() -> None:
    async with house() as home:
        due_at = home.repository.now() + GIVE_UP_AFTER
        parked = question("1", "later", kind="a later version's", parked=True, due_at=due_at)
        await take_in(home.repository, parked)
        sweeping = asyncio.create_task(home.sweep.run())
        await asyncio.sleep((GIVE_UP_AFTER + LEFT_FOR).total_seconds() - 1)
        (entry,) = await home.entries()
        assert (entry.state, entry.text) == (MessageState.PARKED, "later")
        await asyncio.sleep(120)
        await home.quiet()
        sweeping.cancel()
        assert (await home.states())[0] == ("later", Outcome.FAILED)
        assert "No instance of that version worked on it for an hour" in home.surface.texts[-1]
