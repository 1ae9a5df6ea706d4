"""What investigators write down about themselves while they run, one JSON line at a time."""

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from session import Session

FOLDER_VARIABLE = "CHAOS_RECORDS"
CALLED, RETURNED = "called", "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the investigator; times are on the machine's monotonic clock.

    `ended_at` is None if the process never got to write it.
    """

    session_id: str
    fence: int
    pid: int
    message_ids: tuple[str, ...]
    started_at: float
    ended_at: float | None = None

    @property
    def turn_id(self) -> str:
        """The turn it was the work of."""
        return f"{self.session_id}#{self.fence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRun:
    """One time that an approved call was carried out; without `returned_at` it was cut off."""

    tool: str
    session_id: str
    fence: int
    pid: int
    called_at: float
    returned_at: float | None = None


class Recorder:
    """Appends to a file of this process, a line with each write."""

    def __init__(self, folder: Path) -> None:
        path = folder / f"{os.getpid()}.jsonl"
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def started(self, session: Session, message_ids: Iterable[str]) -> None:
        """The investigator begins."""
        self._write("started", session, message_ids=list(message_ids))

    def ended(self, session: Session) -> None:
        """It is over, however it went."""
        self._write("ended", session)

    def called(self, session: Session, tool: str) -> None:
        """An approved call begins: whatever it changes outside is changed now."""
        self._write(CALLED, session, tool=tool)

    def returned(self, session: Session, tool: str) -> None:
        """It came to its end."""
        self._write(RETURNED, session, tool=tool)

    def _write(self, what: str, session: Session, **more: Any) -> None:
        line = {
            "what": what,
            **more,
            "session_id": session.id,
            "fence": session.fence,
            "pid": os.getpid(),
            "at": time.monotonic(),
        }
        os.write(self._descriptor, json.dumps(line).encode() + b"\n")


def read_runs(folder: Path) -> list[Run]:
    """Read what all processes have written, ordered by session, fence and start."""
    runs: dict[tuple[str, int, int], Run] = {}
    repeated: list[Run] = []
    for path in folder.glob("*.jsonl"):
        for entry in _entries(path):
            key = entry["session_id"], entry["fence"], entry["pid"]
            if entry["what"] in (CALLED, RETURNED):
                continue
            if entry["what"] == "ended":
                runs[key] = replace(runs[key], ended_at=entry["at"])
                continue
            if key in runs:
                repeated.append(runs[key])
            runs[key] = Run(
                session_id=entry["session_id"],
                fence=entry["fence"],
                pid=entry["pid"],
                message_ids=tuple(entry["message_ids"]),
                started_at=entry["at"],
            )
    found = [*runs.values(), *repeated]
    return sorted(found, key=lambda one: (one.session_id, one.fence, one.started_at))


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text().splitlines(keepends=True):
        # A kill, or a look in mid-write, finds half a last line where a page of the file ends.
        if line.endswith("\n"):
            yield json.loads(line)


def read_calls(folder: Path) -> list[CallRun]:
    """Read when approved calls were carried out, in the order in which they began."""
    found: list[CallRun] = []
    for path in folder.glob("*.jsonl"):
        for entry in _entries(path):
            if entry["what"] == CALLED:
                found.append(
                    CallRun(
                        tool=entry["tool"],
                        session_id=entry["session_id"],
                        fence=entry["fence"],
                        pid=entry["pid"],
                        called_at=entry["at"],
                    )
                )
            elif entry["what"] == RETURNED:
                place = max(i for i, run in enumerate(found) if run.tool == entry["tool"])
                found[place] = replace(found[place], returned_at=entry["at"])
    return sorted(found, key=lambda run: run.called_at)


def writer_of(folder: Path, text: str) -> int | None:
    """Return the pid of a process that has written `text` down."""
    for path in folder.glob("*.jsonl"):
        if text in path.read_text():
            return int(path.stem)
    return None
