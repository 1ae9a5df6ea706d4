"""The purposes for which a store is opened."""

from enum import Enum


class Access(Enum):
    """How much an opening may change; only a bot may end what dead bots left behind."""

    SERVE = "serve"
    """A bot: shows the others that it lives, may create the store, may hold leases."""
    MOVE = "move"
    """A copy between stores: may create the store, ends no lease, is no bot to the others."""
    LOOK = "look"
    """A command that only reads: creates nothing and changes nothing."""
