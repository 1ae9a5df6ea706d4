"""The contract of the transports that bring Slack's events and clicks, and a count of these."""

from abc import abstractmethod
from collections import Counter
from typing import Protocol

from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import DELIVERIES


class Transport(Protocol):
    """A way on which Slack reaches us, from `connect` to `close`."""

    comes_in: bool
    """Whether Slack opens the connection: then a balancer asks whether we are ready, and needs a
    moment to learn that we go."""

    @abstractmethod
    async def connect(self) -> None:
        """Begin to take what Slack sends.

        Raises `ConfigurationError` for what is wrong until somebody mends it, and
        `SlackUnreachableError`.
        """

    @abstractmethod
    def trouble(self) -> str | None:
        """Return why nothing can reach us now, or None."""

    @property
    def is_connected(self) -> bool:
        """Whether something can reach us now."""
        return self.trouble() is None

    def leave(self) -> None:
        """Have senders look for somebody else; what they send meanwhile is still taken."""
        return

    @abstractmethod
    async def close(self) -> None:
        """Take nothing more, and let what is under way be acked."""


_NO_REASON = "none"
_FIRST = ("0", _NO_REASON)


class Deliveries:
    """Counts what came over one transport, by attempt and by what Slack says of the one before."""

    def __init__(self, transport: str, recorder: Recorder = NO_RECORDER) -> None:
        self._transport = transport
        self._recorder = recorder
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, number: object, reason: object) -> bool:
        """Count one, and tell whether it comes again; a first delivery may name neither.

        Slack numbers its attempts from 0 on: https://github.com/slackapi/bolt-python/pull/1498
        """
        known = _FIRST
        if number or reason:
            known = (
                DELIVERIES.known("retry", number or _FIRST[0]),
                DELIVERIES.known("reason", reason or _NO_REASON),
            )
        self._counts[known] += 1
        self._recorder.count(DELIVERIES, self._transport, *known)
        return known[0] != _FIRST[0]

    def in_words(self) -> dict[str, int]:
        """Return the counts for a log line."""
        return {
            number if reason == _NO_REASON else f"{number} {reason}": count
            for (number, reason), count in sorted(self._counts.items())
        }
