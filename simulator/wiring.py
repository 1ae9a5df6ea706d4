"""The parts of a running simulator, put together."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from simulator.api.faults import MethodFaults
from simulator.api.limits import Limits
from simulator.api.sharing import Sharing
from simulator.api.web_api import WebApi
from simulator.delivery.changes import announcement
from simulator.delivery.deliverer import Deliverer
from simulator.delivery.envelopes import Parcel, event_parcel
from simulator.delivery.events import (
    HEARABLE,
    KIND_EVENTS,
    events_of,
    in_order,
    mention_event,
    mentions_bot,
)
from simulator.delivery.faults import EnvelopeFaults
from simulator.delivery.sockets import Sockets
from simulator.delivery.tickets import Tickets
from simulator.manifest import read_manifest
from simulator.options import Options
from simulator.values import Happening, Json, Message
from simulator.workspace.activity import Activity
from simulator.workspace.links import Links
from simulator.workspace.seed import ENTERPRISE, seeded_workspace
from simulator.workspace.transcript import Transcript


class Wiring:
    """Joins workspace, Web API and delivery: what happens becomes events for the app."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.manifest = read_manifest(options.manifest)
        self.activity = Activity(options.clock)
        self.links = Links()
        self.workspace = seeded_workspace(self.manifest, self.activity, self.links)
        self.workspace.is_org_wide = options.org_wide
        if options.enterprise or options.org_wide:
            self.workspace.enterprise_id = ENTERPRISE
        self.transcript = Transcript(self.workspace)
        self.method_faults = MethodFaults()
        self.envelope_faults = EnvelopeFaults()
        self.limits = Limits(
            enabled=options.limits, outside_marketplace=options.outside_marketplace
        )
        self.sharing = Sharing(seconds=options.share_seconds)
        self.chance = random.Random(options.seed)
        self.sockets = self._new_sockets()
        self.deliverer = Deliverer(
            self.sockets,
            self.activity,
            self.envelope_faults,
            self.chance,
            ack_timeout=options.ack_timeout,
            time_scale=options.time_scale,
        )
        self.web_api = self._new_web_api()
        self._collected: list[Parcel] | None = None
        self._unheard: dict[str, list[Message]] = {}
        self.activity.listen(self._fan_out)

    def _new_sockets(self) -> Sockets:
        return Sockets(
            self.activity,
            self.chance,
            self.options.pick,
            Tickets(self.options.clock, seconds=self.options.ticket_seconds),
            debug_reconnect_seconds=self.options.debug_reconnect_seconds,
        )

    def _new_web_api(self) -> WebApi:
        return WebApi(
            self.workspace,
            self.manifest,
            self.activity,
            self.method_faults,
            self.limits,
            self.links,
            self.sharing,
            lambda: self.links.socket(self.sockets.tickets.issue()),
        )

    def send_event(self, event: Json, *, after: float = 0.0, team: str | None = None) -> str:
        """Send an event object to the app, `after` that many seconds; its event id. `team`:
        another workspace's, of which the event speaks.
        """
        at = int(self.options.clock.now().timestamp())
        parcel = event_parcel(event, self.workspace, self.chance, at)
        if team:
            parcel = parcel.of_team(team)
        if after:
            self.deliverer.send_later(after, parcel)
        elif self._collected is None:
            self.deliverer.send(parcel)
        else:
            self._collected.append(parcel)
        return parcel.event_id

    @contextmanager
    def sent_together(self) -> Iterator[None]:
        """Collect what is to be sent, and send it all at once on leaving."""
        self._collected = []
        try:
            yield
        finally:
            collected, self._collected = self._collected, None
            for parcel in collected:
                self.deliverer.send(parcel)

    def _fan_out(self, happening: Happening) -> None:
        if happening.kind not in HEARABLE:
            return
        events = events_of(happening, self.workspace, self.manifest)
        gap = 0.0
        for event in in_order(events, self.options.twin_order, self.chance):
            self.send_event(event, after=gap)
            gap += self.options.twin_gap
        if self.options.root_changes and happening.kind == "message_posted":
            self._announce_root(happening.message)
        self._catch_up(happening)

    def _announce_root(self, reply: Message | None) -> None:
        """Slack may also say that the root changed: it has a reply more."""
        if reply is None or reply.thread_ts is None:
            return
        root = self.workspace.messages.find(reply.channel, reply.thread_ts)
        channel = self.workspace.channels[reply.channel]
        hears = self.manifest.hears(KIND_EVENTS[channel.kind])
        if root is not None and hears and self.workspace.bot.id in channel.members:
            self.send_event(announcement("replies", root, channel, self.workspace))

    def _catch_up(self, happening: Happening) -> None:
        """A mention where the app is not yet is delivered once it is invited."""
        channel = self.workspace.channels.get(happening.channel or "")
        if channel is None or not self.manifest.hears("app_mention"):
            return
        message = happening.message
        if happening.kind == "channel_joined" and happening.user == self.workspace.bot.id:
            for missed in self._unheard.pop(channel.id, ()):
                self.send_event(mention_event(missed, channel, self.workspace))
        elif (
            happening.kind == "message_posted"
            and message is not None
            and self.workspace.bot.id not in channel.members
            and mentions_bot(message, self.workspace)
        ):
            self._unheard.setdefault(channel.id, []).append(message)
