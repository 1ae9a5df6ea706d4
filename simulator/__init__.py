"""A local Slack workspace: Web API, Socket Mode and faults, for tests, demo and benchmarks."""

from simulator.client import SimulatorClient
from simulator.controls import Burst, Connection, Controls, MentionTimes
from simulator.errors import NoSuchThing, Refused, SimulatorError, WaitedInVain
from simulator.faults import EnvelopeFault, MethodFault
from simulator.local import Simulator
from simulator.person import Person
from simulator.slack import Slack
from simulator.values import (
    ApiCall,
    Channel,
    Delivery,
    Happening,
    Message,
    Reaction,
    User,
)
from simulator.works import Options

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
