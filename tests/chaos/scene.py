"""One story of bad luck: a workspace, an empty store, and bots that are killed and restarted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from session import Repository, Session, open_repository
from simulator import Message, MethodFault, Simulator, Slack
from tests.chaos.checks import judge
from tests.chaos.evidence import call_seconds_of, collect
from tests.chaos.fleet import Fleet
from tests.chaos.records import FOLDER_VARIABLE, Run, read_runs
from tests.chaos.stage import Stage
from tests.chaos.stores import Store
from tests.chaos.verdict import Verdict
from tests.e2e.processes import environment

POST = "chat.postMessage"
PASSES = MethodFault(method=POST)
HELD_FOR_EVER = MethodFault(method=POST, seconds=3600, cut="before")
"""The call arrives and is never applied."""
APPLIED_UNANSWERED = MethodFault(method=POST, cut="after")


class Scene:
    """What a test works with; `fleet` restarts whatever it kills."""

    def __init__(
        self,
        slack: Slack,
        store: Store,
        repository: Repository,
        fleet: Fleet,
        records: Path,
        call_seconds: float,
    ) -> None:
        self.slack = slack
        self.store = store
        self.repository = repository
        self.fleet = fleet
        self._records = records
        self._call_seconds = call_seconds
        self._held: list[str] = []

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        store: Store,
        folder: Path,
        *,
        bots: int = 1,
        time_scale: float = 0.001,
        **settings: str,
    ) -> AsyncIterator[Self]:
        """Start `bots` with these settings; they have ended when this is left.

        `time_scale` shortens Slack's pauses before it delivers again.
        """
        (records := folder / "records").mkdir()
        async with (
            Simulator.start(time_scale=time_scale) as slack,
            open_repository(store.url) as repository,
        ):
            usual = {
                "INVESTIGATOR": "tests.chaos.investigator:scripted",
                "LOCK_TTL_SECONDS": store.lease_seconds,
                FOLDER_VARIABLE: str(records),
            }
            env = environment(slack, store.url, **(usual | dict(store.environment) | settings))
            fleet = Fleet(bots, env, folder, ("-m", "bot"))
            call_seconds = call_seconds_of(float(env["LOCK_TTL_SECONDS"]))
            scene = cls(slack, store, repository, fleet, records, call_seconds)
            watching = asyncio.create_task(scene._watch())
            await fleet.start()
            try:
                await slack.wait_for_sockets(bots, timeout=60)
                yield scene
            finally:
                watching.cancel()
                await asyncio.wait([watching])
                await fleet.close()

    async def break_calls(self, *faults: MethodFault) -> None:
        """Befall the next calls, in this order."""
        for fault in faults:
            await self.slack.fail_method(fault)

    async def until_held(self, method: str = POST) -> None:
        """Wait until a call of that method is being held."""
        await self.slack.wait_until(lambda: method in self._held, timeout=60)

    async def until_runs(self, count: int = 1) -> list[Run]:
        """Wait until so many investigations have begun; return them."""
        await self.slack.wait_until(lambda: len(self.runs()) >= count, timeout=90)
        return self.runs()

    async def kill_all(self) -> None:
        """`kill -9` every bot, after which nothing is broken any more; all are started again."""
        await self.slack.clear_faults()
        for life in self.fleet.lives:
            self.fleet.kill_pid(life.pid, 0.1)

    async def reply_with(self, asked: Message, text: str) -> Message:
        """Wait for a post of the bot that shows `text`."""
        return await self.slack.wait_for_reply(asked, containing=text, timeout=90)

    async def posts(self, asked: Message) -> list[str]:
        """What the bot posted in the thread, oldest first."""
        me = self.slack.connection.bot_user_id
        return [one.text for one in await self.slack.thread(asked) if one.user == me]

    async def session(self) -> Session:
        """The one session there is."""
        (only,) = await self.repository.scan_sessions()
        return only

    def runs(self) -> list[Run]:
        """All investigations so far, by session and fence."""
        return read_runs(self._records)

    async def verdict(self) -> Verdict:
        """Let everything settle, end the bots, and check every promise."""
        await Stage(self.slack, self.repository).settle()
        await self.fleet.close()
        evidence = await collect(
            self.slack,
            self.repository,
            self.runs(),
            self.fleet.lives,
            self.fleet.freezes,
            call_seconds=self._call_seconds,
        )
        return judge(evidence)

    async def _watch(self) -> None:
        async with self.slack.stream() as happenings:
            async for happening in happenings:
                if happening.kind == "call_held" and happening.word:
                    self._held.append(happening.word)
