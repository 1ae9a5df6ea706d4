"""The exit codes of every command."""

from enum import IntEnum


class Exit(IntEnum):
    """What the process returns."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    STOPPED = 3
    BUSY = 4
