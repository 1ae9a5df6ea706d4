"""Many mentions at once, for measuring."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from simulator.values import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionTimes:
    """One mention of a burst; times in seconds on the machine's monotonic clock.

    `first_reply_at`: the bot's first post in the thread after it. `answered_at`: the first one
    that contains what the burst was told to look for.
    """

    number: int
    channel: str
    ts: str
    thread_ts: str
    sent_at: float
    acked_at: float | None
    first_reply_at: float | None
    answered_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """`sending_seconds`: how long the simulator took to hand all envelopes to the sockets."""

    mentions: tuple[MentionTimes, ...]
    sending_seconds: float


class Bulk(Protocol):
    async def clear_logs(self) -> None: ...

    async def prepare_threads(self, count: int, *, channels: int = 1) -> list[Message]:
        """Roots of `count` threads in channels `load-1`, `load-2`…; the app hears nothing."""
        ...

    async def burst(
        self,
        mentions: int,
        *,
        threads: Sequence[Message] = (),
        thread_count: int | None = None,
        channels: int = 1,
        text: str = "mention {n}",
        answer_contains: str | None = None,
        timeout: float = 60.0,
    ) -> Burst:
        """Mention the bot that many times at once, spread over `threads` or over `thread_count`
        new ones (None: one each) in as many channels, and wait until each is acked and answered
        or the time is up. `{n}` in the texts is the mention's number.
        """
        ...
