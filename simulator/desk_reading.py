"""The controls in process: what there is to read and to wait for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from simulator.errors import WaitedInVain
from simulator.transcript import Transcript
from simulator.values import ApiCall, Delivery, Happening, Message, Reaction
from simulator.works import Works


class Told(AsyncIterator[Happening]):
    """Happenings with the line that a person in Slack would see."""

    def __init__(self, happenings: AsyncIterator[Happening], transcript: Transcript) -> None:
        self._happenings = happenings
        self._transcript = transcript

    async def __anext__(self) -> Happening:
        happening = await anext(self._happenings)
        return replace(happening, line=self._transcript.happening(happening))


class ReadingDesk:
    """See `Controls` for what the verbs do."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._workspace = works.workspace

    async def messages(self, channel: str, thread_ts: str | None = None) -> list[Message]:
        room = self._workspace.find_channel(channel)
        if thread_ts is None:
            return self._workspace.main_pane(room.id)
        return self._workspace.thread(room.id, thread_ts)

    async def ephemerals(self, user: str | None = None, *, unseen: bool = False) -> list[Message]:
        only_for = self._workspace.find_user(user).id if user else None
        return [
            whisper
            for whisper in self._workspace.ephemerals
            if only_for in (None, whisper.only_for) and whisper.unseen == unseen
        ]

    async def reactions(self, channel: str, ts: str) -> list[Reaction]:
        return self._workspace.reactions(self._workspace.find_channel(channel).id, ts)

    async def status(self, channel: str, thread_ts: str) -> str:
        room = self._workspace.find_channel(channel)
        return self._workspace.statuses.get((room.id, thread_ts), "")

    async def session_status(self, channel: str, thread_ts: str) -> str:
        room = self._workspace.find_channel(channel)
        return self._workspace.session_statuses.get((room.id, thread_ts), "")

    async def api_calls(self, method: str | None = None) -> list[ApiCall]:
        return [one for one in self._works.web_api.log if method in (one.method, None)]

    async def deliveries(self, event: str | None = None) -> list[Delivery]:
        return [one for one in self._works.deliverer.log.values() if event in (one.event, None)]

    async def sockets(self) -> list[int]:
        return [one.number for one in self._works.sockets.open]

    async def clear_logs(self) -> None:
        self._works.web_api.log.clear()
        self._works.deliverer.forget()

    async def transcript(self, channel: str | None = None, thread_ts: str | None = None) -> str:
        if channel is None:
            return self._works.transcript.whole()
        room = self._workspace.find_channel(channel)
        if thread_ts is None:
            return self._works.transcript.channel(room.id)
        return self._works.transcript.thread(room.id, thread_ts)

    async def wait_for_replies(
        self,
        channel: str,
        thread_ts: str,
        *,
        after: str = "",
        count: int = 1,
        containing: str | None = None,
        timeout: float = 10.0,
    ) -> list[Message]:
        room = self._workspace.find_channel(channel)

        def enough() -> list[Message] | None:
            found = [
                message
                for message in self._workspace.replies(room.id, thread_ts)
                if message.user == self._workspace.bot.id
                and message.ts > after
                and (containing is None or containing in self._works.transcript.text(message))
            ]
            return found if len(found) >= count else None

        def concerns(happening: Happening) -> bool:
            message = happening.message
            return message is not None and message.root_ts == thread_ts

        try:
            return await self._works.activity.wait(enough, timeout=timeout, concerns=concerns)
        except TimeoutError:
            wanted = f" with {containing!r}" if containing else ""
            shown = self._works.transcript.thread(room.id, thread_ts)
            raise WaitedInVain(
                f"Fewer than {count} replies{wanted} within {timeout} s. The thread:\n{shown}"
            ) from None

    async def wait_for_sockets(self, count: int = 1, *, timeout: float = 10.0) -> None:
        def enough() -> bool | None:
            return len(self._works.sockets.open) >= count or None

        try:
            await self._works.activity.wait(enough, timeout=timeout)
        except TimeoutError:
            has = len(self._works.sockets.open)
            raise WaitedInVain(
                f"The app has {has} sockets open, not {count}, after {timeout} s."
            ) from None

    async def wait_quiet(self, seconds: float = 0.2, *, timeout: float = 10.0) -> None:
        activity = self._works.activity
        try:
            async with asyncio.timeout(timeout):
                while True:
                    still = activity.clock.monotonic() - activity.last_at
                    if still >= seconds and not self._works.deliverer.unfinished:
                        return
                    await asyncio.sleep(max(0.01, seconds - still))
        except TimeoutError:
            left = self._works.deliverer.unfinished
            raise WaitedInVain(
                f"Not quiet after {timeout} s; {left} deliveries wait for an ack or a retry."
            ) from None

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[AsyncIterator[Happening]]:
        async with self._works.activity.stream() as happenings:
            yield Told(happenings, self._works.transcript)
