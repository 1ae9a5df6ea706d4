"""The controls in process: verbs that change or read the workspace itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from simulator.bursts import run_burst
from simulator.clicks import click_payload
from simulator.controls import Burst, Connection, Controls
from simulator.envelopes import Parcel
from simulator.errors import NoSuchThing, Refused, WaitedInVain
from simulator.events import KIND_EVENTS
from simulator.faults import EnvelopeFault, MethodFault
from simulator.formatting import as_sent
from simulator.seed import PARTNER_TEAM
from simulator.sockets import AppSocket, DisconnectReason
from simulator.transcript import Transcript
from simulator.values import (
    ApiCall,
    Channel,
    ChannelKind,
    Delivery,
    Happening,
    Json,
    Message,
    Reaction,
    User,
)
from simulator.works import Works


class Told(AsyncIterator[Happening]):
    """Happenings with the line that a person in Slack would see."""

    def __init__(self, happenings: AsyncIterator[Happening], transcript: Transcript) -> None:
        self._happenings = happenings
        self._transcript = transcript

    async def __anext__(self) -> Happening:
        happening = await anext(self._happenings)
        return replace(happening, line=self._transcript.happening(happening))


class Desk(Controls):
    """See `Controls` for what the verbs do."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._workspace = works.workspace

    async def connection(self) -> Connection:
        return Connection(
            base_url=f"http://{self._works.host}/api/",
            bot_token="xoxb-sim-burrow",
            app_token="xapp-sim-burrow",
            team_id=self._workspace.team_id,
            bot_user_id=self._workspace.bot.id,
            bot_id=self._workspace.bot.bot_id or "",
        )

    # People act

    async def post(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        mention_bot: bool = False,
        broadcast: bool = False,
        files: Sequence[Json] = (),
    ) -> Message:
        author, room = self._member(user, channel)
        typed = as_sent(text, self._user_id)
        subtype = "thread_broadcast" if broadcast and thread_ts else None
        return self._workspace.post(
            room,
            user=author,
            text=f"<@{self._workspace.bot.id}> {typed}" if mention_bot else typed,
            thread_ts=self._root(room, thread_ts),
            subtype="file_share" if files else subtype,
            files=files,
        )

    async def post_alert(
        self,
        bot: str,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        blocks: Sequence[Json] = (),
        attachments: Sequence[Json] = (),
    ) -> Message:
        author = self._workspace.find_user(bot)
        if author.bot_id is None:
            raise Refused(f"{author.real_name} is a person, not an app.")
        room = self._workspace.find_channel(channel)
        return self._workspace.post(
            room,
            bot_id=author.bot_id,
            username=author.real_name,
            text=text,
            thread_ts=self._root(room, thread_ts),
            subtype="bot_message",
            blocks=blocks,
            attachments=attachments,
        )

    async def edit(self, user: str, channel: str, ts: str, text: str) -> Message:
        author, message = self._own(user, channel, ts)
        return self._workspace.edit(message, by=author.id, text=as_sent(text, self._user_id))

    async def delete(self, user: str, channel: str, ts: str) -> None:
        self._workspace.delete(self._own(user, channel, ts)[1])

    async def react(self, user: str, channel: str, ts: str, name: str) -> None:
        author, room = self._member(user, channel)
        self._workspace.react(self._message(room, ts), name, author.id)

    async def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        author, room = self._member(user, channel)
        self._workspace.unreact(self._message(room, ts), name, author.id)

    async def click(self, user: str, channel: str, ts: str, action_id: str) -> None:
        author, room = self._member(user, channel)
        if not self._works.manifest.interactivity:
            raise Refused("Interactivity is off in the app's manifest: buttons do nothing.")
        payload = click_payload(
            self._workspace,
            author,
            room,
            self._readable(room, ts),
            action_id,
            self._works.response_url,
        )
        self._works.deliverer.send(
            Parcel(
                kind="interactive",
                payload=payload,
                event="block_actions",
                event_id=str(payload["trigger_id"]),
                channel=room.id,
                ts=ts,
                accepts_response=True,
                retried=False,
            )
        )

    async def add_user(
        self, name: str, real_name: str, *, restricted: bool = False, stranger: bool = False
    ) -> User:
        letters = "".join(letter for letter in name.upper() if letter.isalnum())
        return self._workspace.add_user(
            User(
                id=f"U0{letters}",
                name=name,
                real_name=real_name,
                team_id=PARTNER_TEAM if stranger else self._workspace.team_id,
                is_restricted=restricted,
                is_stranger=stranger,
            )
        )

    async def add_channel(
        self,
        name: str,
        *,
        kind: ChannelKind = "channel",
        members: Sequence[str] = (),
        with_bot: bool = True,
        ext_shared: bool = False,
    ) -> Channel:
        people = {self._workspace.find_user(one).id for one in members or ("ann", "ben", "chloe")}
        everyone = people | {self._workspace.bot.id} if with_bot else people
        return self._workspace.new_channel(name, kind, everyone, is_ext_shared=ext_shared)

    async def join(self, user: str, channel: str) -> None:
        room = self._workspace.find_channel(channel)
        self._workspace.join(room, self._workspace.find_user(user))

    async def leave(self, user: str, channel: str) -> None:
        room = self._workspace.find_channel(channel)
        self._workspace.leave(room, self._workspace.find_user(user))

    async def send_event(self, event: Json) -> str:
        kind = str(event.get("type"))
        known = self._workspace.channels.get(str(event.get("channel")))
        name = KIND_EVENTS[known.kind] if kind == "message" and known else kind
        if not self._works.manifest.hears(name):
            raise Refused(f"The app's manifest does not subscribe to {name}.")
        return self._works.send_event(event)

    # Reading

    async def messages(self, channel: str, thread_ts: str | None = None) -> list[Message]:
        room = self._workspace.find_channel(channel)
        if thread_ts is None:
            return self._workspace.main_pane(room.id)
        return self._workspace.thread(room.id, thread_ts)

    async def ephemerals(self, user: str | None = None) -> list[Message]:
        only_for = self._workspace.find_user(user).id if user else None
        return [
            one
            for one in self._workspace.ephemerals
            if only_for is None or one.only_for == only_for
        ]

    async def reactions(self, channel: str, ts: str) -> list[Reaction]:
        return self._workspace.reactions(self._workspace.find_channel(channel).id, ts)

    async def status(self, channel: str, thread_ts: str) -> str:
        room = self._workspace.find_channel(channel)
        return self._workspace.statuses.get((room.id, thread_ts), "")

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

    # Waiting

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

    # Faults

    async def fail_method(self, fault: MethodFault) -> None:
        self._works.faults.add_method_fault(fault)

    async def fail_envelopes(self, fault: EnvelopeFault) -> None:
        self._works.faults.add_envelope_fault(fault)

    async def clear_faults(self) -> None:
        self._works.faults.clear()

    async def set_limits(self, enabled: bool) -> None:
        self._works.limits.enabled = enabled

    async def disconnect_sockets(
        self, reason: DisconnectReason, socket: int | None = None
    ) -> None:
        self._works.sockets.disconnect(reason, self._chosen(socket))

    async def reset_sockets(self, socket: int | None = None) -> None:
        self._each(socket, AppSocket.reset)

    async def freeze_sockets(self, socket: int | None = None) -> None:
        self._each(socket, AppSocket.freeze)

    async def thaw_sockets(self, socket: int | None = None) -> None:
        self._each(socket, AppSocket.thaw)

    # In bulk

    async def prepare_threads(self, count: int, *, channels: int = 1) -> list[Message]:
        rooms = [await self.add_channel(f"load-{number + 1}") for number in range(channels)]
        ann = self._workspace.find_user("ann")
        return [
            self._workspace.post(
                rooms[number % channels], user=ann, text=f"Thread {number + 1}", quietly=True
            )
            for number in range(count)
        ]

    async def burst(
        self,
        mentions: int,
        *,
        threads: Sequence[Message] = (),
        thread_count: int | None = None,
        channels: int = 1,
        text: str = "mention {n}",
        answer_contains: str | None = None,
        timeout: float = 60.0,
    ) -> Burst:
        roots = threads or await self.prepare_threads(thread_count or mentions, channels=channels)
        return await run_burst(
            self._works,
            mentions,
            roots,
            text=text,
            answer_contains=answer_contains,
            timeout=timeout,
        )

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[AsyncIterator[Happening]]:
        async with self._works.activity.stream() as happenings:
            yield Told(happenings, self._works.transcript)

    # Finding things

    def _user_id(self, name: str) -> str | None:
        try:
            return self._workspace.find_user(name).id
        except NoSuchThing:
            return None

    def _member(self, user: str, channel: str) -> tuple[User, Channel]:
        author = self._workspace.find_user(user)
        room = self._workspace.find_channel(channel)
        if author.id not in room.members:
            raise Refused(f"{author.real_name} is not in {self._works.transcript.title(room.id)}.")
        return author, room

    def _message(self, room: Channel, ts: str) -> Message:
        found = self._workspace.message(room.id, ts)
        if found is None:
            raise NoSuchThing(f"There is no message {ts} in {room.name}.")
        return found

    def _readable(self, room: Channel, ts: str) -> Message:
        whispers = (one for one in self._workspace.ephemerals if one.ts == ts)
        return next(whispers, None) or self._message(room, ts)

    def _own(self, user: str, channel: str, ts: str) -> tuple[User, Message]:
        author, room = self._member(user, channel)
        message = self._message(room, ts)
        if message.user != author.id:
            raise Refused(f"{author.real_name} did not write that message.")
        return author, message

    def _root(self, room: Channel, thread_ts: str | None) -> str | None:
        if thread_ts is None:
            return None
        thread = self._workspace.thread(room.id, thread_ts)
        if not thread:
            raise NoSuchThing(f"There is no thread {thread_ts} in {room.name}.")
        return thread[0].root_ts

    def _chosen(self, number: int | None) -> list[AppSocket]:
        return [one for one in self._works.sockets.open if number in (one.number, None)]

    def _each(self, number: int | None, act: Callable[[AppSocket], None]) -> None:
        for one in self._chosen(number):
            act(one)
