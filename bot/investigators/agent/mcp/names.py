"""Names that every provider takes."""

import re

from session import Bounded

_MOST_NAMES = 5_000
_LONGEST_NAME = 64
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]")


class ToolNames:
    """Names that every provider takes, one for each tool of each server, the same for ever."""

    def __init__(self) -> None:
        self._names: Bounded[tuple[str, str], str] = Bounded(_MOST_NAMES)

    def name_of(self, server: str, tool: str) -> str:
        """Return a name of at most 64 of `[A-Za-z0-9_-]`, made unique by a number."""
        known = self._names.get((server, tool))
        if known is not None:
            return known
        wanted = _NOT_IN_A_NAME.sub("_", f"{server}_{tool}")[:_LONGEST_NAME]
        name, number = wanted, 1
        while name in self._names.values():
            number += 1
            name = f"{wanted[: _LONGEST_NAME - len(str(number)) - 1]}_{number}"
        self._names[server, tool] = name
        return name
