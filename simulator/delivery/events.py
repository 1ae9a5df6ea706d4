"""Which events a happening gives the app, after Slack's rules and the app's subscriptions.

Sources for each rule stand in docs/simulator.md.
"""

import random
from typing import Any, Literal

from simulator.manifest import Manifest
from simulator.values import Channel, Happening, Json, Message
from simulator.workspace.state import Workspace
from simulator.workspace.wire import message_json

KIND_EVENTS = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}
HEARABLE = frozenset(
    {
        "message_posted",
        "message_changed",
        "message_deleted",
        "reaction_added",
        "reaction_removed",
        "channel_joined",
        "channel_left",
    }
)
TwinOrder = Literal["mention_first", "message_first", "random", "mention_only", "message_only"]


def events_of(happening: Happening, workspace: Workspace, manifest: Manifest) -> list[Json]:
    """The event objects, a mention before its `message` twin; [] for what the app can't hear."""
    channel = workspace.channels.get(happening.channel or "")
    if channel is None or workspace.bot.id not in channel.members:
        return []
    match happening.kind, happening.message, happening.previous:
        case "message_posted", Message() as message, _:
            return _posted(message, channel, workspace, manifest)
        case "message_changed", Message() as message, Message() as previous:
            return _changed(message, previous, channel, workspace, manifest)
        case "message_deleted", Message() as message, Message() as previous:
            return _deleted(message, previous, channel, workspace, manifest)
        case ("reaction_added" | "reaction_removed") as kind, Message() as message, _:
            return _reaction(kind, happening, message, manifest)
        case "channel_joined" | "channel_left", _, _:
            return _membership(happening, channel, workspace, manifest)
    return []


def in_order(events: list[Json], order: TwinOrder, chance: random.Random) -> list[Json]:
    """A mention's twins in the order asked for; other events as they are."""
    if len(events) != 2 or events[0]["type"] != "app_mention":
        return events
    match order:
        case "mention_first":
            return events
        case "message_first":
            return events[::-1]
        case "mention_only":
            return events[:1]
        case "message_only":
            return events[1:]
    return events if chance.random() < 0.5 else events[::-1]


def mention_event(message: Message, channel: Channel, workspace: Workspace) -> Json:
    """https://docs.slack.dev/reference/events/app_mention"""
    event = message_json(workspace, message) | {
        "type": "app_mention",
        "channel": channel.id,
        "event_ts": message.edited_ts or message.ts,
    }
    return event | _connect_parts(message, channel, workspace)


def mentions_bot(message: Message, workspace: Workspace) -> bool:
    return f"<@{workspace.bot.id}>" in message.text or f"<@{workspace.bot.id}|" in message.text


def _posted(
    message: Message, channel: Channel, workspace: Workspace, manifest: Manifest
) -> list[Json]:
    events = _mention(message, channel, workspace, manifest)
    if manifest.hears(KIND_EVENTS[channel.kind]):
        event = message_json(workspace, message) | _where(channel, message.ts)
        events.append(event | _connect_parts(message, channel, workspace))
    return events


def _mention(
    message: Message, channel: Channel, workspace: Workspace, manifest: Manifest
) -> list[Json]:
    """Never in direct messages, never for the bot's own posts."""
    if channel.kind in ("im", "mpim") or not manifest.hears("app_mention"):
        return []
    if message.user == workspace.bot.id or message.subtype in ("channel_join", "group_join"):
        return []
    return [mention_event(message, channel, workspace)] if mentions_bot(message, workspace) else []


def _changed(
    message: Message, previous: Message, channel: Channel, workspace: Workspace, manifest: Manifest
) -> list[Json]:
    events = _mention(message, channel, workspace, manifest)
    if manifest.hears(KIND_EVENTS[channel.kind]):
        events.append(_change_event(message, previous, channel, workspace))
    return events


def _change_event(
    message: Message, previous: Message, channel: Channel, workspace: Workspace
) -> Json:
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": message_json(workspace, message),
        "previous_message": message_json(workspace, previous),
        **_where(channel, workspace.next_ts()),
    }


def _deleted(
    message: Message, previous: Message, channel: Channel, workspace: Workspace, manifest: Manifest
) -> list[Json]:
    """The root of a thread with replies stays as a tombstone: that is a change to the app."""
    if not manifest.hears(KIND_EVENTS[channel.kind]):
        return []
    if workspace.messages.replies(channel.id, message.ts):
        return [_change_event(message, previous, channel, workspace)]
    return [
        {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "deleted_ts": message.ts,
            "previous_message": message_json(workspace, previous),
            **_where(channel, workspace.next_ts()),
        }
    ]


def _where(channel: Channel, event_ts: str) -> Json:
    return {
        "channel": channel.id,
        "channel_type": channel.kind,
        "ts": event_ts,
        "event_ts": event_ts,
    }


def _connect_parts(message: Message, channel: Channel, workspace: Workspace) -> Json:
    if not channel.is_ext_shared or message.user is None:
        return {}
    return {"user_team": message.team_id, "source_team": message.team_id}


def _reaction(
    kind: str, happening: Happening, message: Message, manifest: Manifest
) -> list[dict[str, Any]]:
    """https://docs.slack.dev/reference/events/reaction_added"""
    if not manifest.hears(kind):
        return []
    return [
        {
            "type": kind,
            "user": happening.user,
            "reaction": happening.word,
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            "item_user": message.user,
            "event_ts": message.ts,
        }
    ]


def _membership(
    happening: Happening, channel: Channel, workspace: Workspace, manifest: Manifest
) -> list[Json]:
    kind = "member_joined_channel" if happening.kind == "channel_joined" else "member_left_channel"
    if not manifest.hears(kind):
        return []
    return [
        {
            "type": kind,
            "user": happening.user,
            "channel": channel.id,
            "channel_type": "G" if channel.kind == "group" else "C",
            "team": workspace.team_id,
            "event_ts": workspace.next_ts(),
        }
    ]
