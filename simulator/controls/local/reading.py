"""The verbs that read and wait, carried out in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from simulator.controls.contract import Connection
from simulator.controls.local.base import Local
from simulator.delivery.http import SIGNING_SECRET
from simulator.errors import WaitedInVain
from simulator.values import ApiCall, Delivery, Happening, Message, Reaction
from simulator.workspace.transcript import Transcript


class WithLines(AsyncIterator[Happening]):
    """Happenings with the line that a person in Slack would see."""

    def __init__(self, happenings: AsyncIterator[Happening], transcript: Transcript) -> None:
        self._happenings = happenings
        self._transcript = transcript

    async def __anext__(self) -> Happening:
        happening = await anext(self._happenings)
        return replace(happening, line=self._transcript.happening(happening))


class LocalReading(Local):
    """See `Reading` for what the verbs do."""

    async def describe(self) -> Connection:
        return self._connection()

    def _connection(self) -> Connection:
        return Connection(
            base_url=self._wiring.links.api,
            bot_token="xoxb-sim-burrow",
            app_token="xapp-sim-burrow",
            signing_secret=SIGNING_SECRET,
            team_id=self._workspace.team_id,
            bot_user_id=self._workspace.bot.id,
            bot_id=self._workspace.bot.bot_id or "",
        )

    async def messages(self, channel: str, thread_ts: str | None = None) -> list[Message]:
        room = self._workspace.find_channel(channel)
        if thread_ts is None:
            return self._workspace.messages.main_pane(room.id)
        return self._workspace.messages.thread(room.id, thread_ts)

    async def ephemerals(self, user: str | None = None, *, unseen: bool = False) -> list[Message]:
        only_for = self._workspace.find_user(user).id if user else None
        return [
            whisper
            for whisper in self._workspace.ephemerals
            if only_for in (None, whisper.only_for) and whisper.unseen == unseen
        ]

    async def reactions_on(self, channel: str, ts: str) -> list[Reaction]:
        return self._workspace.reactions(self._workspace.find_channel(channel).id, ts)

    async def status(self, channel: str, thread_ts: str) -> str:
        room = self._workspace.find_channel(channel)
        return self._workspace.statuses.get((room.id, thread_ts), "")

    async def session_status(self, channel: str, thread_ts: str) -> str:
        room = self._workspace.find_channel(channel)
        return self._workspace.session_statuses.get((room.id, thread_ts), "")

    async def api_calls(self, method: str | None = None) -> list[ApiCall]:
        return [call for call in self._wiring.web_api.log if method in (call.method, None)]

    async def deliveries(self, event: str | None = None) -> list[Delivery]:
        log = self._wiring.deliverer.log.values()
        return [delivery for delivery in log if event in (delivery.event, None)]

    async def sockets(self) -> list[int]:
        return [socket.number for socket in self._wiring.sockets.usable]

    async def transcript_of(self, channel: str | None = None, thread_ts: str | None = None) -> str:
        if channel is None:
            return self._wiring.transcript.whole()
        room = self._workspace.find_channel(channel)
        if thread_ts is None:
            return self._wiring.transcript.channel(room.id)
        return self._wiring.transcript.thread(room.id, thread_ts)

    async def wait_for_posts(
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
            found = self._bot_posts(room.id, thread_ts, after, containing or "")
            return found if len(found) >= count else None

        def concerns(happening: Happening) -> bool:
            message = happening.message
            return message is not None and message.root_ts == thread_ts

        try:
            return await self._wiring.activity.wait(enough, timeout=timeout, concerns=concerns)
        except TimeoutError:
            wanted = f" with {containing!r}" if containing else ""
            shown = self._wiring.transcript.thread(room.id, thread_ts)
            raise WaitedInVain(
                f"Fewer than {count} replies{wanted} within {timeout} s. The thread:\n{shown}"
            ) from None

    def _bot_posts(
        self, channel_id: str, thread_ts: str, after: str, containing: str
    ) -> list[Message]:
        return [
            message
            for message in self._workspace.messages.replies(channel_id, thread_ts)
            if message.user == self._workspace.bot.id
            and message.ts > after
            and containing in self._wiring.transcript.text(message)
        ]

    async def wait_for_sockets(self, count: int = 1, *, timeout: float = 10.0) -> None:
        def enough() -> bool | None:
            return len(self._wiring.sockets.usable) >= count or None

        try:
            await self._wiring.activity.wait(enough, timeout=timeout)
        except TimeoutError:
            has = len(self._wiring.sockets.usable)
            raise WaitedInVain(
                f"The app has {has} sockets open, not {count}, after {timeout} s."
            ) from None

    async def wait_quiet(self, seconds: float = 0.2, *, timeout: float = 10.0) -> None:
        activity = self._wiring.activity
        try:
            async with asyncio.timeout(timeout):
                while True:
                    still = activity.clock.monotonic() - activity.last_at
                    if still >= seconds and not self._wiring.deliverer.unfinished:
                        return
                    await asyncio.sleep(max(0.01, seconds - still))
        except TimeoutError:
            left = self._wiring.deliverer.unfinished
            raise WaitedInVain(
                f"Not quiet after {timeout} s; {left} deliveries wait for an ack or a retry."
            ) from None

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[AsyncIterator[Happening]]:
        async with self._wiring.activity.stream() as happenings:
            yield WithLines(happenings, self._wiring.transcript)
