"""The measuring points of store and Slack: for the metrics, and for a turn's closing lines."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import (
    SLACK_CALLS,
    SLACK_SECONDS,
    SLACK_WAITS,
    STORE_ERRORS,
    STORE_SECONDS,
)
from session import SessionError, StorageError

POST = "chat.postMessage"
OK = "ok"
GIVEN_UP_AFTER = 1.0
"""Seconds; what is cancelled sooner says nothing about the store."""


@dataclass(slots=True)
class Spent:
    """The seconds that one turn spent on store and Slack; those of calls at once are added up."""

    store: float = 0.0
    slack: float = 0.0
    first_post_at: float | None = None
    """When Slack took its first post, on `time.perf_counter`."""

    def since_first_post(self) -> float | None:
        """Return the seconds since the first post, or None if there was none."""
        at = self.first_post_at
        return None if at is None else time.perf_counter() - at


_SPENT: ContextVar[Spent | None] = ContextVar("spent", default=None)


@contextmanager
def spending() -> Iterator[Spent]:
    """Add up what is measured in this context, and in the tasks that it starts."""
    spent = Spent()
    token = _SPENT.set(spent)
    try:
        yield spent
    finally:
        _SPENT.reset(token)


def spent_here() -> Spent:
    """Return what the current turn has spent so far."""
    return _SPENT.get() or Spent()


class Measuring:
    """Is told of each operation of the store and each call to Slack, at its end."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._is_recorded = recorder is not NO_RECORDER

    def store_operation(self, name: str, seconds: float, error: BaseException | None) -> None:
        """Note an operation; a refusal by the contract, such as a lost lock, is no error."""
        if (spent := _SPENT.get()) is not None:
            spent.store += seconds
        if self._is_recorded:
            self._record_operation(name, seconds, error)

    def _record_operation(self, name: str, seconds: float, error: BaseException | None) -> None:
        self._recorder.time(STORE_SECONDS, seconds, name)
        if error is None:
            return
        if isinstance(error, asyncio.CancelledError):
            if seconds >= GIVEN_UP_AFTER:
                self._recorder.count(STORE_ERRORS, name, "given_up")
        elif isinstance(error, StorageError) or not isinstance(error, SessionError):
            self._recorder.count(STORE_ERRORS, name, "failed")

    def slack_call(self, method: str, seconds: float, status: str, wait: float | None) -> None:
        """Note a call with its status, and the seconds for which Slack wants to be left alone."""
        if (spent := _SPENT.get()) is not None:
            spent.slack += seconds
            if method == POST and status == OK and spent.first_post_at is None:
                spent.first_post_at = time.perf_counter()
        if self._is_recorded:
            self._record_call(method, seconds, status, wait)

    def _record_call(self, method: str, seconds: float, status: str, wait: float | None) -> None:
        self._recorder.time(SLACK_SECONDS, seconds, method)
        self._recorder.count(SLACK_CALLS, method, status)
        if wait is not None:
            self._recorder.count(SLACK_WAITS, method, by=wait)
