"""Clicks on a card as instances take them in that share a store, on every engine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from bot.cards import words
from bot.cards.reading import Cards
from bot.intake.admission import Admission
from bot.intake.approvals import Approvals, Decided, DecisionClick
from bot.intake.policy import Policy
from bot.messages import APPROVAL
from bot.slack.people import People
from bot.surfaces.memory import MemorySurface
from session import Repository, Resolver, SessionId, slack_session_id
from tests.conformance.harness import Harness
from tests.conformance.test_approvals import asked, is_over, stored, work_on
from tests.unit.bot.approvals import Careful, card_of, decision
from tests.unit.bot.examples import ME, THREAD
from tests.unit.bot.test_handlers import person
from tests.unit.bot.virtual_time import now
from tests.unit.bot.web_api import scripted_api

PEOPLE = {"UBEN": person(), "UCHLOE": person(), "UGIL": person(is_restricted=True)}


@dataclass(slots=True)
class Instance:
    """One copy of the bot: its connection to the store, and whom it lets decide."""

    repository: Repository
    approvals: Approvals

    async def click(self, by: str, *, approves: bool = True, ts: str = "50.1") -> Decided:
        """Take a click in as far as its storing."""
        card = await card_of(self.repository, self.session_id)
        click = DecisionClick(
            thread=THREAD,
            user_id=by,
            ts=ts,
            post_id="",
            card_key=card.key,
            number=1,
            approves=approves,
        )
        ruled = await self.approvals.rule(click, f"req_{by}")
        if ruled.message is not None:
            await stored(self.repository, ruled.message)
        return ruled

    @property
    def session_id(self) -> SessionId:
        return slack_session_id(THREAD)


@asynccontextmanager
async def instances(harness: Harness) -> AsyncIterator[tuple[Instance, Instance]]:
    """Open two instances over one store."""
    answers: Any = {"users_info": lambda params: PEOPLE[params["user"]]}
    async with scripted_api(**answers) as (_, client):
        made = []
        for _number in range(2):
            repository = await harness.connect()
            people = People(client, ME, now)
            admission = Admission(Policy(me=ME), Resolver(repository), repository, people)
            approvals = Approvals(repository, Cards(repository), admission, people)
            made.append(Instance(repository, approvals))
        yield made[0], made[1]


async def approvals_in(repository: Repository, session_id: SessionId) -> list[tuple[str, str]]:
    entries = await repository.timeline(session_id)
    return [(it.author_id, it.text) for it in entries if it.kind == APPROVAL]


async def test_a_strangers_click_claims_nothing(harness: Harness) -> None:
    careful, surface = Careful(), MemorySurface()
    async with instances(harness) as (here, there):
        session_id = await asked(here.repository, careful, surface)
        assert (await here.click("UGIL")).refusal == words.MAY_NOT
        assert await approvals_in(here.repository, session_id) == []
        assert (await there.click("UBEN", approves=False)).refusal is None
        await work_on(there.repository, careful, surface, session_id)
        assert careful.ran == []
        assert await approvals_in(here.repository, session_id) == [("UBEN", "denied")]


async def test_a_click_counts_on_any_instance_and_another_one_goes_on(harness: Harness) -> None:
    careful, surface = Careful(), MemorySurface()
    async with instances(harness) as (here, there):
        session_id = await asked(here.repository, careful, surface)
        assert (await there.click("UBEN")).refusal is None
        again = await here.click("UBEN", ts="51.1")
        assert (again.message, again.refusal) == (None, None), "a double click is a duplicate"
        late = await here.click("UCHLOE", approves=False, ts="52.1")
        assert late.refusal is not None
        assert await approvals_in(here.repository, session_id) == [("UBEN", "approved")]
        await work_on(here.repository, careful, surface, session_id)
        assert careful.ran == ["c1"]
        assert await is_over(there.repository, session_id)


@pytest.mark.parametrize("second", ["UBEN", "UCHLOE"], ids=["one person", "two people"])
async def test_both_buttons_at_once_on_two_instances_are_one_decision(
    harness: Harness, second: str
) -> None:
    careful, surface = Careful(), MemorySurface()
    async with instances(harness) as (here, there):
        session_id = await asked(here.repository, careful, surface)
        await asyncio.gather(here.click("UBEN"), there.click(second, approves=False))
        ((who, verdict),) = await approvals_in(here.repository, session_id)
        await work_on(there.repository, careful, surface, session_id)
        assert careful.ran == (["c1"] if verdict == "approved" else [])
        assert (who, verdict) in {("UBEN", "approved"), (second, "denied")}
        assert await is_over(here.repository, session_id)


async def test_of_a_question_that_was_deleted_nothing_runs(
    harness: Harness, repository: Repository
) -> None:
    careful, surface = Careful(), MemorySurface()
    session_id = await asked(repository, careful, surface)
    card = await card_of(repository, session_id)
    await repository.blank_message(card.questions[0])
    await stored(repository, decision(card))
    await work_on(repository, careful, surface, session_id)
    assert careful.ran == []
    assert await is_over(repository, session_id)
