"""Events that Slack sends by itself, carried out in this process."""

from collections.abc import Sequence

from simulator.controls.local.base import Local
from simulator.delivery.changes import ChangeKind, announcement
from simulator.delivery.envelopes import payload_parcel
from simulator.delivery.events import KIND_EVENTS
from simulator.errors import Refused
from simulator.values import Content, Json, Message

PREVIEW: Json = {
    "id": 1,
    "title": "A page",
    "title_link": "https://northwind.example/page",
    "from_url": "https://northwind.example/page",
    "fallback": "A page",
}


class LocalAnnouncing(Local):
    """See `Announcing` for what the verbs do."""

    async def unfurl(self, channel: str, ts: str, attachments: Sequence[Json] = ()) -> Message:
        message = self._message(self._workspace.find_channel(channel), ts)
        shown = (*message.attachments, *(attachments or (PREVIEW,)))
        content = Content(text=message.text, blocks=message.blocks, attachments=shown)
        return self._workspace.edit(message, content, by="", marked=False)

    async def announce_change(self, channel: str, ts: str, kind: ChangeKind) -> str:
        room = self._workspace.find_channel(channel)
        event = announcement(kind, self._message(room, ts), room, self._workspace)
        return await self.send_event(event)

    async def send_payload(self, payload: Json, *, kind: str = "events_api") -> str:
        parcel = payload_parcel(payload, kind, self._wiring.chance)
        self._wiring.deliverer.send(parcel)
        return parcel.event_id

    async def send_event(self, event: Json, *, team: str | None = None) -> str:
        kind = str(event.get("type"))
        known = self._workspace.channels.get(str(event.get("channel")))
        name = KIND_EVENTS[known.kind] if kind == "message" and known else kind
        if not self._wiring.manifest.hears(name):
            raise Refused(f"The app's manifest does not subscribe to {name}.")
        return self._wiring.send_event(event, team=team)
