"""Paces the updates of messages: all turns of the workspace share one limit of Slack's."""

import asyncio
from collections import deque
from collections.abc import Callable

PER_MINUTE = 40
"""Of all instances together. Slack counts an app's calls of a method by the workspace, and allows
50 a minute of this kind (https://docs.slack.dev/apis/web-api/rate-limits, tier 3)."""
_MOST_KEPT, _NOT_FOR_STEPS = 0.5, 0.25
"""Of the share: so many messages go on at once for people, and a new one finds room beside the
steps of all others."""
_WINDOW = 60.0
_MOST_REMEMBERED = 1_000
_SHORTEST_PAUSE, _LOOK_EVERY = 0.01, 1.0
"""Seconds; the share may grow meanwhile."""


class UpdatePacing:
    """This instance's share: so many updates within any minute, in the order of asking.

    A message that goes on for people keeps a place for its last update, which waits for nothing.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._share = PER_MINUTE
        self._taken_at: deque[float] = deque(maxlen=_MOST_REMEMBERED)
        self._promised = 0
        self._kept = 0
        self._waiting = 0
        self._line = asyncio.Lock()

    def share_among(self, instances: int) -> None:
        """Divide the limit by the instances that are known to be alive."""
        self._share = max(1, PER_MINUTE // max(1, instances))

    def keep(self) -> Callable[[], None] | None:
        """Keep a place for the last update of a message that is to be shown, if there is room.

        Returns what gives it back: before that update is sent, or if the message is never shown.
        """
        if self._kept >= max(1, int(self._share * _MOST_KEPT)) or self._room() <= 0:
            return None
        self._kept += 1
        return self._give_back

    def try_turn(self) -> bool:
        """Take a place for one update if there is one now and nobody is to have it before."""
        if self._waiting or not self._has_room_for_a_step():
            return False
        self._promise()
        return True

    async def turn(self) -> None:
        """Wait for a place for one update, and take it."""
        self._waiting += 1
        try:
            async with self._line:
                while not self._has_room_for_a_step():
                    pause = self._until_one_is_free()
                    await asyncio.sleep(pause)
                self._promise()
        finally:
            self._waiting -= 1

    def sent(self) -> None:
        """Note that an update is sent: in a place that was taken, or without asking for one."""
        if self._promised:
            self._promised -= 1
        else:
            self._taken_at.append(self._monotonic())

    def _give_back(self) -> None:
        self._kept -= 1

    def _promise(self) -> None:
        self._promised += 1
        self._taken_at.append(self._monotonic())

    def _has_room_for_a_step(self) -> bool:
        return self._room() > int(self._share * _NOT_FOR_STEPS)

    def _until_one_is_free(self) -> float:
        left = self._taken_at[0] + _WINDOW - self._monotonic() if self._taken_at else _LOOK_EVERY
        return min(max(left, _SHORTEST_PAUSE), _LOOK_EVERY)

    def _room(self) -> int:
        until = self._monotonic() - _WINDOW
        while self._taken_at and self._taken_at[0] <= until:
            self._taken_at.popleft()
        return self._share - len(self._taken_at) - self._kept
