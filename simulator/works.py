"""The parts of a running simulator, put together."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from simulator.activity import Activity
from simulator.clock import Clock, SystemClock
from simulator.delivery import Deliverer
from simulator.envelopes import Parcel, event_parcel
from simulator.events import HEARABLE, TwinOrder, events_of, in_order, mention_event, mentions_bot
from simulator.faults import Faults
from simulator.limits import Limits
from simulator.manifest import DEFAULT_MANIFEST, read_manifest
from simulator.seed import seeded_workspace
from simulator.sockets import Pick, Sockets
from simulator.tickets import Tickets
from simulator.transcript import Transcript
from simulator.values import Happening, Json, Message, User
from simulator.web_api import WebApi


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`limits`: Slack's rate limits apply. `ack_timeout`: seconds the app has to ack.
    `time_scale`: shortens the pauses before redelivery (0, 60 and 300 s) and nothing else.
    `ticket_seconds`: how long the address of a socket is good. `pick`: which socket gets the
    next envelope. `twin_order`: of a mention's two events, which come `twin_gap` seconds apart;
    `mention_only` is what some Enterprise Grid workspaces do.
    """

    manifest: Path = DEFAULT_MANIFEST
    port: int = 0
    limits: bool = False
    ack_timeout: float = 3.0
    time_scale: float = 1.0
    debug_reconnect_seconds: float = 30.0
    ticket_seconds: float = 30.0
    seed: int = 0
    pick: Pick = "random"
    twin_order: TwinOrder = "random"
    twin_gap: float = 0.0
    clock: Clock = field(default_factory=SystemClock)


class Works:
    """Wires workspace, Web API and delivery: what happens becomes events for the app."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.manifest = read_manifest(options.manifest)
        self.activity = Activity(options.clock)
        self.workspace = seeded_workspace(self.manifest, self.activity)
        self.transcript = Transcript(self.workspace)
        self.faults = Faults()
        self.limits = Limits(enabled=options.limits)
        self.chance = random.Random(options.seed)
        self.sockets = Sockets(
            self.activity,
            self.chance,
            options.pick,
            Tickets(options.clock, seconds=options.ticket_seconds),
            debug_reconnect_seconds=options.debug_reconnect_seconds,
        )
        self.deliverer = Deliverer(
            self.sockets,
            self.activity,
            self.faults,
            self.chance,
            ack_timeout=options.ack_timeout,
            time_scale=options.time_scale,
        )
        self.web_api = WebApi(
            self.workspace,
            self.manifest,
            self.activity,
            self.faults,
            self.limits,
            self.sockets.tickets,
        )
        self.host = ""
        self._held: list[Parcel] | None = None
        self._unheard: dict[str, list[Message]] = {}
        self.activity.listen(self._fan_out)

    def response_url(self, message: Message, user: User) -> str:
        """Where the app may answer that user's click on that message."""
        return f"http://{self.host}/response/{message.channel}/{message.ts}/{user.id}"

    def send_event(self, event: Json, *, after: float = 0.0) -> str:
        """Send an event object to the app, `after` that many seconds; its event id."""
        at = int(self.options.clock.now().timestamp())
        parcel = event_parcel(event, self.workspace, self.chance, at)
        if after:
            self.deliverer.send_later(after, parcel)
        elif self._held is None:
            self.deliverer.send(parcel)
        else:
            self._held.append(parcel)
        return parcel.event_id

    @contextmanager
    def fan_out_held(self) -> Iterator[None]:
        """Collect what is to be sent, and send it all at once on leaving."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            for parcel in held:
                self.deliverer.send(parcel)

    def _fan_out(self, happening: Happening) -> None:
        if happening.kind not in HEARABLE:
            return
        events = events_of(happening, self.workspace, self.manifest)
        gap = 0.0
        for event in in_order(events, self.options.twin_order, self.chance):
            self.send_event(event, after=gap)
            gap += self.options.twin_gap
        self._catch_up(happening)

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
