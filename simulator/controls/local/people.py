"""What people, other apps and administrators do, carried out in this process."""

from collections.abc import Sequence

from simulator.controls.local.base import Local
from simulator.delivery.clicks import click_payload
from simulator.delivery.envelopes import click_parcel
from simulator.delivery.events import KIND_EVENTS
from simulator.errors import Refused
from simulator.values import Channel, ChannelKind, Content, Json, Message, User
from simulator.workspace.formatting import as_sent
from simulator.workspace.seed import PARTNER_TEAM


class LocalPeople(Local):
    """See `People` for what the verbs do."""

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
        if mention_bot:
            typed = f"<@{self._workspace.bot.id}> {typed}"
        subtype = "thread_broadcast" if broadcast and thread_ts else None
        return self._workspace.post(
            room,
            Content(text=typed, files=tuple(files)),
            user=author,
            thread_ts=self._root(room, thread_ts),
            subtype="file_share" if files else subtype,
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
            Content(text=text, blocks=tuple(blocks), attachments=tuple(attachments)),
            bot_id=author.bot_id,
            username=author.real_name,
            thread_ts=self._root(room, thread_ts),
            subtype="bot_message",
        )

    async def edit(self, user: str, channel: str, ts: str, text: str) -> Message:
        author, message = self._own(user, channel, ts)
        content = Content(text=as_sent(text, self._user_id), attachments=message.attachments)
        return self._workspace.edit(message, content, by=author.id)

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
        if not self._wiring.manifest.interactivity:
            raise Refused("Interactivity is off in the app's manifest: buttons do nothing.")
        message = self._readable(room, ts)
        payload = click_payload(self._workspace, self._wiring.links, author, message, action_id)
        self._wiring.deliverer.send(click_parcel(payload, message))

    async def stop(self, user: str, channel: str, thread_ts: str) -> None:
        author, room = self._member(user, channel)
        event = "agent_session_stopped"
        shown = self._workspace.session_statuses.get((room.id, thread_ts)) == "processing"
        if not (shown and self._wiring.manifest.hears(event)):
            raise Refused("Slack shows no stop button in that thread.")
        self._wiring.send_event(
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
        names = members or ("ann", "ben", "chloe")
        people = {self._workspace.find_user(name).id for name in names}
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
        if not self._wiring.manifest.hears(name):
            raise Refused(f"The app's manifest does not subscribe to {name}.")
        return self._wiring.send_event(event)
