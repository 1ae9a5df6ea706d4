"""The controls in process: what people, other apps and administrators do."""

from collections.abc import Sequence

from simulator.clicks import click_payload
from simulator.envelopes import Parcel
from simulator.errors import NoSuchThing, Refused
from simulator.events import KIND_EVENTS
from simulator.formatting import as_sent
from simulator.seed import PARTNER_TEAM
from simulator.values import Channel, ChannelKind, Json, Message, User
from simulator.works import Works


class PeopleDesk:
    """See `Controls` for what the verbs do."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._workspace = works.workspace

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

    async def stop(self, user: str, channel: str, thread_ts: str) -> None:
        author, room = self._member(user, channel)
        event = "agent_session_stopped"
        shown = self._workspace.session_statuses.get((room.id, thread_ts)) == "processing"
        if not (shown and self._works.manifest.hears(event)):
            raise Refused("Slack shows no stop button in that thread.")
        self._works.send_event(
            {
                "type": event,
                "channel": room.id,
                "thread_ts": thread_ts,
                "user": author.id,
                "event_ts": self._workspace.next_ts(),
            }
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
