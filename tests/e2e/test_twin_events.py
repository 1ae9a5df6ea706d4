"""A mention comes as two events, at once or nearly: `app_mention` and `message`."""

import asyncio
from typing import Any

import pytest

from bot.app import Burrow
from bot.entry.taking_in import TakingIn
from session import Repository, StorageError
from simulator import Slack
from tests.e2e.conftest import StartBot


class Store:
    """Counts what is taken in, and refuses the first of it if asked to."""

    def __init__(self, repository: Repository, *, refuse_first: bool) -> None:
        self._take_in = repository.take_in
        self._refuse_first = refuse_first
        self.calls = 0

    async def take_in(self, *args: Any, **options: Any) -> Any:
        self.calls += 1
        is_first = self.calls == 1
        # Time for the twin to come meanwhile.
        await asyncio.sleep(0.01)
        if is_first and self._refuse_first:
            raise StorageError("the disk is full")
        return await self._take_in(*args, **options)


async def acked_twins(burrow: Burrow, slack: Slack, *, at_once: bool = True) -> tuple[bool, bool]:
    """Hand both events of one mention to the bot, and say which of them would be acked."""
    me = slack.connection
    channel = (await slack.add_channel("twins")).id
    text = f"<@{me.bot_user_id}> why?"
    event = {"channel": channel, "user": "U0ANN", "ts": "1700000000.000100", "text": text}

    parts = burrow.parts

    async def hand_in(kind: str) -> bool:
        body = {"team_id": me.team_id, "event": {**event, "type": kind}}
        taking_in = TakingIn(
            burrow.me, parts.handlers, parts.changes, parts.decisions, parts.errands
        )
        return (await taking_in.message(body)).status == 200

    if not at_once:
        return await hand_in("app_mention"), await hand_in("message")
    first, second = await asyncio.gather(hand_in("app_mention"), hand_in("message"))
    return first, second


@pytest.fixture
def patched(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a `Store` in front of a bot's own."""

    def patch(burrow: Burrow, *, refuse_first: bool) -> Store:
        store = Store(burrow.repository, refuse_first=refuse_first)
        monkeypatch.setattr(burrow.repository, "take_in", store.take_in)
        return store

    return patch


@pytest.mark.parametrize("at_once", [True, False])
async def test_both_events_of_a_mention_are_acked_after_one_write(
    slack: Slack, start_bot: StartBot, patched: Any, at_once: bool
) -> None:
    burrow = await start_bot(allow_external=True)
    store = patched(burrow, refuse_first=False)
    assert await acked_twins(burrow, slack, at_once=at_once) == (True, True)
    assert store.calls == 1


async def test_a_twin_stores_the_mention_if_the_first_event_could_not(
    slack: Slack, start_bot: StartBot, patched: Any
) -> None:
    burrow = await start_bot(allow_external=True)
    store = patched(burrow, refuse_first=True)
    assert await acked_twins(burrow, slack) == (False, True)
    assert store.calls == 2
