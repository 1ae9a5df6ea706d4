"""People who ask for what needs an approval, and who press the buttons."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from session import Repository, SlackThread, StorageError, slack_session_id
from simulator import Message, Refused, Slack, WaitedInVain
from tests.chaos.asking import Asking, CardEnd, Click, Death, tool
from tests.chaos.fleet import Fleet
from tests.chaos.records import CALLED, RETURNED, writer_of

APPROVE = "burrow_approve"
CARD_WITHIN = 60.0
FREE_WITHIN = 45.0
"""Seconds: more than two leases, and what the store may be away for."""
PRESS_AGAIN_AFTER = 2.0
LOOK_EVERY = 0.02


@dataclass(slots=True, kw_only=True)
class Approvers:
    """They work in threads of their own, so that nothing but their cards goes on there."""

    slack: Slack
    repository: Repository
    fleet: Fleet
    records: Path
    never_free: list[str] = field(default_factory=list)
    """Sessions that were locked as long as anybody looked, while their card was open."""

    async def play(self, askings: Sequence[Asking], channel: str) -> None:
        """Have all of them asked for and dealt with."""
        await asyncio.gather(*(self._play_one(asking, channel) for asking in askings))

    async def _play_one(self, asking: Asking, channel: str) -> None:
        await asyncio.sleep(asking.at)
        author = self.slack.user(asking.author)
        asked = await author.mention(channel, asking.text)
        if await self._card(asked) is None:
            return
        await self._see_it_free(asked)
        if asking.beside:
            await self.slack.user("ben").reply(asked, f"q{asking.number + 1}", mention=True)
        match asking.end:
            case CardEnd.DECIDED:
                dying = asyncio.create_task(self._kill(asking))
                try:
                    await self._decide(asking, asked)
                finally:
                    dying.cancel()
                    await asyncio.wait([dying])
            case CardEnd.STOPPED:
                await author.reply(asked, "stop", mention=True)
            case CardEnd.DELETED:
                await author.delete(asked)

    async def _card(self, asked: Message) -> Message | None:
        """Wait for the card; None if the question never came through."""
        with suppress(WaitedInVain):
            await self.slack.wait_for_reply(
                asked, containing="has to approve", timeout=CARD_WITHIN
            )
        return next(iter([one for one in await self.slack.thread(asked) if _actions(one)]), None)

    async def _see_it_free(self, asked: Message) -> None:
        """Look until the thread is not locked; a holder that was killed is waited for."""
        thread = SlackThread(
            team_id=self.slack.connection.team_id,
            channel_id=asked.channel,
            thread_ts=asked.root_ts,
        )
        session_id = slack_session_id(thread)
        until = time.monotonic() + FREE_WITHIN
        while time.monotonic() < until:
            with suppress(StorageError):
                session = await self.repository.get_session(session_id)
                if session is None or session.lease is None:
                    return
                if session.lease.expires_at <= self.repository.now():
                    return
            await asyncio.sleep(LOOK_EVERY)
        self.never_free.append(session_id)

    async def _decide(self, asking: Asking, asked: Message) -> None:
        """Click as planned, then again on whatever is still to be decided, as people do."""
        for click in asking.clicks:
            await asyncio.sleep(click.after)
            await self._press(asked, click)
        if asking.death is Death.CLICK:
            await self.fleet.kill(asking.target, 0.2)
        for _ in range(30):
            await asyncio.sleep(PRESS_AGAIN_AFTER)
            card = await self._card_now(asked)
            if card is None or not (left := _actions(card)):
                return
            for click in asking.clicks:
                if click.action_id in left:
                    await self._press(asked, click)

    async def _press(self, asked: Message, click: Click) -> None:
        card = await self._card_now(asked)
        if card is not None:
            with suppress(Refused):
                await self.slack.user(click.author).click(click.action_id, card)

    async def _card_now(self, asked: Message) -> Message | None:
        cards = [one for one in await self.slack.thread(asked) if _actions(one)]
        return cards[-1] if cards else None

    async def _kill(self, asking: Asking) -> None:
        """Kill whoever carries a call out, in the middle of it or right behind it."""
        if asking.death not in (Death.CALL, Death.RETURNED):
            return
        what = CALLED if asking.death is Death.CALL else RETURNED
        names = [tool(asking.number, call) for call in range(1, asking.calls + 1)]
        while True:
            for name in names:
                if pid := writer_of(self.records, f'"what": "{what}", "tool": "{name}"'):
                    self.fleet.kill_pid(pid, 0.2)
                    return
            await asyncio.sleep(LOOK_EVERY)


def _actions(message: Message) -> set[str]:
    """Return what can be pressed on a card as it stands."""
    return {
        str(element["action_id"])
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if str(element.get("action_id")).startswith(("burrow_approve_", "burrow_deny_"))
    }
