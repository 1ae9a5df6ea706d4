"""Tells which repositories are alive: each keeps a file locked as its sign of life.

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
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_SUFFIX = ".lock"
_UNFINISHED = ".new"


class Instance:
    """This repository's own locked file, and a look at the others'."""

    def __init__(self, folder: Path, *, is_living: bool = True) -> None:
        """Create and lock a file of a random name in `folder`. Raises `OSError`.

        Without `is_living` there is no file: others never learn of this repository, and a lease
        that it took would last until its ttl.
        """
        self.folder = folder
        self.id = secrets.token_hex(8)
        self._descriptor: int | None = None
        if is_living and sys.platform != "win32":
            self._descriptor = self._appear()

    def stay_visible(self) -> None:
        """Put our file back if somebody tidied it away; without it we would seem never to die."""
        if self._descriptor is None or self._is_visible(self._descriptor):
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            former, self._descriptor = self._descriptor, self._appear()
            os.close(former)

    def living(self) -> list[str]:
        """List all instances that are alive now, ours too if it is one."""
        return self.others() if self._descriptor is None else [self.id, *self.others()]

    def others(self) -> list[str]:
        """List the other instances that are alive now; none on Windows, where nobody can tell."""
        return [name for name in self._names() if self._is_locked(name) is True]

    def is_dead(self, instance_id: str | None) -> bool:
        """Tell whether that instance is surely gone without having closed.

        A missing file proves nothing (somebody may have tidied up), so it counts as alive.
        """
        if instance_id is None or instance_id == self.id:
            return False
        return self._is_locked(instance_id) is False

    def dead(self) -> list[str]:
        """List the instances that died; end their leases, then `forget` them."""
        return [name for name in self._names() if self.is_dead(name)]

    def forget(self, dead: Iterable[str]) -> None:
        """Remove the files of dead instances. Without its file a lease lasts until its ttl."""
        for instance_id in dead:
            self._path(instance_id).unlink(missing_ok=True)

    def close(self) -> None:
        """Give up our file: leases that were not released stay until their ttl."""
        if self._descriptor is not None:
            with suppress(OSError):
                self._path(self.id).unlink()
            os.close(self._descriptor)

    def _names(self) -> list[str]:
        if sys.platform == "win32":
            return []
        names = [path.stem for path in self.folder.glob(f"*{_SUFFIX}")]
        return [name for name in names if name != self.id]

    def _is_locked(self, instance_id: str) -> bool | None:
        """Tell whether somebody holds that instance's lock; None if there is no telling."""
        if sys.platform == "win32":
            return None
        try:
            descriptor = os.open(self._path(instance_id), os.O_RDONLY)
        except OSError:
            return None
        try:
            # Shared, so that two who look at the same time do not take each other for the owner.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return None
        finally:
            os.close(descriptor)
        return False

    def _is_visible(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._path(self.id).stat())
        except OSError:
            return False

    def _appear(self) -> int:
        """Make our file and return its descriptor; it is locked before others can see it."""
        unfinished = self.folder / f"{self.id}{_UNFINISHED}"
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            if sys.platform != "win32":
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            unfinished.replace(self._path(self.id))
        except OSError:
            os.close(descriptor)
            with suppress(OSError):
                unfinished.unlink()
            raise
        return descriptor

    def _path(self, instance_id: str) -> Path:
        return self.folder / f"{instance_id}{_SUFFIX}"
