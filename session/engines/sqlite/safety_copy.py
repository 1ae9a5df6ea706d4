"""The copy of a file that is made before it is carried forward: the way back, for a week."""

import os
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

from session.engines.sqlite import file
from session.engines.sqlite.patience import Patience

KEPT_FOR = timedelta(days=7)
"""People's words are in it, those that are forgotten in the file meanwhile too."""

_PAGES = 4096
"""Copied at once: 16 MiB, so that an opening that is given up ends soon."""


class SafetyCopy:
    """One file beside the store's; a new copy takes the place of an older one."""

    def __init__(self, path: Path) -> None:
        self._source = path
        self.path = path.with_name(path.name + "-before-upgrade")
        self._unfinished = path.with_name(path.name + "-before-upgrade.new")

    def make(self, patience: Patience, date: datetime) -> None:
        """Copy all that is committed; it is on the disk when this returns, with `date` as its age.

        Only its owner may read it. Nobody may write into the file meanwhile.
        """
        self._remove_unfinished()
        try:
            os.close(os.open(self._unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            with (
                closing(file.connect_reader(self._source)) as source,
                closing(file.connect(self._unfinished)) as copy,
            ):
                source.backup(copy, pages=_PAGES, progress=lambda *_: patience.check())
            os.utime(self._unfinished, (date.timestamp(), date.timestamp()))
            self._unfinished.replace(self.path)
        except BaseException:
            self._remove_unfinished()
            raise
        _sync_folder(self.path.parent)

    def delete_if_old(self, date: datetime) -> None:
        """Delete it once it is older than a week; what cannot be done now is done later."""
        with suppress(OSError):
            age = date.timestamp() - self.path.stat().st_mtime
            if age >= KEPT_FOR.total_seconds():
                self.path.unlink()

    def _remove_unfinished(self) -> None:
        for suffix in ("", "-journal"):
            name = self._unfinished.name + suffix
            self._unfinished.with_name(name).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Have the new name on the disk too; where folders cannot be opened (Windows), do nothing."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
