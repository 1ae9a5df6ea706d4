"""The options of a workspace, chosen before it starts."""

from dataclasses import dataclass, field
from pathlib import Path

from simulator.clock import Clock, SystemClock
from simulator.delivery.events import TwinOrder
from simulator.delivery.sockets import Pick
from simulator.manifest import DEFAULT_MANIFEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`limits`: Slack's rate limits apply. `ack_timeout`: seconds the app has to ack.
    `time_scale`: shortens the pauses before redelivery (0, 60 and 300 s) and nothing else.
    `ticket_seconds`: how long the address of a socket is good. `pick`: which socket gets the
    next envelope. `twin_order`: of a mention's two events, which come `twin_gap` seconds apart;
    `mention_only` is what some Enterprise Grid workspaces do. `root_changes`: each reply also
    announces that its root changed. `enterprise`: the workspace belongs to an Enterprise Grid;
    `org_wide`: and the app is installed for the whole of it. `outside_marketplace`: messages can
    be read once a minute, 15 at a time. `share_seconds`: how long after its end an upload is
    shared.
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
    root_changes: bool = False
    enterprise: bool = False
    org_wide: bool = False
    outside_marketplace: bool = False
    share_seconds: float = 0.05
    clock: Clock = field(default_factory=SystemClock)
