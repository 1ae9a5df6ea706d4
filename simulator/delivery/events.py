"""Chooses the events that the app gets, by Slack's rules and the app's subscriptions.

Sources for each rule stand in docs/simulator.md.
"""

import random
from typing import Literal

from simulator.delivery.changes import change_event, deletion_event, where
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
            if not manifest.hears(KIND_EVENTS[channel.kind]):
                return []
            return [deletion_event(message, previous, channel, workspace)]
        case ("reaction_added" | "reaction_removed") as kind, Message() as message, _:
            return _reaction(kind, happening, message, workspace, manifest)
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
    event |= _connect_parts(message, channel, workspace)
    author = workspace.users.get(message.user or "")
    if author is not None and author.enterprise_id:
        event["user_team"] = author.enterprise_id
    return event


def mentions_bot(message: Message, workspace: Workspace) -> bool:
    return f"<@{workspace.bot.id}>" in message.text or f"<@{workspace.bot.id}|" in message.text


def _posted(
    message: Message, channel: Channel, workspace: Workspace, manifest: Manifest
) -> list[Json]:
    events = _mention(message, channel, workspace, manifest)
    if manifest.hears(KIND_EVENTS[channel.kind]):
        event = message_json(workspace, message) | where(workspace, channel, message.ts)
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
    """Only a changed text can mention anew; an unfurl, say, cannot."""
    events = []
    if message.text != previous.text:
        events = _mention(message, channel, workspace, manifest)
    if manifest.hears(KIND_EVENTS[channel.kind]):
        events.append(change_event(message, previous, channel, workspace))
    return events


def _connect_parts(message: Message, channel: Channel, workspace: Workspace) -> Json:
    """Where the author belongs, said where that need not be this workspace."""
    author = workspace.users.get(message.user or "")
    if author is None or not (channel.is_ext_shared or author.enterprise_id):
        return {}
    return {"user_team": message.team_id, "source_team": message.team_id}


def _reaction(
    kind: str, happening: Happening, message: Message, workspace: Workspace, manifest: Manifest
) -> list[Json]:
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
            "event_ts": workspace.next_ts(),
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
