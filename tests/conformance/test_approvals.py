"""An approved call runs at most once, at whatever step its process is killed, on every engine."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.cards import words
from bot.cards.card import LASTS
from bot.cards.reading import Cards
from bot.config import Settings
from bot.investigators.brief import BriefInvestigator
from bot.investigators.loading import steps_of
from bot.messages import APPROVAL
from bot.surfaces.memory import MemorySurface
from bot.turns.building import build_deeds
from bot.turns.run import TurnRunner
from session import (
    LockService,
    MessageState,
    NewMessage,
    Repository,
    Resolver,
    SessionId,
    request_scope,
)
from tests.conformance.examples import TTL
from tests.conformance.harness import Harness
from tests.support.inbox import all_due
from tests.unit.bot.approvals import Careful, card_of, decision, restart, withdrawal
from tests.unit.bot.examples import THREAD
from tests.unit.bot.stories import question, stop

BEFORE, AFTER = "before", "after"
WRITES = ("begin_turn", "close_messages", "finish_turn", "release_lease")
DEATHS = [*((write, when) for write in WRITES for when in (BEFORE, AFTER)), ("call", AFTER)]


class KilledError(BaseException):
    """The process is gone: nothing catches this."""


class Mortal:
    """A process's connection to the store. It dies at one step, and then can do nothing."""

    def __init__(self, repository: Repository, death: tuple[str, str]) -> None:
        self._repository = repository
        self._death = death
        self.is_dead = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._repository, name)
        return self._mortal(name, found) if name in WRITES or self.is_dead else found

    def reach(self, step: str, when: str) -> None:
        """Die here, if this is the step."""
        if self.is_dead or (step, when) == self._death:
            self.is_dead = True
            raise KilledError

    def _mortal(self, name: str, write: Callable[..., Any]) -> Callable[..., Any]:
        async def after(awaited: Any) -> Any:
            result = await awaited
            self.reach(name, AFTER)
            return result

        def call(*args: Any, **options: Any) -> Any:
            self.reach(name, BEFORE)
            return after(write(*args, **options))

        return call


async def stored(repository: Repository, new: NewMessage) -> SessionId:
    receipt = await Resolver(repository).resolve_slack_session(THREAD, new.author_id, message=new)
    return receipt.session.id


def runner_of(repository: Repository, careful: Careful, surface: MemorySurface) -> TurnRunner:
    deeds = build_deeds(
        Settings.isolated(), repository, steps_of(careful.investigate), BriefInvestigator()
    )
    return TurnRunner(repository, deeds, lambda _: surface, call_seconds=1)


async def a_turn(runner: TurnRunner, repository: Repository, session_id: SessionId) -> None:
    with request_scope():
        lock = await LockService(repository, ttl=TTL).try_acquire(session_id)
    assert lock is not None
    await runner.run(lock)
    await lock.release()


@pytest.mark.parametrize("death", DEATHS, ids=lambda death: " ".join(reversed(death)))
async def test_an_approved_call_runs_at_most_once(
    harness: Harness, repository: Repository, death: tuple[str, str]
) -> None:
    careful, surface = Careful(), MemorySurface()
    session_id = await stored(repository, restart())
    await a_turn(runner_of(repository, careful, surface), repository, session_id)
    await stored(repository, decision(await card_of(repository, session_id)))

    mortal = Mortal(repository, death)
    careful.on_run = lambda: mortal.reach("call", AFTER)
    dying = cast(Repository, mortal)
    with suppress(KilledError):
        await a_turn(runner_of(dying, careful, surface), dying, session_id)
    assert mortal.is_dead, "the turn came to that step"

    careful.on_run = lambda: None
    successor = runner_of(repository, careful, surface)
    for _ in range(5):
        await harness.advance(TTL)
        if await successor.are_due(session_id):
            await a_turn(successor, repository, session_id)

    assert len(careful.ran) <= 1
    entries = await repository.timeline(session_id)
    assert {entry.state for entry in entries} == {MessageState.CLOSED}
    assert await Cards(repository).of(session_id) is None
    said = "\n".join(surface.texts[3:])
    told = said.count("restart of the server k8s: ")
    assert told == 1, said
    is_known = death in [("begin_turn", BEFORE), ("begin_turn", AFTER), ("close_messages", BEFORE)]
    is_known = is_known or death[0] == "release_lease" or death == ("finish_turn", AFTER)
    assert ("k8s: done. Approved by @Ben." in said) is is_known
    assert ("k8s: outcome not known, it may have been done." in said) is not is_known


async def asked(repository: Repository, careful: Careful, surface: MemorySurface) -> SessionId:
    """Have a question lead to a card."""
    session_id = await stored(repository, restart())
    await a_turn(runner_of(repository, careful, surface), repository, session_id)
    return session_id


async def work_on(
    repository: Repository, careful: Careful, surface: MemorySurface, session_id: SessionId
) -> None:
    """Run turns for as long as anything is due."""
    runner = runner_of(repository, careful, surface)
    while await runner.are_due(session_id):
        await a_turn(runner, repository, session_id)


async def is_over(repository: Repository, session_id: SessionId) -> bool:
    entries = await repository.timeline(session_id)
    return {entry.state for entry in entries} == {MessageState.CLOSED}


@pytest.mark.parametrize("approves", [(True, False), (False, True), (True, True)], ids=str)
async def test_of_two_clicks_at_once_one_counts(
    repository: Repository, approves: tuple[bool, bool]
) -> None:
    careful, surface = Careful(), MemorySurface()
    session_id = await asked(repository, careful, surface)
    card = await card_of(repository, session_id)
    first, second = approves
    await asyncio.gather(
        stored(repository, decision(card, approves=first, by="UBEN", ts="50")),
        stored(repository, decision(card, approves=second, by="UCHLOE", ts="51")),
    )
    (entry,) = [it for it in await repository.timeline(session_id) if it.kind == APPROVAL]
    await work_on(repository, careful, surface, session_id)
    assert careful.ran == (["c1"] if entry.attributes["approves"] else [])
    assert await is_over(repository, session_id)


async def test_questions_are_answered_while_a_card_is_open_and_nothing_is_locked(
    repository: Repository,
) -> None:
    careful, surface = Careful(), MemorySurface()
    session_id = await asked(repository, careful, surface)
    session = await repository.get_session(session_id)
    assert session is not None
    assert session.lease is None
    await stored(repository, question("2", "who is on call?"))
    await work_on(repository, careful, surface, session_id)
    assert surface.texts[-1] == "looked, c1 pending"
    await stored(repository, decision(await card_of(repository, session_id)))
    await work_on(repository, careful, surface, session_id)
    assert careful.ran == ["c1"]
    assert await is_over(repository, session_id)


async def test_after_a_day_the_card_is_due_and_withdrawn(repository: Repository) -> None:
    careful, surface = Careful(), MemorySurface()
    session_id = await asked(repository, careful, surface)
    card = await card_of(repository, session_id)
    (due,) = await all_due(repository)
    assert due.due_at is not None
    assert due.due_at - repository.now() > LASTS - timedelta(minutes=1)
    await stored(repository, withdrawal(card))
    await work_on(repository, careful, surface, session_id)
    assert surface.texts[-1] == words.EXPIRED
    await stored(repository, decision(card))
    await work_on(repository, careful, surface, session_id)
    assert careful.ran == []
    assert await is_over(repository, session_id)


async def test_a_stop_takes_the_card_away_with_its_question(repository: Repository) -> None:
    careful, surface = Careful(), MemorySurface()
    session_id = await asked(repository, careful, surface)
    card = await card_of(repository, session_id)
    await stored(repository, stop("55"))
    await work_on(repository, careful, surface, session_id)
    assert words.WITHDRAWN in surface.texts[-1]
    await stored(repository, decision(card))
    await work_on(repository, careful, surface, session_id)
    assert careful.ran == []
    assert await is_over(repository, session_id)
