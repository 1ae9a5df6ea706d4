"""The messages of a workspace: by channel, by thread, oldest first."""

from bisect import insort
from collections import defaultdict
from dataclasses import dataclass, field

from simulator.values import Message


@dataclass(slots=True, kw_only=True)
class ChannelMessages:
    """The messages of a channel: the `ts` of its roots and, by root, of the replies."""

    roots: list[str] = field(default_factory=list)
    replies: dict[str, list[str]] = field(default_factory=dict)
    broadcasts: list[str] = field(default_factory=list)


class Messages:
    """Every message ever posted, the deleted ones too: a thread may hang on one."""

    def __init__(self) -> None:
        self._channels: dict[str, ChannelMessages] = defaultdict(ChannelMessages)
        self._messages: dict[tuple[str, str], Message] = {}

    def add(self, message: Message) -> None:
        known = self._channels[message.channel]
        self._messages[message.channel, message.ts] = message
        if message.thread_ts is None:
            known.roots.append(message.ts)
            return
        known.replies.setdefault(message.thread_ts, []).append(message.ts)
        if message.subtype == "thread_broadcast":
            insort(known.broadcasts, message.ts)

    def replace(self, message: Message) -> None:
        """Put a changed message in the place of the one with its `ts`."""
        self._messages[message.channel, message.ts] = message

    def find(self, channel_id: str, ts: str) -> Message | None:
        """The message as it stands, or None; deleted ones are not found."""
        found = self._messages.get((channel_id, ts))
        return None if found is None or found.deleted else found

    def thread(self, channel_id: str, root_ts: str) -> list[Message]:
        """Root (deleted or not) and replies that still exist, oldest first; [] if unknown."""
        root = self._messages.get((channel_id, root_ts))
        return [] if root is None else [root, *self.replies(channel_id, root_ts)]

    def replies(self, channel_id: str, root_ts: str) -> list[Message]:
        listed = self._channels[channel_id].replies.get(root_ts, ())
        return [found for ts in listed if (found := self.find(channel_id, ts))]

    def main_pane(self, channel_id: str) -> list[Message]:
        """What the channel shows outside its threads, oldest first."""
        known = self._channels[channel_id]
        shown = [
            self._messages[channel_id, ts] for ts in sorted({*known.roots, *known.broadcasts})
        ]
        return [
            message
            for message in shown
            if not message.deleted or self.replies(channel_id, message.ts)
        ]
