"""Bots that live: each signs a record of its own in the store, so that others know of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

SIGN_EVERY = timedelta(minutes=1)
"""How often a bot signs: a store that is billed by the write is asked seldom."""
SIGN_LASTS = timedelta(minutes=2.5)
"""How long a sign counts: two may get lost. One of a bot that was killed counts so long too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One bot on the store, as it described itself when it signed last."""

    id: str
    about: Mapping[str, Any]
    """JSON, such as version and host; empty of one that never managed to sign."""
    signed_at: datetime
    """On the engine's clock."""
    is_ours: bool
    """Whether it is the very repository that was asked."""
