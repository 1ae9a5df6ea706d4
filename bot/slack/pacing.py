"""Decides when we may post to a channel: at once, until Slack asks for a pause."""

import asyncio
from collections.abc import Callable

from bot.errors import PostingError

LONGEST_PAUSE_SECONDS = 30.0
"""A post for which Slack asks for a longer pause stays owed."""
_CALM_AFTER = 60.0
_INTERVAL = 1.0


class ChannelPacing:
    """After a 429 a channel pauses for `Retry-After`, then takes one post a second for a minute.

    Slack allows about one post a second in a channel and tolerates short bursts, so nothing is
    held back before it complains (https://docs.slack.dev/apis/web-api/rate-limits).
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._strained: dict[str, tuple[float, float]] = {}

    async def turn_to_post(self, channel_id: str) -> None:
        """Wait until the channel may be posted to; the slot is then taken.

        No turn is held up for a long pause: that is a `PostingError`.
        """
        if channel_id in self._strained:
            self._refuse_long_pause(*self._strained[channel_id])
        while channel_id in self._strained:
            next_at, calm_at = self._strained[channel_id]
            now = self._monotonic()
            if now >= calm_at:
                del self._strained[channel_id]
                return
            if now >= next_at:
                self._strained[channel_id] = (now + _INTERVAL, calm_at)
                return
            await asyncio.sleep(min(next_at, calm_at) - now)

    def _refuse_long_pause(self, next_at: float, calm_at: float) -> None:
        pause = min(next_at, calm_at) - self._monotonic()
        if pause > LONGEST_PAUSE_SECONDS:
            raise PostingError("Slack asks for a pause", again_in=pause)

    def refused(self, channel_id: str, retry_after: float) -> None:
        """Note a 429: nothing for `retry_after` seconds."""
        now = self._monotonic()
        self._strained = {
            one: (next_at, calm_at)
            for one, (next_at, calm_at) in self._strained.items()
            if calm_at > now
        }
        earlier, _ = self._strained.get(channel_id, (now, now))
        until = max(earlier, now + retry_after)
        self._strained[channel_id] = (until, until + _CALM_AFTER)
