"""The workspace itself: every change of it is made here."""

import uuid
from dataclasses import replace
from typing import Any

from simulator.clock import Timestamps
from simulator.values import Channel, Content, Json, Message, Reaction, User
from simulator.workspace.activity import Activity
from simulator.workspace.directory import SLACKBOT, Directory
from simulator.workspace.files import File, Files
from simulator.workspace.links import Links
from simulator.workspace.messages import Messages


class Workspace(Directory):
    """Changes are made here and nowhere else; each is told to the activity as it happens."""

    def __init__(
        self, *, team_id: str, name: str, url: str, activity: Activity, bot: User, links: Links
    ) -> None:
        super().__init__(bot)
        self.team_id = team_id
        self.name = name
        self.url = url
        self.enterprise_id: str | None = None
        self.is_org_wide = False
        self.refused_blocks: frozenset[str] = frozenset()
        self.messages = Messages()
        self.files = Files(links, team_id)
        self.ephemerals: list[Message] = []
        self.statuses: dict[tuple[str, str], str] = {}
        self.session_statuses: dict[tuple[str, str], str] = {}
        self.channel_types: dict[str, str | None] = {}
        self._reactions: dict[tuple[str, str], dict[str, list[str]]] = {}
        self._activity = activity
        self._timestamps = Timestamps(activity.clock)

    def permalink(self, message: Message) -> str:
        """https://docs.slack.dev/reference/methods/chat.getpermalink"""
        link = f"{self.url}archives/{message.channel}/p{message.ts.replace('.', '')}"
        if message.thread_ts:
            link += f"?thread_ts={message.thread_ts}&cid={message.channel}"
        return link

    def next_ts(self) -> str:
        """A `ts` later than any before; events that are no messages of their own need one."""
        return self._timestamps.next()

    def join(self, channel: Channel, user: User) -> Message:
        self.change_channel(channel, members=channel.members | {user.id})
        message = self.post(
            channel,
            Content(text=f"<@{user.id}> has joined the channel"),
            user=user,
            subtype="channel_join" if channel.kind == "channel" else "group_join",
        )
        self._activity.tell("channel_joined", channel=channel.id, user=user.id)
        return message

    def leave(self, channel: Channel, user: User) -> None:
        self.change_channel(channel, members=channel.members - {user.id})
        self._activity.tell("channel_left", channel=channel.id, user=user.id)

    def new_file(self, given: Json, user: User) -> File:
        """A file of that user's, shared nowhere yet."""
        created = int(self._activity.clock.now().timestamp())
        return self.files.add(given, user_id=user.id, created=created)

    def post(
        self,
        channel: Channel,
        content: Content,
        *,
        user: User | None = None,
        bot_id: str | None = None,
        username: str | None = None,
        thread_ts: str | None = None,
        subtype: str | None = None,
        quietly: bool = False,
        ago: float = 0.0,
    ) -> Message:
        """Add a message; `quietly` leaves no trace in the activity (prepared history).

        It is as old as `ago` says, in seconds, but later than all that is there.
        """
        message = self._new_message(
            channel,
            content,
            user,
            bot_id=bot_id or (user.bot_id if user else None),
            username=username,
            thread_ts=thread_ts,
            subtype=subtype,
            client_msg_id=str(uuid.uuid4()) if user and _is_person(user) else None,
            ago=ago,
        )
        self.messages.add(message)
        self.files.note_share(message)
        if message.user == self.bot.id and thread_ts:
            self.statuses.pop((channel.id, thread_ts), None)
        if not quietly:
            self._activity.tell("message_posted", channel=channel.id, message=message)
        return message

    def post_ephemeral(
        self, channel: Channel, content: Content, *, only_for: User, thread_ts: str | None
    ) -> Message:
        """Add a line for one person. Under a message without replies Slack never shows it."""
        message = self._new_message(
            channel,
            content,
            self.bot,
            bot_id=self.bot.bot_id,
            thread_ts=thread_ts,
            only_for=only_for.id,
            unseen=thread_ts is not None and not self.messages.replies(channel.id, thread_ts),
        )
        self.ephemerals.append(message)
        self._activity.tell("ephemeral_posted", channel=channel.id, message=message)
        return message

    def _new_message(
        self, channel: Channel, content: Content, user: User | None, *, ago: float = 0, **more: Any
    ) -> Message:
        return Message(
            channel=channel.id,
            ts=self._timestamps.next(ago=ago),
            text=content.text,
            blocks=content.blocks,
            attachments=content.attachments,
            files=content.files,
            metadata=content.metadata,
            posted_at=self._activity.clock.monotonic(),
            user=user.id if user else None,
            team_id=user.team_id if user else self.team_id,
            **more,
        )

    def forget_ephemeral(self, ts: str) -> None:
        self.ephemerals = [whisper for whisper in self.ephemerals if whisper.ts != ts]

    def edit(self, message: Message, content: Content, *, by: str, marked: bool = True) -> Message:
        """Change a message; only a `marked` change shows as edited. Its files stay, and its
        metadata unless there is new.
        """
        changed = replace(
            message,
            text=content.text,
            blocks=content.blocks,
            attachments=content.attachments,
            metadata=content.metadata if content.metadata is not None else message.metadata,
            edited_ts=self._timestamps.next() if marked else message.edited_ts,
            edited_by=by if marked else message.edited_by,
        )
        self.messages.replace(changed)
        self._activity.tell(
            "message_changed", channel=message.channel, message=changed, previous=message
        )
        return changed

    def delete(self, message: Message) -> Message:
        gone = replace(
            message, deleted=True, text="", blocks=(), attachments=(), files=(), metadata=None
        )
        self.messages.replace(gone)
        self._activity.tell(
            "message_deleted", channel=message.channel, message=gone, previous=message
        )
        return gone

    def delete_file(self, file: File) -> None:
        """Forget a file; the messages that it was shared in stay, with a tombstone."""
        self.files.remove(file)
        file_id = file.about["id"]
        for channel_id, shares in file.shares.items():
            for message in (self.messages.find(channel_id, share["ts"]) for share in shares):
                if message is None:
                    continue
                left = [about for about in message.files if about["id"] != file_id]
                tombstone = {"id": file_id, "mode": "tombstone"}
                changed = replace(message, files=(*left, tombstone))
                self.messages.replace(changed)
                self._activity.tell(
                    "message_changed", channel=channel_id, message=changed, previous=message
                )

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


def _is_person(user: User) -> bool:
    return not (user.bot_id or user.is_bot or user.id == SLACKBOT)
