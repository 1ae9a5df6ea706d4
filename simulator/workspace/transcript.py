"""The workspace as a person in Slack would read it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from simulator.values import Happening, Json, Message
from simulator.workspace.blocks import blocks_as_seen
from simulator.workspace.formatting import as_seen
from simulator.workspace.state import Workspace
from simulator.workspace.wire import TOMBSTONE


class Transcript:
    """Names instead of ids, times in UTC, replies indented; metadata is not shown."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def name_of(self, some_id: str) -> str:
        """The name behind a user, bot or channel id; the id itself if it is unknown."""
        user = self._workspace.users.get(some_id)
        if user is not None:
            return user.name
        channel = self._workspace.channels.get(some_id)
        if channel is not None:
            return channel.name
        by_bot_id = (
            user.name for user in self._workspace.users.values() if user.bot_id == some_id
        )
        return next(by_bot_id, some_id)

    def author(self, message: Message) -> str:
        if message.username:
            return message.username
        user = self._workspace.users.get(message.user or "")
        return user.real_name if user else self.name_of(message.user or message.bot_id or "?")

    def text(self, message: Message) -> str:
        """What the message shows: its blocks if it has any, else its text; then attachments."""
        if message.deleted:
            return TOMBSTONE
        shown = blocks_as_seen(message.blocks, self.name_of) if message.blocks else ""
        parts = [shown or as_seen(message.text, self.name_of)]
        for attachment in message.attachments:
            parts.extend(self._attachment(attachment))
        parts.extend(f"[file: {file.get('name', 'unnamed')}]" for file in message.files)
        return "\n".join(part for part in parts if part)

    def _attachment(self, attachment: Json) -> Iterator[str]:
        for name in ("pretext", "title", "text"):
            if attachment.get(name):
                yield "| " + as_seen(str(attachment[name]), self.name_of)
        if blocks := attachment.get("blocks"):
            yield "| " + blocks_as_seen(blocks, self.name_of)
        if attachment.get("message_blocks") and not attachment.get("text"):
            for forwarded in attachment["message_blocks"]:
                yield "| " + blocks_as_seen(forwarded["message"]["blocks"], self.name_of)

    def line(self, message: Message) -> str:
        """One message as it stands: time, author, text, and beneath it the reactions."""
        found = self._workspace.reactions(message.channel, message.ts)
        if not found:
            return self._lines(message)
        shown = " ".join(f":{reaction.name}: {len(reaction.users)}" for reaction in found)
        return f"{self._lines(message)}\n          {shown}"

    def _lines(self, message: Message) -> str:
        at = datetime.fromtimestamp(float(message.ts), UTC)
        marks = " (edited)" if message.edited_ts and not message.deleted else ""
        if message.only_for:
            marks += f" (only visible to {self._first_name(message.only_for)})"
        first, *rest = f"{self.text(message)}{marks}".split("\n")
        lines = [f"{at:%H:%M:%S}  {self.author(message)}: {first}"]
        lines += [f"          {line}" for line in rest]
        return "\n".join(lines)

    def _first_name(self, user_id: str) -> str:
        user = self._workspace.users.get(user_id)
        return user.real_name.split()[0] if user else user_id

    def thread(self, channel_id: str, root_ts: str) -> str:
        """Root and replies, with the ephemeral lines in their places."""
        whispers = [
            whisper
            for whisper in self._workspace.ephemerals
            if not whisper.unseen and (whisper.channel, whisper.thread_ts) == (channel_id, root_ts)
        ]
        known = self._workspace.messages.thread(channel_id, root_ts)
        lines = [self.line(root) for root in known[:1]]
        for message in sorted([*known[1:], *whispers], key=lambda message: message.ts):
            lines.append(_indented(self.line(message)))
        status = self._workspace.statuses.get((channel_id, root_ts))
        if status:
            lines.append(_indented(f"{self._workspace.bot.real_name} {status}"))
        return "\n".join(lines)

    def channel(self, channel_id: str) -> str:
        whispers = [
            whisper
            for whisper in self._workspace.ephemerals
            if not whisper.unseen and (whisper.channel, whisper.thread_ts) == (channel_id, None)
        ]
        shown = [*self._workspace.messages.main_pane(channel_id), *whispers]
        parts = []
        for message in sorted(shown, key=lambda message: message.ts):
            whole = message.thread_ts is None and message.only_for is None
            parts.append(self.thread(channel_id, message.ts) if whole else self.line(message))
        return "\n".join(parts)

    def whole(self) -> str:
        """Every channel in which anything was said."""
        parts = []
        for channel in self._workspace.channels.values():
            if text := self.channel(channel.id):
                parts.append(f"== {self.title(channel.id)} ==\n{text}")
        return "\n\n".join(parts)

    def title(self, channel_id: str) -> str:
        name = self.name_of(channel_id)
        return name if name.startswith("@") else f"#{name}"

    def happening(self, happening: Happening) -> str:
        """One line (or more) as it happens; "" for what a person does not see."""
        message = happening.message
        if message is None:
            return self._status_line(happening)
        where = self.title(message.channel) + (" ↳" if message.thread_ts else "")
        match happening.kind:
            case "ephemeral_posted" if message.unseen:
                return ""
            case "message_posted" | "ephemeral_posted" | "message_changed":
                return f"{where} {self._lines(message)}"
            case "message_deleted" if happening.previous is not None:
                return f"{where} {self.author(message)} deleted: {self.text(happening.previous)}"
            case "reaction_added" | "reaction_removed":
                verb = "added" if happening.kind == "reaction_added" else "removed"
                who = self.name_of(happening.user or "")
                return f"{where} {who} {verb} :{happening.word}: on: {self.text(message)}"
        return ""

    def _status_line(self, happening: Happening) -> str:
        if happening.kind != "status_set" or not happening.channel or not happening.word:
            return ""
        where = self.title(happening.channel)
        return f"{where} ↳ {self._workspace.bot.real_name} {happening.word}"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))
