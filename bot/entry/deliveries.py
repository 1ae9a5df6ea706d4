"""What Slack delivered, in numbers."""

from collections import Counter

from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import DELIVERIES

_NO_REASON = "none"
_FIRST = ("0", _NO_REASON)


class Deliveries:
    """Counts what came over one transport, by attempt and by what Slack says of the one before."""

    def __init__(self, transport: str, recorder: Recorder = NO_RECORDER) -> None:
        self._transport = transport
        self._recorder = recorder
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, number: object, reason: object) -> None:
        """Count one; a first delivery names neither."""
        known = _FIRST
        if number or reason:
            known = (
                DELIVERIES.known("retry", number or _FIRST[0]),
                DELIVERIES.known("reason", reason or _NO_REASON),
            )
        self._counts[known] += 1
        self._recorder.count(DELIVERIES, self._transport, *known)

    def in_words(self) -> dict[str, int]:
        """Return the counts for a log line."""
        return {
            number if reason == _NO_REASON else f"{number} {reason}": count
            for (number, reason), count in sorted(self._counts.items())
        }


def attempt_number(text: object) -> int:
    """Read Slack's number of an attempt, from 0 on; over HTTP the first has none.

    https://github.com/slackapi/bolt-python/pull/1498
    """
    number = str(text)
    return int(number) if number.isdecimal() else 0
