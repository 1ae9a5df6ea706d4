"""Clicks on a card: whose count, which one wins, and what the card and the person are told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot import words
from bot.cards import words as card_words
from bot.config.permissions import Permissions
from bot.intake.approvals import ACTIONS, DecisionClick
from bot.intake.policy import Policy
from bot.intake.revisions import Deletion
from bot.investigators.approvals import Verdict
from bot.investigators.loading import steps_of
from bot.surfaces.memory import MemoryPost
from session import SlackThread, StorageError, slack_message_id
from tests.unit.bot.approvals import RESTART, SCALE, Careful, card_of
from tests.unit.bot.examples import ME, ODD_JSON, THREAD, patient
from tests.unit.bot.test_handlers import MENTION, SESSION, House, house, incoming, person
from tests.unit.bot.virtual_time import in_virtual_time

from hypothesis import given  # isort: skip

ASK = {**MENTION, "text": "<@UBURROW> restart checkout"}


@asynccontextmanager
async def asked(careful: Careful, **options: Any) -> AsyncIterator[House]:
    """A bot whose investigator has asked for an approval."""
    async with house(investigator=steps_of(careful.investigate), **options) as home:
        await home.handlers.take_in(incoming(**ASK))
        await home.quiet()
        yield home


async def click(home: House, number: int = 1, *, denies: bool = False, by: str = "UBEN") -> None:
    """Press a button of the session's card, also one that is gone from it."""
    card = await card_of(home.repository, SESSION)
    await home.decisions.take_in(
        DecisionClick(
            thread=THREAD,
            user_id=by,
            ts="1712345690.1",
            post_id=shown(home).posted.id,
            card_key=card.key,
            number=number,
            approves=not denies,
        )
    )


def shown(home: House) -> MemoryPost:
    """The card as it stands in the thread."""
    return next(post for post in home.surface.posts if card_words.title(1)[:14] in post.text)


@in_virtual_time
async def test_a_click_is_stored_shown_at_once_and_carried_out() -> None:
    careful = Careful(wanted=(RESTART, SCALE))
    async with asked(careful) as home:
        await click(home, 2)
        await home.errands.tasks.drain(10)
        assert "2. scale: approved by @Ben" in shown(home).text
        assert [it.text for it in shown(home).actions] == ["Approve 1", "Deny 1"]
        await home.quiet()
        assert careful.ran == []
        await click(home, 1, denies=True)
        await home.quiet()
        assert careful.ran == ["c2"]
        assert "scale: done. Approved by @Ben." in home.surface.texts[-1]
        assert shown(home).actions == ()


@in_virtual_time
async def test_a_decision_is_shown_at_once_although_the_thread_works() -> None:
    async with asked(Careful(wanted=(RESTART, SCALE), seconds=600)) as home:
        await home.handlers.take_in(incoming(**MENTION | {"ts": "1712345691.1"}))
        await asyncio.sleep(1)
        await click(home, 1)
        await home.errands.tasks.drain(10)
        assert [it.text for it in shown(home).actions] == ["Approve 2", "Deny 2"]


@in_virtual_time
async def test_of_two_decisions_the_first_wins_and_a_double_click_is_one() -> None:
    careful = Careful(seconds=60)
    async with asked(careful) as home:
        await asyncio.gather(click(home), click(home))
        await asyncio.sleep(1)
        await click(home, denies=True, by="UANN")
        await home.quiet()
        assert careful.told == [("c1", Verdict.APPROVED)]
        assert home.surface.hints == [("UANN", card_words.decided_already(True, "Ann"))]
        entries = await home.entries()
        assert [it.text for it in entries if it.kind == "approval"] == ["approved"]


@pytest.mark.parametrize(
    ("fields", "permissions", "told"),
    [
        ({"is_restricted": True}, Permissions(), card_words.MAY_NOT),
        ({"team_id": "T2"}, Permissions(external=True), card_words.MAY_NOT),
        ({"is_bot": True}, Permissions(), card_words.MAY_NOT),
        ({}, Permissions(approvers=frozenset({"UCLEO"})), card_words.MAY_NOT),
    ],
    ids=["guest", "stranger", "bot", "nobody's approver"],
)
def test_who_is_no_approver_decides_nothing(
    fields: dict[str, Any], permissions: Permissions, told: str
) -> None:
    @in_virtual_time
    async def story() -> None:
        careful = Careful()
        who = dict(fields)
        answers = [person(), person(**who)]

        def users_info(*_: Any) -> Any:
            return answers[0] if len(answers) == 1 else answers.pop(0)

        policy = Policy(me=ME, permissions=permissions)
        async with asked(careful, users_info=users_info, policy=policy) as home:
            await click(home)
            await home.quiet()
            assert home.surface.hints == [("UBEN", told)]
            assert careful.told == []
            assert len(shown(home).actions) == 2
            assert not [it for it in await home.entries() if it.kind == "approval"]

    story()


@in_virtual_time
async def test_an_approver_that_is_named_decides() -> None:
    careful = Careful()
    policy = Policy(me=ME, permissions=Permissions(approvers=frozenset({"UBEN"})))
    async with asked(careful, policy=policy) as home:
        await click(home)
        await home.quiet()
        assert careful.ran == ["c1"]


@in_virtual_time
async def test_who_is_not_known_in_time_is_asked_to_press_again() -> None:
    careful = Careful()

    unknown = {"ok": False, "error": "invalid_auth"}
    answers: dict[str, Any] = {"UANN": person(), "UBEN": unknown}
    async with asked(careful, users_info=lambda params: answers[params["user"]]) as home:
        await click(home)
        await home.quiet()
        assert home.surface.hints == [("UBEN", card_words.TRY_AGAIN)]
        assert careful.told == []
        answers["UBEN"] = person()
        await click(home)
        await home.quiet()
        assert careful.ran == ["c1"]


@in_virtual_time
async def test_a_decision_that_could_not_be_stored_is_not_acked() -> None:
    careful = Careful()
    async with asked(careful) as home:

        def fails(*_: Any, **__: Any) -> Any:
            raise StorageError("the disk is full")

        take_in = home.repository.take_in
        home.repository.take_in = fails  # type: ignore[method-assign]
        with pytest.raises(StorageError):
            await click(home)
        home.repository.take_in = take_in  # type: ignore[method-assign]
        await home.quiet()
        assert len(shown(home).actions) == 2
        await click(home)
        await home.quiet()
        assert careful.ran == ["c1"]


@in_virtual_time
async def test_a_button_works_in_its_own_thread_only() -> None:
    careful = Careful()
    async with asked(careful) as home:
        card = await card_of(home.repository, SESSION)
        elsewhere = DecisionClick(
            thread=SlackThread(team_id="T1", channel_id="C1", thread_ts="1712345999.1"),
            user_id="UBEN",
            ts="1712345690.1",
            post_id="1",
            card_key=card.key,
            number=1,
            approves=True,
        )
        for wrong in (
            elsewhere,
            replace(elsewhere, thread=THREAD, card_key="0" * 8),
            replace(elsewhere, thread=THREAD, number=2),
        ):
            await home.decisions.take_in(wrong)
        await home.quiet()
        assert home.surface.hints == [("UBEN", card_words.OVER)] * 3
        assert careful.told == []


@in_virtual_time
async def test_a_click_on_an_earlier_card_leaves_that_post_as_it_is() -> None:
    careful = Careful()
    async with asked(careful) as home:
        first, card = shown(home), await card_of(home.repository, SESSION)
        await click(home)
        await home.quiet()
        again = ASK | {"ts": "1712345695.1"}
        await home.handlers.take_in(incoming(**again))
        await home.quiet()
        before = shown(home)
        await home.decisions.take_in(
            DecisionClick(
                thread=THREAD,
                user_id="UBEN",
                ts="1712345696.1",
                post_id=first.posted.id,
                card_key=card.key,
                number=1,
                approves=True,
            )
        )
        await home.quiet()
        assert shown(home) == before
        assert home.surface.hints == [("UBEN", card_words.OVER)]
        assert careful.ran == ["c1"]


@in_virtual_time
async def test_after_a_day_the_sweep_has_the_card_withdrawn() -> None:
    careful = Careful()
    async with asked(careful) as home:
        await asyncio.sleep(24 * 3600 - 60)
        await home.sweep.sweep(home.repository.now() - home.repository.now())
        await home.quiet()
        assert shown(home).actions
        await asyncio.sleep(61)
        for _ in range(2):
            await home.sweep.sweep(home.repository.now() - home.repository.now())
            await home.quiet()
        assert home.surface.texts[-1] == card_words.EXPIRED
        assert shown(home).actions == ()
        assert home.surface.texts.count(card_words.EXPIRED) == 1
        assert await home.repository.open_messages(SESSION) == []
        assert careful.told == []


@in_virtual_time
async def test_a_deleted_question_takes_its_card_along() -> None:
    async with asked(Careful()) as home:
        asked_in = slack_message_id("T1", "C1", str(incoming(**ASK).ts))
        await home.changes.delete(Deletion(message_id=asked_in, may_come_first=False))
        await home.errands.tasks.drain(10)
        await home.quiet()
        assert card_words.DELETED in shown(home).text
        assert shown(home).actions == ()


@pytest.mark.parametrize("text", ["yes", "Approve!", "no"])
@pytest.mark.parametrize("mentions", [True, False])
def test_a_typed_decision_decides_nothing_and_is_answered_once(text: str, mentions: bool) -> None:
    @in_virtual_time
    async def story() -> None:
        careful = Careful()
        policy = Policy(me=ME, reads_replies=False)
        async with asked(careful, policy=policy) as home:
            start = MENTION if mentions else {}
            for ts in ("1712345691.1", "1712345692.1"):
                said = f"<@UBURROW> {text}" if mentions else text
                await home.handlers.take_in(incoming(**start | {"text": said, "ts": ts}))
                await home.quiet()
            where = home.surface.address(shown(home).posted.id)
            (hint,) = home.surface.hints
            assert hint == ("UANN", f"{card_words.NOT_BY_WORDS} on the card ({where}).")
            assert careful.told == []
            assert [it.text for it in await home.entries() if it.kind == "question"] == [
                ASK["text"]
            ]

    story()


@in_virtual_time
async def test_where_no_card_is_open_yes_is_a_question_like_any_other() -> None:
    async with house() as home:
        await home.handlers.take_in(incoming(**MENTION | {"text": "<@UBURROW> yes"}))
        await home.quiet()
        assert home.asked == ["<@UBURROW> yes"]


@pytest.mark.parametrize("reads_replies", [True, False])
def test_the_bare_word_stop_of_the_asker_withdraws_a_card(reads_replies: bool) -> None:
    @in_virtual_time
    async def story() -> None:
        policy = Policy(me=ME, reads_replies=reads_replies)
        async with asked(Careful(), policy=policy) as home:
            await home.handlers.take_in(incoming(text="stop", ts="1712345693.1"))
            await home.quiet()
            assert card_words.WITHDRAWN in home.surface.texts[-1]
            assert shown(home).actions == ()

    story()


@in_virtual_time
async def test_status_tells_of_an_open_card() -> None:
    async with asked(Careful()) as home:
        await home.handlers.take_in(
            incoming(**MENTION | {"text": "<@UBURROW> status", "ts": "1712345694.1"})
        )
        await home.quiet()
        (hint,) = home.surface.hints
        assert hint[1].startswith(f"{words.NOTHING_RUNNING} {card_words.WAITS}")


def test_a_click_is_read_as_slack_tells_of_it() -> None:
    body = {
        "user": {"id": "UBEN"},
        "container": {
            "channel_id": "C1",
            "message_ts": "1712345680.1",
            "thread_ts": THREAD.thread_ts,
        },
        "actions": [
            {"action_id": "burrow_deny_2", "value": "0a1b2c3d/2", "action_ts": "1712345690.1"}
        ],
    }
    click = DecisionClick.of(body, ME)
    assert click is not None
    assert (click.thread, click.number, click.approves) == (THREAD, 2, False)
    assert (click.post_id, click.card_key) == ("1712345680.1", "0a1b2c3d")
    assert ACTIONS.fullmatch("burrow_deny_2")


@patient
@given(ODD_JSON, ODD_JSON, ODD_JSON)
def test_odd_payloads_are_no_clicks(user: Any, container: Any, actions: Any) -> None:
    body = {"user": user, "container": container, "actions": actions}
    assert DecisionClick.of(body, ME) is None
