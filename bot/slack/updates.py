"""How often messages are updated: all turns of the workspace share one limit of Slack's."""

import asyncio
from collections import deque
from collections.abc import Callable

PER_MINUTE = 40
"""Of all instances together. Slack counts an app's calls of a method by the workspace, and allows
50 a minute of this kind (https://docs.slack.dev/apis/web-api/rate-limits, tier 3)."""
_KEPT_FOR_ENDS = 0.25
"""Of the share: a killed process leaves a message that still waits for its end as it is."""
_WINDOW = 60.0
_MOST_REMEMBERED = 1_000
_SHORTEST_PAUSE, _LOOK_EVERY = 0.01, 1.0
"""Seconds; the share may grow meanwhile."""


class UpdatePacing:
    """This instance's share: so many updates within any minute, in the order of asking.

    A message's last update passes all others.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._share = PER_MINUTE
        self._taken_at: deque[float] = deque(maxlen=_MOST_REMEMBERED)
        self._promised = 0
        self._waiting = 0
        self._ending = 0
        self._line = asyncio.Lock()

    def share_among(self, instances: int) -> None:
        """Divide the limit by the instances that are known to be alive."""
        self._share = max(1, PER_MINUTE // max(1, instances))

    def try_turn(self, *, is_last: bool = False) -> bool:
        """Take a place for one update if there is one now and nobody is to have it before."""
        before = self._ending if is_last else self._ending + self._waiting
        if before or not self._has_room(is_last=is_last):
            return False
        self._promise()
        return True

    async def turn(self, *, is_last: bool = False) -> None:
        """Wait for a place for one update, and take it."""
        if is_last:
            self._ending += 1
            try:
                await self._wait_for_room(is_last=True)
            finally:
                self._ending -= 1
        else:
            self._waiting += 1
            try:
                async with self._line:
                    await self._wait_for_room(is_last=False)
            finally:
                self._waiting -= 1

    async def _wait_for_room(self, *, is_last: bool) -> None:
        while (self._ending and not is_last) or not self._has_room(is_last=is_last):
            left = self._taken_at[0] + _WINDOW - self._monotonic() if self._taken_at else 0.0
            await asyncio.sleep(min(max(left, _SHORTEST_PAUSE), _LOOK_EVERY))
        self._promise()

    def sent(self) -> None:
        """Note that an update is sent: in a place that was taken, or without asking for one."""
        if self._promised:
            self._promised -= 1
        else:
            self._taken_at.append(self._monotonic())

    def _promise(self) -> None:
        self._promised += 1
        self._taken_at.append(self._monotonic())

    def _has_room(self, *, is_last: bool) -> bool:
        until = self._monotonic() - _WINDOW
        while self._taken_at and self._taken_at[0] <= until:
            self._taken_at.popleft()
        kept = 0 if is_last else int(self._share * _KEPT_FOR_ENDS)
        return len(self._taken_at) < self._share - kept
