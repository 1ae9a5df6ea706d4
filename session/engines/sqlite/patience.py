"""Limits how long an opening waits for other processes, and ends it if nobody wants it."""

import threading
from dataclasses import dataclass, field

from session.errors import StorageError

WAITS = 60.0
"""Long enough for a bot that was told to stop, whose turns get some time to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Belongs to one opening."""

    seconds: float = WAITS
    """How long a bot waits until it is alone with a file that it is to carry forward."""
    given_up: threading.Event = field(default_factory=threading.Event)
    """Set once nobody waits for the opening any more: it then ends soon, with nothing changed."""

    def check(self) -> None:
        """Raise `StorageError` if the opening was given up."""
        if self.given_up.is_set():
            raise StorageError("the opening was given up")

    def pause(self, seconds: float) -> None:
        """Wait a moment. Raises `StorageError` if the opening is given up meanwhile."""
        self.given_up.wait(seconds)
        self.check()
