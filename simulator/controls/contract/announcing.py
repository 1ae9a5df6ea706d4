"""Verbs for events that Slack sends by itself, though nobody wrote anything."""

from collections.abc import Sequence
from typing import Protocol

from simulator.delivery.changes import ChangeKind
from simulator.values import Json, Message


class Announcing(Protocol):
    async def unfurl(self, channel: str, ts: str, attachments: Sequence[Json] = ()) -> Message:
        """Slack shows a preview of a link (none given: of a page) under the message: the app hears
        `message_changed`, without `edited`.
        """
        ...

    async def announce_change(self, channel: str, ts: str, kind: ChangeKind) -> str:
        """Tell the app that a message changed, though nobody edited it; the event id."""
        ...

    async def send_payload(self, payload: Json, *, kind: str = "events_api") -> str:
        """Send an envelope of any outer type, whatever the manifest says: `app_rate_limited`, a
        shortcut, a slash command (`kind` is the envelope's own: `interactive`, `slash_commands`).
        Returns what `deliveries` name as its `event_id`.
        """
        ...

    async def send_event(self, event: Json, *, team: str | None = None) -> str:
        """Send any event the app is subscribed to (`Refused` otherwise); its event id. `team`:
        the id of another workspace, from which it is to come.
        """
        ...
