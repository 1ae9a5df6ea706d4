"""The verbs of people and other apps, carried out in this process."""

from collections.abc import Sequence

from simulator.controls.local.base import Local
from simulator.delivery.clicks import Click, click_payload
from simulator.delivery.envelopes import click_parcel
from simulator.errors import Refused
from simulator.values import Content, Json, Message, User
from simulator.workspace.formatting import as_sent
from simulator.workspace.forwarding import forwarded


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
        ago: float = 0.0,
    ) -> Message:
        author, room = self._member(user, channel)
        attached = tuple(dict(self._workspace.new_file(given, author).about) for given in files)
        subtype = "thread_broadcast" if broadcast and thread_ts else None
        return self._workspace.post(
            room,
            Content(text=self._typed(text, mention_bot), files=attached),
            user=author,
            thread_ts=self._root(room, thread_ts),
            subtype="file_share" if files else subtype,
            ago=ago,
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
        is_classic: bool = True,
        ago: float = 0.0,
    ) -> Message:
        author, room = self._app(bot), self._workspace.find_channel(channel)
        return self._workspace.post(
            room,
            Content(text=text, blocks=tuple(blocks), attachments=tuple(attachments)),
            user=None if is_classic else author,
            bot_id=author.bot_id,
            username=author.real_name if is_classic else None,
            thread_ts=self._root(room, thread_ts),
            subtype="bot_message" if is_classic else None,
            ago=ago,
        )

    async def update_alert(
        self,
        bot: str,
        channel: str,
        ts: str,
        text: str,
        *,
        blocks: Sequence[Json] = (),
        attachments: Sequence[Json] = (),
    ) -> Message:
        author = self._app(bot)
        message = self._message(self._workspace.find_channel(channel), ts)
        if message.bot_id != author.bot_id:
            raise Refused(f"{author.real_name} did not write that message.")
        content = Content(text=text, blocks=tuple(blocks), attachments=tuple(attachments))
        return self._workspace.edit(message, content, by=author.id, marked=False)

    def _app(self, name: str) -> User:
        author = self._workspace.find_user(name)
        if author.bot_id is None:
            raise Refused(f"{author.real_name} is a person, not an app.")
        return author

    async def forward(
        self,
        user: str,
        channel: str,
        ts: str,
        *,
        to: str,
        text: str = "",
        thread_ts: str | None = None,
        mention_bot: bool = False,
    ) -> Message:
        original = self._message(self._member(user, channel)[1], ts)
        author, room = self._member(user, to)
        share = forwarded(self._workspace, original)
        return self._workspace.post(
            room,
            Content(text=self._typed(text, mention_bot), attachments=(share,)),
            user=author,
            thread_ts=self._root(room, thread_ts),
        )

    def _typed(self, text: str, mention_bot: bool) -> str:
        typed = as_sent(text, self._user_id)
        return f"<@{self._workspace.bot.id}> {typed}".rstrip() if mention_bot else typed

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

    async def click(
        self, user: str, channel: str, ts: str, action_id: str, *, option: str | None = None
    ) -> None:
        author, room = self._member(user, channel)
        if not self._wiring.manifest.interactivity:
            raise Refused("Interactivity is off in the app's manifest: buttons do nothing.")
        message = self._readable(room, ts)
        click = Click(action_id=action_id, option=option)
        payload = click_payload(self._workspace, self._wiring.links, author, message, click)
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
