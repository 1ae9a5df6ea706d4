"""Events about messages that exist already: edits, deletions, and changes that nobody made.

docs/simulator.md names the source for each.
"""

from typing import Literal

from simulator.values import Channel, Json, Message
from simulator.workspace.state import Workspace
from simulator.workspace.wire import listed_message, message_json

ChangeKind = Literal["replies", "replied", "metadata", "files", "again", "without_previous"]
"""Why Slack says that a message changed, though nobody edited it.

`replies`: the root's count of replies. `replied`: the same as `message_replied`, which comes
without its subtype. `metadata`, `files`: of the message. `again`: the last change once more, as
after a restart. `without_previous`: the same, and `previous_message` is missing.
"""


def where(workspace: Workspace, channel: Channel, event_ts: str) -> Json:
    """The fields that say where and when; `channel_type` as the channel is told to show it."""
    kind = workspace.channel_types.get(channel.id, channel.kind)
    found: Json = {"channel": channel.id, "channel_type": kind, "ts": event_ts}
    if kind is None:
        del found["channel_type"]
    return found | {"event_ts": event_ts}


def change_event(
    message: Message, previous: Message, channel: Channel, workspace: Workspace
) -> Json:
    """https://docs.slack.dev/reference/events/message/message_changed/"""
    return _changed(
        channel,
        workspace,
        message=message_json(workspace, message),
        previous_message=message_json(workspace, previous),
    )


def deletion_event(
    message: Message, previous: Message, channel: Channel, workspace: Workspace
) -> Json:
    """The root of a thread with replies stays as a tombstone: that is a change to the app.

    https://docs.slack.dev/reference/events/message/message_deleted/
    """
    if workspace.messages.replies(channel.id, message.ts):
        return change_event(message, previous, channel, workspace)
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": message.ts,
        "previous_message": message_json(workspace, previous),
        **where(workspace, channel, workspace.next_ts()),
    }


def announcement(
    kind: ChangeKind, message: Message, channel: Channel, workspace: Workspace
) -> Json:
    """A change that nobody made, as Slack announces it."""
    now = listed_message(workspace, message)
    before = message_json(workspace, message)
    match kind:
        case "replied":
            return _replied(now, message, channel, workspace)
        case "metadata":
            now["metadata"] = {"event_type": "refreshed", "event_payload": {}}
        case "files":
            before["files"] = [file | {"mode": "hosted"} for file in before.get("files", [])]
            now["files"] = [file | {"mode": "tombstone"} for file in before["files"]]
        case "again":
            before = dict(now)
        case "without_previous":
            return _changed(channel, workspace, message=now)
    return _changed(channel, workspace, message=now, previous_message=before)


def _replied(now: Json, message: Message, channel: Channel, workspace: Workspace) -> Json:
    """https://docs.slack.dev/reference/events/message/message_replied/ (see its bug alert)"""
    replies = workspace.messages.replies(channel.id, message.ts)
    now["replies"] = [{"user": reply.user, "ts": reply.ts} for reply in replies]
    event = _changed(channel, workspace, message=now)
    del event["subtype"]
    return event


def _changed(channel: Channel, workspace: Workspace, **messages: Json) -> Json:
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        **messages,
        **where(workspace, channel, workspace.next_ts()),
    }
