"""The errors that the simulator raises to its user."""

from typing import Any


class SimulatorError(Exception):
    """The root of all errors of control verbs, in process and over HTTP alike."""


class NoSuchThing(SimulatorError):
    """A user, channel, message or button that the workspace does not have."""


class WaitedInVain(SimulatorError, TimeoutError):
    """The expected thing did not come in time. The text shows what came instead."""


class Refused(SimulatorError):
    """Slack's own client would not let a person do this."""


class SlackError(Exception):
    """An `ok: false` answer of the Web API."""

    def __init__(self, error: str, **details: Any) -> None:
        super().__init__(error)
        self.error = error
        self.details = details
