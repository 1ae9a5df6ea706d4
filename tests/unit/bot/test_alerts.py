"""Alerts, from the event to what their threads say, over a store and a surface in memory."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot import words
from bot.document.posts import Label
from bot.document.sentences import sentence
from bot.errors import Hope, PostingError
from bot.intake.incoming import Incoming
from bot.intake.policy import Policy
from bot.intake.rules import Rule, for_us
from bot.investigators.brief import BriefInvestigator
from bot.investigators.loading import steps_of
from bot.messages import ALERT, ALERT_RECOVERS, ALERT_REPEATS
from bot.turns.slots import ALERTS, Slots, Waiter
from bot.words import alerts as alert_words
from session import Message, SessionId, StorageError, slack_message_id, slack_session_id
from tests.unit.bot.alert_shapes import PAIRS
from tests.unit.bot.examples import ME, event
from tests.unit.bot.stories import lock_of
from tests.unit.bot.test_handlers import House, house
from tests.unit.bot.virtual_time import in_virtual_time, real_time

POLICY = Policy(me=ME, alerts={"C1": frozenset({"B2", "A3"}), "C2": frozenset()})
STARTED_AT = 1712345000
FIRES, OVER = PAIRS["a line of text"]


def posted(message: dict[str, Any] = FIRES, *, at: float = 0, **changes: Any) -> Incoming:
    """An app's root message, so many seconds after the first one."""
    of_app = {"user": None, "subtype": "bot_message", "bot_id": "B2", "username": "Pager"}
    fields = of_app | {"thread_ts": None, "ts": f"{STARTED_AT + at:.6f}"} | message | changes
    found = Incoming.of(event(**fields), ME)
    assert found is not None
    return found


def changed(message: dict[str, Any], *, of: float, at: float) -> Incoming:
    """The change of one that an app posted `of` seconds after the first."""
    body = event(subtype="message_changed", ts=f"{STARTED_AT + at:.6f}", user=None)
    body["event"]["message"] = posted(message, at=of).app
    found = Incoming.of_change(body, ME)
    assert found is not None
    return found


async def take(home: House, *alerts: Incoming) -> None:
    """Take alerts in one after the other, and let all that follows from each happen."""
    for alert in alerts:
        await home.handlers.take_in(alert)
        # The brief is made in a thread.
        with real_time():
            await home.quiet()


async def pass_time(home: House, seconds: float) -> None:
    """Let time pass, and have the sweep find what is due then."""
    await asyncio.sleep(seconds)
    await home.sweep.sweep(timedelta(0))
    with real_time():
        await home.quiet()


def session_of(alert: Incoming) -> SessionId:
    return slack_session_id(alert.thread)


async def entries(home: House, alert: Incoming) -> list[Message]:
    return list(await home.repository.timeline(session_of(alert)))


def told(home: House) -> list[str]:
    """What the threads say, besides notices and briefs."""
    signs = ("🔁", "✅", "More alerts", "Muted")
    return [text for text in home.surface.texts if text.startswith(signs)]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, Rule.ALERT),
        ({"bot_id": "B9", "app_id": "A3"}, Rule.ALERT),
        ({"bot_id": "B9", "bot_profile": {"app_id": "A3"}}, Rule.ALERT),
        ({"bot_id": "B9"}, Rule.NOT_IN_ALERTS),
        ({"channel": "C2", "bot_id": "B9"}, Rule.ALERT),
        ({"channel": "C3"}, Rule.NOT_IN_ALERTS),
        ({"bot_id": "BBURROW"}, Rule.OWN),
        ({"user": "UBURROW"}, Rule.OWN),
        ({"thread_ts": "1712340000.1"}, Rule.OTHER_BOT),
        ({"thread_ts": "1712340000.1", "subtype": "thread_broadcast"}, Rule.OTHER_BOT),
        ({"thread_ts": "1712340000.1", "text": OVER["text"]}, Rule.RECOVERY),
        ({"text": "<@UBURROW> stop"}, Rule.ALERT),
        ({"type": "app_mention", "text": "<@UBURROW> stop"}, Rule.ALERT),
    ],
)
def test_a_root_message_of_an_app_that_is_named_is_an_alert(
    changes: dict[str, Any], rule: Rule
) -> None:
    assert for_us(posted(**changes), POLICY) is rule


def test_a_persons_message_is_never_an_alert() -> None:
    found = Incoming.of(event(thread_ts=None), ME)
    assert found is not None
    assert for_us(found, POLICY) is Rule.NO_MENTION


@in_virtual_time
async def test_an_alert_is_stored_with_its_readable_text_by_its_bot_without_asking_slack() -> None:
    async with house({"ok": False, "error": "fatal_error"}, policy=POLICY) as home:
        message = PAIRS["Alertmanager, labels in the text"][0]
        alert = posted(message | {"text": "<@UBURROW> stop"})
        await take(home, alert)
        [entry, answer] = await entries(home, alert)
        assert (entry.kind, entry.author_id, entry.outcome) == (ALERT, "B2", "answered")
        assert (
            entry.text == "@UBURROW stop\n[FIRING:1] DiskFull\n*Instance:* db-7\n*Value:* 97.1 %"
        )
        assert entry.attributes["asks"] is False
        assert answer.is_answer
        assert home.surface.texts[0] == words.STARTING
        assert (home.surface.hints, home.surface.directs, home.surface.signs) == ([], [], set())


@in_virtual_time
async def test_the_brief_answers_it_whatever_investigates_and_people_go_first() -> None:
    async with house(policy=POLICY) as home:
        alert = posted()
        await take(home, alert)
        assert home.asked == []
        assert len(home.surface.texts) == 2


@in_virtual_time
async def test_a_person_who_asks_first_is_briefed_and_the_alert_says_nothing_twice() -> None:
    brief = steps_of(BriefInvestigator().investigate)
    async with house(policy=POLICY, investigator=brief) as home:
        alert = posted()
        mention = event(thread_ts=alert.ts, type="app_mention", text="<@UBURROW> why?")
        asked = Incoming.of(mention, ME)
        assert asked is not None
        await take(home, asked)
        said = len(home.surface.texts)
        await take(home, alert)
        assert len(home.surface.texts) == said
        assert [it.outcome for it in await entries(home, alert) if it.kind == ALERT] == [
            "answered"
        ]


@in_virtual_time
async def test_twins_and_redeliveries_of_an_alert_are_one() -> None:
    async with house(policy=POLICY) as home:
        mention = FIRES | {"text": "<@UBURROW> web-3 is down"}
        await take(home, posted(mention), posted(mention, type="app_mention"), posted(mention))
        assert len(await entries(home, posted(mention))) == 2
        [record] = [it for it in await home.repository.scan_alerts() if it.key.fingerprint]
        assert record.count == 0


@in_virtual_time
async def test_one_line_counts_its_repeats_and_is_updated_once_a_minute_at_most() -> None:
    async with house(policy=POLICY) as home:
        first = posted()
        await take(home, first, posted(at=1))
        assert told(home) == ["🔁 Seen again once more, last at 19:23 UTC."]
        await take(home, posted(at=2), posted(at=3), posted(at=4))
        assert told(home) == ["🔁 Seen again once more, last at 19:23 UTC."]
        mention = event(thread_ts=first.ts, type="app_mention", text="<@UBURROW> why?")
        asked = Incoming.of(mention, ME)
        assert asked is not None
        await take(home, asked)
        assert told(home) == ["🔁 Seen again once more, last at 19:23 UTC."]
        await pass_time(home, 61)
        assert told(home) == ["🔁 Seen again 4 times more, last at 19:23 UTC."]
        lines = [it for it in await entries(home, first) if it.kind == ALERT_REPEATS]
        assert [line.outcome for line in lines] == ["answered", "answered"]
        for at in (5, 6, 7):
            assert await entries(home, posted(at=at)) == []


@in_virtual_time
async def test_a_line_that_a_turn_posted_before_it_died_is_not_posted_again() -> None:
    async with house(policy=POLICY) as home:
        first = posted()
        await take(home, first)
        lock = await lock_of(home.repository, session_of(first))
        label = Label(kind="alert_repeats", key=session_of(first))
        await home.surface.under(lock).post(sentence("🔁 Seen again"), label)
        over = slack_message_id("T1", "C1", f"{ALERT_RECOVERS} {posted(at=2).ts}")
        label = Label(kind="alert_recovers", key=over)
        await home.surface.under(lock).post(sentence("✅ Resolved"), label)
        await lock.release()
        await take(home, posted(at=1), posted(OVER, at=2))
        assert told(home) == ["🔁 Seen again once more, last at 19:23 UTC.", "✅ Resolved"]


@pytest.mark.parametrize("arrives", [True, False])
@in_virtual_time
async def test_a_line_that_a_dead_process_was_posting_is_awaited_and_stands_once(
    arrives: bool,
) -> None:
    async with house(policy=POLICY) as home:
        first = posted()
        await take(home, first)
        lock = await lock_of(home.repository, session_of(first))
        await take(home, posted(at=1))
        [line] = [it for it in await entries(home, first) if it.kind == ALERT_REPEATS]
        await lock.begin_turn([line.id])
        await lock.release()
        await pass_time(home, 0)
        assert told(home) == []
        lock = await lock_of(home.repository, session_of(first))
        if arrives:
            label = Label(kind="alert_repeats", key=session_of(first))
            await home.surface.under(lock).post(sentence("🔁 Seen again"), label)
        await lock.release()
        await pass_time(home, 61)
        assert told(home) == ["🔁 Seen again once more, last at 19:23 UTC."]


@pytest.mark.parametrize("how", ["root", "reply", "change", "bare reply", "bare change"])
@in_virtual_time
async def test_its_thread_is_told_that_it_is_over_and_how_often_it_came(how: str) -> None:
    async with house(policy=POLICY) as home:
        first = posted()
        await take(home, first, posted(OVER, at=720))
        assert told(home) == ["✅ Resolved after 12 min."]
        again = posted(at=800)
        bare = {"text": "Resolved"}
        over = {
            "root": posted(OVER, at=860),
            "reply": posted(OVER, at=860, thread_ts=again.ts),
            "change": changed(OVER, of=800, at=860),
            "bare reply": posted(bare, at=860, thread_ts=again.ts),
            "bare change": changed(bare, of=800, at=860),
        }[how]
        await take(home, again, over, over)
        assert told(home)[1:] == ["✅ Resolved after 60 s, the 2nd time in 24 hours."]
        assert len(await entries(home, again)) == 3


@in_virtual_time
async def test_a_recovery_without_a_known_start_says_and_stores_nothing() -> None:
    async with house(policy=POLICY) as home:
        await take(home, posted(OVER), changed(OVER, of=0, at=5))
        assert home.surface.texts == []
        assert await home.repository.scan_alerts() == []
        assert await home.repository.scan_sessions() == []


@in_virtual_time
async def test_a_change_that_is_no_recovery_is_left_alone() -> None:
    async with house(policy=POLICY) as home:
        await take(home, posted(), changed(FIRES, of=0, at=60))
        assert len(home.surface.texts) == 2


@in_virtual_time
async def test_a_muted_thread_is_told_nothing_more() -> None:
    async with house(policy=POLICY) as home:
        first = posted()
        await take(home, first)
        mute = Incoming.of(
            event(thread_ts=first.ts, type="app_mention", text="<@UBURROW> mute"), ME
        )
        assert mute is not None
        await take(home, mute, posted(at=5), posted(OVER, at=10))
        assert told(home) == [words.MUTED_ALERT.replace("`", "")]
        unmute = Incoming.of(
            event(
                thread_ts=first.ts,
                ts=f"{STARTED_AT + 20:.6f}",
                type="app_mention",
                text="<@UBURROW> unmute",
            ),
            ME,
        )
        assert unmute is not None
        await take(home, unmute)
        assert home.surface.texts[-1] == words.UNMUTED_ALERT
        assert not await home.repository.open_messages(session_of(first))


@in_virtual_time
async def test_more_than_twenty_an_hour_are_left_alone_and_the_last_case_says_so_once() -> None:
    async with house(policy=POLICY) as home:
        alerts = [
            posted({"text": f"PROBLEM: {chr(97 + n)}-host is down"}, at=n) for n in range(23)
        ]
        await take(home, *alerts)
        stored = [alert for alert in alerts if await entries(home, alert)]
        assert len(stored) == 20
        assert home.surface.texts.count(words.STARTING) == 20
        assert told(home) == [alert_words.limited(20)]
        assert "alerts limited" in [entry.kind for entry in await entries(home, alerts[19])]


@in_virtual_time
async def test_plain_replies_count_only_once_somebody_has_mentioned_the_bot() -> None:
    async with house(policy=POLICY) as home:
        first = posted()
        await take(home, first)

        def reply(text: str, ts: str, **changes: Any) -> Incoming:
            found = Incoming.of(event(thread_ts=first.ts, ts=ts, text=text, **changes), ME)
            assert found is not None
            return found

        await take(home, reply("why?", "1712345990.1"))
        assert home.asked == []
        await take(home, reply("<@UBURROW> why?", "1712345991.1", type="app_mention"))
        await take(home, reply("and now?", "1712345992.1"))
        assert home.asked == ["<@UBURROW> why?", "and now?"]


@in_virtual_time
async def test_status_and_stop_name_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(policy=POLICY) as home:
        first = posted()
        reading = asyncio.Event()

        async def read() -> Any:
            reading.set()
            await asyncio.sleep(50)
            return []

        monkeypatch.setattr(home.surface, "read", read)
        await home.handlers.take_in(first)
        await reading.wait()

        def says(text: str, ts: str) -> Incoming:
            mention = {"type": "app_mention", "text": f"<@UBURROW> {text}"}
            found = Incoming.of(event(thread_ts=first.ts, ts=ts, **mention), ME)
            assert found is not None
            return found

        await home.handlers.take_in(says("status", "1712345990.1"))
        await home.handlers.take_in(says("and why?", "1712345990.5"))
        await asyncio.sleep(1)
        await home.handlers.take_in(says("stop", "1712345991.1"))
        await home.quiet()
        hints = [text for _, text in home.surface.hints]
        assert any("I've been on Pager's alert for" in text for text in hints)
        assert any("I'm on Pager's alert. Your question is next." in text for text in hints)
        stopped = "Stopped by Ann. This ends my work on Pager's alert."
        assert stopped in home.surface.texts


@in_virtual_time
async def test_an_alert_that_cannot_be_stored_is_raised_and_gets_no_sign(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with house(policy=POLICY) as home:
        alert = posted({"text": "<@UBURROW> web-3 is down"})

        def fail(*_: Any, **__: Any) -> Any:
            raise StorageError("disk full")

        for step in ("see_alert", "take_in"):
            with monkeypatch.context() as broken:
                broken.setattr(home.repository, step, fail)
                with pytest.raises(StorageError):
                    await home.handlers.take_in(alert)
        home.errands.warn(alert, "disk full")
        await home.quiet()
        assert home.surface.signs == set()
        # It was noted and not stored: the redelivery begins it all the same.
        await take(home, alert)
        assert len(await entries(home, alert)) == 2


@in_virtual_time
async def test_a_line_that_slack_refuses_is_tried_again_for_an_hour() -> None:
    async with house(policy=POLICY) as home:
        first = posted()
        await take(home, first)
        home.surface.refuse = lambda *_: PostingError("busy")
        await take(home, posted(OVER, at=60))
        assert told(home) == []
        home.surface.refuse = lambda *_: None
        await pass_time(home, 61)
        assert told(home) == ["✅ Resolved after 60 s."]
        again = posted(at=120)
        await take(home, again)
        home.surface.refuse = lambda *_: PostingError("gone", hope=Hope.NONE)
        await take(home, posted(OVER, at=180))
        assert not await home.repository.open_messages(session_of(again))


@in_virtual_time
async def test_a_line_waits_while_as_many_posts_are_updated_as_slack_allows() -> None:
    async with house(policy=POLICY) as home:
        await take(home, posted(), posted(at=1), posted(at=2))
        home.surface.room_to_update.clear()
        await pass_time(home, 61)
        assert told(home) == ["🔁 Seen again once more, last at 19:23 UTC."]
        home.surface.room_to_update.set()
        await pass_time(home, 61)
        assert told(home) == ["🔁 Seen again 2 times more, last at 19:23 UTC."]


@in_virtual_time
async def test_where_labels_are_hidden_the_recovery_is_told_all_the_same() -> None:
    async with house(policy=POLICY) as home:
        await take(home, posted())
        home.surface.shows_labels = False
        await take(home, posted(OVER, at=60))
        assert told(home) == ["✅ Resolved after 60 s."]


@in_virtual_time
async def test_all_alerts_wait_as_one_author_behind_people() -> None:
    slots = Slots(1)
    first = await slots.take("UANN", Waiter())
    order: list[str] = []

    async def work(author: str) -> None:
        with await slots.take(author, Waiter()):
            order.append(author)

    tasks = []
    for author in (ALERTS, ALERTS, "UANN", "UBEN", "UANN"):
        tasks.append(asyncio.create_task(work(author)))
        await asyncio.sleep(0)
    with first:
        pass
    await asyncio.gather(*tasks)
    assert order == ["UANN", "UBEN", "UANN", ALERTS, ALERTS]
