"""Requests that are refused: counted by reason, and told in one line a minute at most."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import REFUSALS

log = structlog.get_logger(__name__)

TOLD_EVERY_SECONDS = 60.0


class Reason(StrEnum):
    """Why a request is refused."""

    NO_SIGNATURE = "no_signature"
    TOO_OLD = "too_old"
    AHEAD = "ahead"
    DOES_NOT_FIT = "does_not_fit"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    NOT_POSTED = "not_posted"
    NO_HTTP = "no_http"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused request; `seconds` says by how much its time is off."""

    reason: Reason
    seconds: int = 0

    @property
    def advice(self) -> str:
        """Say what it means and what can be done."""
        return _ADVICE[self.reason].format(seconds=self.seconds)


_ADVICE = {
    Reason.NO_SIGNATURE: "a request without Slack's signature: not from Slack",
    Reason.TOO_OLD: "a request {seconds} s old: check this machine's clock",
    Reason.AHEAD: "a request {seconds} s ahead: check this machine's clock",
    Reason.DOES_NOT_FIT: "a signature that does not fit: the secret is another app's or was"
    " renewed, or a proxy changes the body",
    Reason.TOO_LARGE: "a body of more than 1 MiB: not from Slack",
    Reason.UNREADABLE: "a body that is not what its headers say, or did not come to its end",
    Reason.NOT_POSTED: "a request that is no POST: not from Slack, or a proxy redirects it, which"
    " makes a GET of it, instead of handing it on",
    Reason.NO_HTTP: "bytes that are no HTTP request: not from Slack, or a proxy speaks TLS or"
    " HTTP/2 to this port",
}


class Refusals:
    """Tells the first one at once, and then once a minute what has come since."""

    def __init__(self, recorder: Recorder = NO_RECORDER) -> None:
        self._recorder = recorder
        self.counts: Counter[Reason] = Counter()
        self._untold: Counter[Reason] = Counter()
        self._latest: dict[Reason, Refusal] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, refusal: Refusal) -> None:
        """Count a refused request."""
        self._recorder.count(REFUSALS, refusal.reason)
        self.counts[refusal.reason] += 1
        self._untold[refusal.reason] += 1
        self._latest[refusal.reason] = refusal
        if self._timer is None:
            self._tell()

    def close(self) -> None:
        """Tell no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _tell(self) -> None:
        log.warning(
            "http.refused",
            counts=in_words(self._untold),
            advice="; ".join(self._latest[reason].advice for reason in sorted(self._untold)),
        )
        self._untold.clear()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(TOLD_EVERY_SECONDS, self._minute_is_over)

    def _minute_is_over(self) -> None:
        self._timer = None
        if self._untold:
            self._tell()


def in_words(counts: Counter[Reason]) -> dict[str, int]:
    """Return counts for a log line."""
    items: Iterable[tuple[Reason, int]] = sorted(counts.items())
    return {str(reason): count for reason, count in items}
