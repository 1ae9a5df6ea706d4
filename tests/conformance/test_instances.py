"""Bots on one store know of each other."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from session import NotStorableError, Repository
from session.engines.sqlite.signs import LOOK_SECONDS
from session.instances import SIGN_LASTS
from tests.conformance.harness import Harness
from tests.conformance.processes import running

ABOUT = {"version": "0.1.0", "host": "büro-7", "more": [1, 2.5, None, {"deep": True}]}


async def others(repository: Repository) -> list[Any]:
    return [other.about for other in await repository.instances() if not other.is_ours]


async def test_a_bot_that_signed_is_seen_with_what_it_said(
    harness: Harness, repository: Repository
) -> None:
    assert not [instance for instance in await repository.instances() if instance.about]
    await repository.sign(ABOUT)
    [ours] = [instance for instance in await repository.instances() if instance.about]
    assert (ours.about, ours.is_ours) == (ABOUT, True)
    assert abs(ours.signed_at - repository.now()) < timedelta(seconds=5)


async def test_another_bot_sees_it_until_it_closes(
    shared: Harness, repository: Repository
) -> None:
    other = await shared.connect()
    await repository.sign(ABOUT)
    await other.sign({"version": "0.2.0"})
    assert await others(other) == [ABOUT]
    assert await others(repository) == [{"version": "0.2.0"}]
    await other.aclose()
    assert await others(repository) == []


@pytest.mark.parametrize("in_order", [True, False], ids=["it closes", "it is killed"])
async def test_a_local_store_tells_within_seconds_that_a_bot_is_gone(
    shared: Harness, repository: Repository, in_order: bool
) -> None:
    if not repository.is_local:
        pytest.skip("who lives on another machine is known by its signs only")
    waiting = asyncio.create_task(repository.until_one_leaves())
    if in_order:
        other = await shared.connect()
        await asyncio.sleep(LOOK_SECONDS + 0.5)
        assert not waiting.done()
        await other.aclose()
    else:
        async with running(shared, "hold"):
            await asyncio.sleep(LOOK_SECONDS + 0.5)
            assert not waiting.done()
    await asyncio.wait_for(waiting, 20)


async def test_signing_again_replaces_what_was_said(repository: Repository) -> None:
    await repository.sign(ABOUT)
    await repository.sign({"version": "0.2.0"})
    assert [ours.about for ours in await repository.instances()] == [{"version": "0.2.0"}]


async def test_a_sign_lasts_longer_than_two_that_get_lost(
    harness: Harness, repository: Repository
) -> None:
    await repository.sign(ABOUT)
    await harness.advance(SIGN_LASTS - timedelta(seconds=30))
    assert [instance.about for instance in await repository.instances()] == [ABOUT]


async def test_a_sign_of_a_bot_elsewhere_ends_and_one_of_a_living_process_here_does_not(
    shared: Harness, repository: Repository
) -> None:
    other = await shared.connect()
    await other.sign(ABOUT)
    await shared.advance(SIGN_LASTS + timedelta(seconds=30))
    assert await others(repository) == ([ABOUT] if repository.is_local else [])


@pytest.mark.parametrize("about", [{"at": object()}, {"big": "x" * 5000}, {"half": "\ud83d"}])
async def test_what_cannot_be_stored_is_refused(repository: Repository, about: Any) -> None:
    with pytest.raises(NotStorableError):
        await repository.sign(about)
