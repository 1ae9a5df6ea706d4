"""A warning for a SQLite file that goes away with its container."""

import os
from pathlib import Path

import structlog

from session import SQLiteStore, parse_store_url

log = structlog.get_logger(__name__)

CONTAINER_MARKS = (
    Path("/.dockerenv"),
    Path("/run/.containerenv"),
    Path("/var/run/secrets/kubernetes.io"),
)
"""What Docker, Podman and Kubernetes put into a container."""
_LAYERED = ("overlay", "overlayfs", "aufs", "fuse.fuse-overlayfs")


def warn_of_lost_disk(store_url: str, root: Path = Path("/")) -> None:
    """Warn if the store is a file on a container's own root, not on a volume."""
    store = parse_store_url(store_url)
    if isinstance(store, SQLiteStore) and _is_containers(root) and _on_mount(store.path, root):
        log.warning(
            "store.goes_with_container",
            store=str(store.path),
            reason="the file is not on a volume: it is deleted with this container",
            advice="Mount a volume, /data for instance, and set SESSION_STORE to a file on it.",
        )


def _on_mount(path: Path, mount: Path) -> bool:
    try:
        return os.stat(path.absolute().parent).st_dev == os.stat(mount).st_dev
    except OSError:
        return False


def _is_containers(root: Path) -> bool:
    return any((root / mark.relative_to("/")).exists() for mark in CONTAINER_MARKS) or _layered()


def _layered() -> bool:
    """Tell whether the root is layers over an image, as containers have them.

    See proc_pid_mountinfo(5): the fifth field is the mount point, the first one after a lone "-"
    the file system's type.
    """
    try:
        mounts = Path("/proc/self/mountinfo").read_text(errors="surrogateescape").splitlines()
    except OSError:
        return False
    roots = [line.partition(" - ") for line in mounts if line.split()[4] == "/"]
    return bool(roots) and roots[-1][2].split()[0] in _LAYERED
