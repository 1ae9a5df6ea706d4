"""Decides which other threads a thread may show: those that its readers may open anyway."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.document.thread import Elsewhere
from bot.slack.addresses import permalink
from bot.slack.channels import Channel, ChannelKind, Channels
from session import SlackThread

_CHANNELS = frozenset({ChannelKind.PUBLIC, ChannelKind.PRIVATE})


async def shown_in(
    here: SlackThread, threads: Sequence[SlackThread], channels: Channels, url: str
) -> Mapping[SlackThread, Elsewhere]:
    """Return those of the threads that may be shown here; `url` is the workspace's address.

    They are in the same channel or in one that is public now. A channel that another
    organisation reads shows no other thread. Threads of direct and group messages are never
    shown. If Slack tells nothing of a channel, it counts as shared here and as private there.
    """
    place = await channels.find(here.channel_id)
    if place is None or place.is_shared:
        return {}
    same_team = [thread for thread in threads if thread.team_id == here.team_id]
    ids = list(dict.fromkeys(thread.channel_id for thread in same_team))
    found = dict(zip(ids, await asyncio.gather(*map(channels.find, ids)), strict=True))
    return {
        thread: _elsewhere(channel, thread, url)
        for thread in same_team
        if (channel := found[thread.channel_id]) is not None and _may_be_shown(channel, place)
    }


def _elsewhere(channel: Channel, thread: SlackThread, url: str) -> Elsewhere:
    return Elsewhere(channel=f"#{channel.name}", link=permalink(url, thread, thread.thread_ts))


def _may_be_shown(channel: Channel, place: Channel) -> bool:
    if channel.kind is ChannelKind.PUBLIC:
        return True
    return channel.kind in _CHANNELS and channel.id == place.id
