"""Lets a process sleep under `faketime`, whose 0.9.10 makes `time.sleep` fail or return at once.

Python sleeps until a moment of the monotonic clock, and the library moves that moment although
it leaves the clock alone. `select` takes a length of time instead.
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex, /) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep
