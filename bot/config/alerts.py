"""The setting ALERTS: channels in which alerts begin cases, and whose alerts."""

import re
from collections.abc import Iterable, Mapping

_CHANNEL = re.compile(r"[CG][A-Z0-9]+")
_APP = re.compile(r"[AB][A-Z0-9]+")


def read_alerts(value: str) -> frozenset[str]:
    """Return the entries of a list with commas; raise for one that names no channel or app."""
    entries = [entry.strip() for entry in value.split(",")]
    for entry in entries:
        if not entry:
            raise ValueError("an entry is empty")
        if entry.startswith("#"):
            raise ValueError("names begin with #, ids with C or G")
        if entry.startswith("D"):
            raise ValueError("D… is a direct message, and alerts come in channels")
        channel, colon, app = entry.partition(":")
        if not _CHANNEL.fullmatch(channel):
            raise ValueError("an entry is not a channel id")
        if colon and not _APP.fullmatch(app):
            raise ValueError("what follows the colon is not the id of an app or a bot")
    return frozenset(entries)


def apps_by_channel(entries: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Return the ids of the apps (A…) and bots (B…) that count in each channel; empty for any."""
    found: dict[str, set[str]] = {}
    for channel, _, app in (entry.partition(":") for entry in entries):
        found.setdefault(channel, set()).add(app)
    return {
        channel: frozenset() if "" in apps else frozenset(apps) for channel, apps in found.items()
    }
