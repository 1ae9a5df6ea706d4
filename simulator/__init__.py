"""A local Slack workspace: Web API, Socket Mode and faults, for tests, demo and benchmarks."""

from simulator.api.faults import MethodFault
from simulator.controls.contract import Burst, Connection, Controls, MentionTimes
from simulator.controls.person import Person
from simulator.controls.remote import SimulatorClient
from simulator.controls.slack import Slack
from simulator.delivery.faults import EnvelopeFault
from simulator.errors import NoSuchThing, Refused, SimulatorError, WaitedInVain
from simulator.local import Simulator
from simulator.options import Options
from simulator.values import (
    ApiCall,
    Channel,
    Delivery,
    Happening,
    Message,
    Reaction,
    User,
)

__all__ = [
    "ApiCall",
    "Burst",
    "Channel",
    "Connection",
    "Controls",
    "Delivery",
    "EnvelopeFault",
    "Happening",
    "MentionTimes",
    "Message",
    "MethodFault",
    "NoSuchThing",
    "Options",
    "Person",
    "Reaction",
    "Refused",
    "Simulator",
    "SimulatorClient",
    "SimulatorError",
    "Slack",
    "User",
    "WaitedInVain",
]
