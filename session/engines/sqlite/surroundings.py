"""The engine's questions to its machine. Tests bring a machine of their own."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from session.clock import wall_clock
from session.engines.sqlite.mounts import read_mounts


def machine_boot_id() -> str:
    """Return what names this boot of the machine, or "" where nothing does.

    Linux: https://docs.kernel.org/admin-guide/sysctl/kernel.html#random. Containers see their
    host's, unless /proc/sys is hidden from them. macOS: `sysctl kern.bootsessionuuid`.
    """
    try:
        if sys.platform == "darwin":
            command = ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"]
            return subprocess.check_output(command, timeout=2, text=True).strip()
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except (OSError, subprocess.SubprocessError):
        return ""


@cache
def clock_offset() -> int:
    """Return how many nanoseconds the monotonic clock is ahead of the machine's own.

    A container may have a clock of its own (time_namespaces(7)), and one that was restored from a
    checkpoint has: leases that it shares with processes outside would end too early or too late.
    """
    try:
        lines = Path("/proc/self/timens_offsets").read_text().splitlines()
        # "monotonic       86400         0": seconds and nanoseconds.
        offsets = {name: (int(s), int(ns)) for name, s, ns in map(str.split, lines)}
    except (OSError, ValueError):
        return 0
    seconds, nanoseconds = offsets.get("monotonic", (0, 0))
    return seconds * 1_000_000_000 + nanoseconds


def machine_monotonic() -> int:
    """Return what the machine's own monotonic clock shows, whatever ours is set to."""
    return time.monotonic_ns() - clock_offset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Clocks, boots and mounts, and what the operator says of them."""

    monotonic: Callable[[], int] = machine_monotonic
    """Counts nanoseconds, and is the same in all processes of a boot."""
    boot_id: Callable[[], str] = machine_boot_id
    """Names the boot, or is ""."""
    wall: Callable[[], datetime] = wall_clock
    mounts: Callable[[], str] = read_mounts
    any_file_system: bool = False
    """Whether the operator answers for the file system, so that nobody looks at it."""


THIS_MACHINE = Surroundings()
