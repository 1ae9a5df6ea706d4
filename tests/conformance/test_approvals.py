"""An approved call runs at most once, at whatever step its process is killed, on every engine."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import pytest

from bot.cards.reading import Cards
from bot.config import Settings
from bot.investigators.brief import BriefInvestigator
from bot.investigators.loading import steps_of
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
from tests.unit.bot.approvals import Careful, card_of, decision, restart
from tests.unit.bot.examples import THREAD

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
