"""What brings Slack's events and clicks to us."""

from abc import abstractmethod
from typing import Protocol


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
