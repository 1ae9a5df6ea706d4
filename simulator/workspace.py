"""The workspace itself: messages, threads, reactions, and who is where."""

import uuid
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from simulator.activity import Activity
from simulator.clock import Timestamps
from simulator.directory import Directory
from simulator.values import Channel, Json, Message, Reaction, User


@dataclass(slots=True, kw_only=True)
class Room:
    """What a channel holds: the `ts` of its root messages and, by root, of the replies."""

    roots: list[str] = field(default_factory=list)
    replies: dict[str, list[str]] = field(default_factory=dict)
    broadcasts: list[str] = field(default_factory=list)


class Workspace(Directory):
    """Changes are made here and nowhere else; each is told to the activity as it happens."""

    def __init__(
        self, *, team_id: str, name: str, url: str, activity: Activity, bot: User
    ) -> None:
        super().__init__(bot)
        self.team_id = team_id
        self.name = name
        self.url = url
        self.ephemerals: list[Message] = []
        self.statuses: dict[tuple[str, str], str] = {}
        self.session_statuses: dict[tuple[str, str], str] = {}
        self._rooms: dict[str, Room] = defaultdict(Room)
        self._messages: dict[tuple[str, str], Message] = {}
        self._reactions: dict[tuple[str, str], dict[str, list[str]]] = {}
        self._activity = activity
        self._timestamps = Timestamps(activity.clock)

    def join(self, channel: Channel, user: User) -> Message:
        self._set_members(channel, channel.members | {user.id})
        message = self.post(
            channel,
            user=user,
            text=f"<@{user.id}> has joined the channel",
            subtype="channel_join" if channel.kind == "channel" else "group_join",
        )
        self._activity.tell("channel_joined", channel=channel.id, user=user.id)
        return message

    def leave(self, channel: Channel, user: User) -> None:
        self._set_members(channel, channel.members - {user.id})
        self._activity.tell("channel_left", channel=channel.id, user=user.id)

    # Messages

    def next_ts(self) -> str:
        """A `ts` later than any before; events that are no messages of their own need one."""
        return self._timestamps.next()

    def post(
        self,
        channel: Channel,
        *,
        text: str,
        user: User | None = None,
        bot_id: str | None = None,
        username: str | None = None,
        thread_ts: str | None = None,
        subtype: str | None = None,
        blocks: Iterable[Json] = (),
        attachments: Iterable[Json] = (),
        files: Iterable[Json] = (),
        metadata: Json | None = None,
        quietly: bool = False,
    ) -> Message:
        """Add a message; `quietly` leaves no trace in the activity (prepared history)."""
        message = Message(
            channel=channel.id,
            ts=self._timestamps.next(),
            text=text,
            posted_at=self._activity.clock.monotonic(),
            user=user.id if user else None,
            bot_id=bot_id or (user.bot_id if user else None),
            username=username,
            team_id=user.team_id if user else self.team_id,
            thread_ts=thread_ts,
            subtype=subtype,
            blocks=tuple(blocks),
            attachments=tuple(attachments),
            files=tuple(files),
            metadata=metadata,
            client_msg_id=str(uuid.uuid4()) if user and not user.bot_id else None,
        )
        self._file(message)
        if not quietly:
            self._activity.tell("message_posted", channel=channel.id, message=message)
        return message

    def _file(self, message: Message) -> None:
        room = self._rooms[message.channel]
        self._messages[message.channel, message.ts] = message
        if message.thread_ts is None:
            room.roots.append(message.ts)
            return
        room.replies.setdefault(message.thread_ts, []).append(message.ts)
        if message.subtype == "thread_broadcast":
            insort(room.broadcasts, message.ts)
        if message.user == self.bot.id:
            self.statuses.pop((message.channel, message.thread_ts), None)

    def post_ephemeral(
        self, channel: Channel, *, text: str, only_for: User, thread_ts: str | None,
        blocks: Iterable[Json] = (), attachments: Iterable[Json] = (),
    ) -> Message:  # fmt: skip
        """Add a line for one person. Under a message without replies Slack never shows it."""
        message = Message(
            channel=channel.id,
            ts=self._timestamps.next(),
            text=text,
            posted_at=self._activity.clock.monotonic(),
            user=self.bot.id,
            bot_id=self.bot.bot_id,
            thread_ts=thread_ts,
            blocks=tuple(blocks),
            attachments=tuple(attachments),
            only_for=only_for.id,
            unseen=thread_ts is not None and not self.replies(channel.id, thread_ts),
        )
        self.ephemerals.append(message)
        self._activity.tell("ephemeral_posted", channel=channel.id, message=message)
        return message

    def forget_ephemeral(self, ts: str) -> None:
        self.ephemerals = [one for one in self.ephemerals if one.ts != ts]

    def edit(
        self,
        message: Message,
        *,
        by: str,
        text: str,
        blocks: Iterable[Json] = (),
        attachments: Iterable[Json] = (),
        metadata: Json | None = None,
        marked: bool = True,
    ) -> Message:
        """Change a message; only a `marked` change shows as edited."""
        changed = replace(
            message,
            text=text,
            blocks=tuple(blocks),
            attachments=tuple(attachments),
            metadata=metadata if metadata is not None else message.metadata,
            edited_ts=self._timestamps.next() if marked else message.edited_ts,
            edited_by=by if marked else message.edited_by,
        )
        self._messages[message.channel, message.ts] = changed
        self._activity.tell(
            "message_changed", channel=message.channel, message=changed, previous=message
        )
        return changed

    def delete(self, message: Message) -> Message:
        gone = replace(
            message, deleted=True, text="", blocks=(), attachments=(), files=(), metadata=None
        )
        self._messages[message.channel, message.ts] = gone
        self._activity.tell(
            "message_deleted", channel=message.channel, message=gone, previous=message
        )
        return gone

    def message(self, channel_id: str, ts: str) -> Message | None:
        """The message as it stands, or None; deleted ones are not found."""
        found = self._messages.get((channel_id, ts))
        return None if found is None or found.deleted else found

    def thread(self, channel_id: str, root_ts: str) -> list[Message]:
        """Root (deleted or not) and replies that still exist, oldest first; [] if unknown."""
        root = self._messages.get((channel_id, root_ts))
        return [] if root is None else [root, *self.replies(channel_id, root_ts)]

    def replies(self, channel_id: str, root_ts: str) -> list[Message]:
        known = self._rooms[channel_id].replies.get(root_ts, ())
        return [found for ts in known if (found := self.message(channel_id, ts))]

    def main_pane(self, channel_id: str) -> list[Message]:
        """What the channel shows outside its threads, oldest first."""
        room = self._rooms[channel_id]
        shown = [self._messages[channel_id, ts] for ts in sorted({*room.roots, *room.broadcasts})]
        return [one for one in shown if not one.deleted or self.replies(channel_id, one.ts)]

    # Reactions and status

    def react(self, message: Message, name: str, user_id: str) -> bool:
        """False if that user has left this reaction there already."""
        users = self._reactions.setdefault((message.channel, message.ts), {}).setdefault(name, [])
        if user_id in users:
            return False
        users.append(user_id)
        self._activity.tell(
            "reaction_added", channel=message.channel, user=user_id, word=name, message=message
        )
        return True

    def unreact(self, message: Message, name: str, user_id: str) -> bool:
        """False if there is no such reaction by that user."""
        by_name = self._reactions.get((message.channel, message.ts), {})
        if user_id not in by_name.get(name, []):
            return False
        by_name[name].remove(user_id)
        if not by_name[name]:
            del by_name[name]
        self._activity.tell(
            "reaction_removed", channel=message.channel, user=user_id, word=name, message=message
        )
        return True

    def reactions(self, channel_id: str, ts: str) -> list[Reaction]:
        by_name = self._reactions.get((channel_id, ts), {})
        return [Reaction(name=name, users=tuple(users)) for name, users in by_name.items()]

    def set_session_status(self, channel: Channel, thread_ts: str, status: str) -> None:
        """The lifecycle of the agent's session in a thread; it never changes by itself."""
        self.session_statuses[channel.id, thread_ts] = status
        self._activity.tell(
            "session_status_set", channel=channel.id, user=self.bot.id, word=status
        )

    def set_status(self, channel: Channel, thread_ts: str, status: str) -> None:
        """An empty text takes the status away; so does the bot's next reply."""
        if status:
            self.statuses[channel.id, thread_ts] = status
        else:
            self.statuses.pop((channel.id, thread_ts), None)
        self._activity.tell("status_set", channel=channel.id, user=self.bot.id, word=status)
