"""The place and time at which something was seen."""

from dataclasses import dataclass

from session.messages import SessionId
from session.models import SlackThread
from session.sightings import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenIn:
    """A session that saw some of what was asked for."""

    session_id: SessionId
    thread: SlackThread | None
    sightings: tuple[Sighting, ...]
    """Of what was asked for, by key."""
