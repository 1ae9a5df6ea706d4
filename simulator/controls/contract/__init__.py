"""The verbs with which tests, the demo and benchmarks drive the simulator."""

from typing import Protocol

from simulator.controls.contract.administration import Administration
from simulator.controls.contract.announcing import Announcing
from simulator.controls.contract.breaking import Breaking
from simulator.controls.contract.bulk import Bulk, Burst, MentionTimes
from simulator.controls.contract.people import People
from simulator.controls.contract.reading import Connection, Reading

__all__ = ["Burst", "Connection", "Controls", "MentionTimes"]


class Controls(People, Administration, Announcing, Reading, Breaking, Bulk, Protocol):
    """The same in process and over HTTP. Users and channels go by name or id (`ann`,
    `#incidents`; `@ann` is Ann's direct messages with the bot).

    Failures are `SimulatorError`s: `NoSuchThing`, `Refused`, `WaitedInVain`.
    """
