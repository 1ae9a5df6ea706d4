"""A wall clock for another process, which a test moves while that process runs."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUPPORT = Path(__file__).parent


class WallClock:
    """The offset from the real time stands in a file, in seconds; `environment` applies it.

    Python's own view of the clock can be moved everywhere. With Debian's `faketime` (`is_real`)
    everything in the process is deceived, not only Python code.
    """

    def __init__(self, file: Path, *, is_real: bool = False) -> None:
        self._file = file
        self._preload = _faketime_library() if is_real else None
        self.move(0)

    def move(self, seconds: int) -> None:
        """Set the offset; the process sees it at once."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{seconds:+d}")
        draft.replace(self._file)

    @property
    def environment(self) -> dict[str, str]:
        """What the process needs in its environment, its PYTHONPATH included."""
        if self._preload is None:
            return _python_path("moved_clock") | {"MOVED_CLOCK_FILE": str(self._file)}
        return _python_path("faketime") | {
            "LD_PRELOAD": self._preload,
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def _python_path(site: str) -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join([str(SUPPORT / site), str(ROOT)])}


@cache
def _faketime_library() -> str:
    """Ask the wrapper which library it loads.

    It leaves a semaphore behind that is named by its process id, and fails where it finds one of
    an earlier process with the same: then another is asked.
    """
    faketime = shutil.which("faketime")
    if faketime is None:
        pytest.skip("faketime is not installed (Debian: apt install faketime)")
    command = [faketime, "-f", "+0", "printenv", "LD_PRELOAD"]
    for _ in range(3):
        asked = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if asked.returncode == 0:
            return asked.stdout.strip()
    pytest.fail(f"{faketime} does not work here")
