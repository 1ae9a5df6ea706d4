"""Which of the repositories that hold leases are alive: each keeps a file locked that says so.

`flock`, because the kernel drops it with the process, however that dies, and because it belongs to
the open file: two repositories of one process see each other's, and closing one file gives up no
other's lock (as it would with `lockf`, whose locks belong to the process). A stopped process keeps
it. A program that is started keeps none, for Python's files close on exec; a mere `fork` that
outlives its parent does keep it, and so does nobody on Windows: then the lease's ttl decides.
"""

import os
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_SUFFIX = ".lock"


class Instance:
    """This repository's own locked file, and a look at the others'."""

    def __init__(self, folder: Path) -> None:
        """Create and lock a file of a random name in `folder`. Raises `OSError`."""
        self._folder = folder
        self.id = secrets.token_hex(8)
        self._descriptor: int | None = None
        if sys.platform != "win32":
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
            self._descriptor = os.open(self._path(self.id), flags, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def is_dead(self, instance_id: str | None) -> bool:
        """Tell whether that instance is surely gone without having closed.

        A missing file proves nothing (somebody may have tidied up), so it counts as alive.
        """
        if sys.platform == "win32" or instance_id is None or instance_id == self.id:
            return False
        try:
            descriptor = os.open(self._path(instance_id), os.O_RDONLY)
        except OSError:
            return False
        try:
            # Shared, so that two who look at the same time do not take each other for the owner.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return True

    def dead(self) -> list[str]:
        """List the instances that died; end their leases, then `forget` them.

        Only under the opening lock: a file that is just being made is not locked yet.
        """
        names = [path.stem for path in self._folder.glob(f"*{_SUFFIX}")]
        return [name for name in names if self.is_dead(name)]

    def forget(self, dead: Iterable[str]) -> None:
        """Remove the files of dead instances. Without its file a lease lasts until its ttl."""
        for instance_id in dead:
            self._path(instance_id).unlink(missing_ok=True)

    def close(self) -> None:
        """Say goodbye: leases that were not released stay until their ttl."""
        if self._descriptor is not None:
            self._path(self.id).unlink(missing_ok=True)
            os.close(self._descriptor)

    def _path(self, instance_id: str) -> Path:
        return self._folder / f"{instance_id}{_SUFFIX}"
