"""Slack's rate limits, as far as they are documented."""

import math

# https://docs.slack.dev/apis/web-api/rate-limits: requests a minute for each tier.
PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
BURST = {1: 10, 2: 20, 3: 50, 4: 100}
READING_MESSAGES = ("conversations.history", "conversations.replies")
"""One call a minute and 15 messages, for apps that are sold outside Slack's Marketplace."""
POSTS_PER_SECOND = 1.0
POST_BURST = 5


class Limits:
    """Token buckets: one for each method of a tier, one for each channel's posts.

    Slack says "about one a second, short bursts allowed" of posts and no more; the burst of five
    is a guess.
    """

    def __init__(self, *, enabled: bool, outside_marketplace: bool = False) -> None:
        self.enabled = enabled
        self.most_listed = 15 if outside_marketplace else 1_000
        self._outside_marketplace = outside_marketplace
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def retry_after(self, method: str, channel: str, tier: int | None, now: float) -> int | None:
        """Take one call; None if it may go on, else the whole seconds to wait (at least 1)."""
        if self._outside_marketplace and method in READING_MESSAGES:
            return self._take((method, ""), 1 / 60, 1, now)
        if not self.enabled:
            return None
        if method in ("chat.postMessage", "chat.postEphemeral"):
            return self._take(("chat.post", channel), POSTS_PER_SECOND, POST_BURST, now)
        if tier is None:
            return None
        return self._take((method, ""), PER_MINUTE[tier] / 60, BURST[tier], now)

    def _take(self, key: tuple[str, str], rate: float, burst: int, now: float) -> int | None:
        left, then = self._buckets.get(key, (float(burst), now))
        left = min(float(burst), left + (now - then) * rate)
        if left >= 1:
            self._buckets[key] = (left - 1, now)
            return None
        self._buckets[key] = (left, now)
        return max(1, math.ceil((1 - left) / rate))
