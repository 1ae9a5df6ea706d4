"""What Slack delivered over HTTP, in numbers."""

from collections import Counter

_NUMBERS = frozenset("0123")
_REASONS = frozenset(
    {
        "http_timeout",
        "too_many_redirects",
        "connection_failed",
        "ssl_error",
        "http_error",
        "unknown_error",
    }
)
"""https://docs.slack.dev/apis/events-api/#retries"""


class Deliveries:
    """Counts what Slack delivered, by attempt and by what it says of the attempt before."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, number: str | None, reason: str | None) -> None:
        """Count one; a first delivery names neither."""
        known_number = number if number in _NUMBERS else "other" if number else "0"
        known_reason = reason if reason in _REASONS else "other" if reason else ""
        self._counts[str(known_number), str(known_reason)] += 1

    def in_words(self) -> dict[str, int]:
        """Return the counts for a log line."""
        return {" ".join(filter(None, key)): count for key, count in sorted(self._counts.items())}
