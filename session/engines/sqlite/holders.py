"""Finds the processes that have a store's files open, as far as the system tells us."""

import os
from collections.abc import Iterator
from pathlib import Path

_PROCESSES = Path("/proc")

_Identity = tuple[int, int]


def holders(path: Path, folder: Path) -> list[str]:
    """Name the other processes with the database at `path`, or a bot's lock in `folder`, open.

    Such as "4711 (burrow)". Linux only, and there only those that this user may look at, or that
    hold a lock and live where process ids mean the same: others stay unnamed.
    """
    files = [path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))]
    wanted = set(_identities([*files, *folder.glob("*.lock")]))
    found = {pid for pid in _processes() if not wanted.isdisjoint(_open_files(pid))}
    found |= _lock_owners(wanted)
    return [f"{pid} ({_name(pid)})" for pid in sorted(found - {os.getpid()})]


def _identities(files: list[Path]) -> Iterator[_Identity]:
    for name in files:
        try:
            found = name.stat()
        except OSError:
            continue
        yield found.st_dev, found.st_ino


def _processes() -> list[int]:
    try:
        return [int(entry.name) for entry in _PROCESSES.iterdir() if entry.name.isdigit()]
    except OSError:
        return []


def _open_files(pid: int) -> set[_Identity]:
    """Follow its open files, whatever they are called where it runs; proc_pid_fd(5)."""
    try:
        files = list((_PROCESSES / str(pid) / "fd").iterdir())
    except OSError:
        return set()
    return set(_identities(files))


def _lock_owners(wanted: set[_Identity]) -> set[int]:
    """Read who holds locks, which is shown for other users' processes too; proc_locks(5)."""
    try:
        lines = (_PROCESSES / "locks").read_text().splitlines()
    except OSError:
        return set()
    owners = set[int]()
    for line in lines:
        # "1: POSIX  ADVISORY  READ 4711 08:01:9175069 128 128"; one that waits has "->" before.
        _, _, _, _, owner, file, *_ = line.replace("->", "").split()
        major, minor, inode = file.split(":")
        device = os.makedev(int(major, 16), int(minor, 16))
        if (device, int(inode)) in wanted and int(owner) > 0:
            owners.add(int(owner))
    return owners


def _name(pid: int) -> str:
    try:
        return (_PROCESSES / str(pid) / "comm").read_text().strip()
    except OSError:
        return "of unknown name"
