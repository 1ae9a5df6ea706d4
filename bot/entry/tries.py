"""Says how long to pause between two tries to connect, and logs the failures."""

import random

import structlog
from slack_sdk.errors import SlackApiError

from bot.entry.connection import NoHelloError
from bot.errors import ConfigurationError
from bot.slack.client import TRANSPORT_ERRORS, reason, retry_after
from bot.slack.preflight import APP_TOKEN, may_pass, rejection

log = structlog.get_logger(__name__)

REJECTED_PAUSE = 60.0
LONGEST_PAUSE = 30.0
STABLE_SECONDS = 20.0
CANNOT_CONNECT = (SlackApiError, NoHelloError, ConfigurationError, ValueError, *TRANSPORT_ERRORS)
"""ValueError: what Slack gave as an address is none."""


class Tries:
    """The tries since a connection stood; each change of what is wrong is said once."""

    def __init__(self, base_url: str) -> None:
        self.trouble: str | None = None
        self._base_url = base_url
        self._failures = 0

    def failed(self, error: BaseException) -> float:
        """Note why a try failed, and return the seconds until the next."""
        self._failures += 1
        limit = retry_after(error) if isinstance(error, SlackApiError) else None
        if limit is not None:
            self._say("slack.rate_limited", f"Slack asks for a pause of {limit:g} s")
            # Never less than after other failures: a pause of a second may be asked for each time.
            return max(limit, _pause(self._failures))
        if not may_pass(error, self._base_url):
            self._say("slack.rejected", str(rejection(error, self._base_url, APP_TOKEN)))
            return REJECTED_PAUSE
        self._say("slack.unreachable", f"Slack cannot be reached: {reason(error)}")
        return _pause(self._failures)

    def succeeded(self) -> None:
        """Note that a connection stands."""
        self.trouble = None

    def ended(self, after: float) -> float:
        """Note that a connection ended `after` seconds, and return the seconds until the next.

        Connections that end soon, again and again, are failures too.
        """
        self._failures = 0 if after >= STABLE_SECONDS else self._failures + 1
        return _pause(self._failures - 1)

    def _say(self, event: str, trouble: str) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            log.warning(event, trouble=trouble)


def _pause(failures: int) -> float:
    """Return the seconds until the next try, after so many failures in a row."""
    if failures <= 0:
        return 0.0
    longest: float = min(0.5 * 2.0 ** min(failures, 10), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1)
