"""Moves the wall clock of a whole process, as far as Python code can see it, at any time.

Python imports a module of this name when it starts. Only `time.time`, `time.time_ns` and
`datetime.now` are moved, as a step of the system's clock moves them; `time.monotonic` is not.
"""

import datetime
import os
import sys
import time
from datetime import datetime as RealDatetime
from pathlib import Path
from typing import Any

_real_time, _real_time_ns = time.time, time.time_ns
_file = Path(os.environ["MOVED_CLOCK_FILE"])


def _offset() -> float:
    """Read by how many seconds the clock is moved now."""
    return float(_file.read_text())


def _moved_time() -> float:
    # gRPC passes this on to its core, which would compare it with the real clock.
    caller = sys._getframe(1).f_globals.get("__name__", "")
    return _real_time() + (0 if caller.startswith("grpc.") else _offset())


def _moved_time_ns() -> int:
    return _real_time_ns() + int(_offset() * 1e9)


class _Kind(type):
    """Lets every real datetime count as one of the class that replaces it."""

    def __instancecheck__(cls, one: object) -> bool:
        if cls is _MovedDatetime:
            return isinstance(one, RealDatetime)
        return super().__instancecheck__(one)


class _MovedDatetime(RealDatetime, metaclass=_Kind):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        return RealDatetime.now(tz) + datetime.timedelta(seconds=_offset())

    @classmethod
    def utcnow(cls) -> Any:
        return cls.now(datetime.UTC).replace(tzinfo=None)


time.time, time.time_ns = _moved_time, _moved_time_ns
datetime.datetime = _MovedDatetime  # type: ignore[misc]
