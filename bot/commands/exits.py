"""The exit codes of every command."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit code of the process."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    STOPPED = 3
    BUSY = 4
