"""What happened inside turns, on a file outside of every bot, in the machine's monotonic time."""

import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from session import MessageId, SessionId

FILE_VARIABLE = "TURN_RECORDS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One run of an investigator, in nanoseconds of CLOCK_MONOTONIC; no end if it was killed."""

    session_id: SessionId
    pid: int
    message_ids: tuple[MessageId, ...]
    began_at: int
    ended_at: int | None = None


@contextmanager
def recorded(session_id: SessionId, message_ids: Sequence[MessageId]) -> Iterator[None]:
    """Append a line on the way in and one on the way out; any number of processes may."""
    key = f"{os.getpid()}.{time.monotonic_ns()}"
    _append(key=key, session=session_id, messages=list(message_ids), pid=os.getpid())
    try:
        yield
    finally:
        _append(key=key)


def read_stays(path: Path) -> list[Stay]:
    """Read every stay, in the order in which they began."""
    stays: dict[str, Stay] = {}
    for line in map(json.loads, path.read_text().splitlines()):
        began = stays.get(line["key"])
        if began is None:
            stays[line["key"]] = Stay(
                session_id=SessionId(line["session"]),
                pid=line["pid"],
                message_ids=tuple(line["messages"]),
                began_at=line["at"],
            )
        else:
            stays[line["key"]] = Stay(
                session_id=began.session_id,
                pid=began.pid,
                message_ids=began.message_ids,
                began_at=began.began_at,
                ended_at=line["at"],
            )
    return sorted(stays.values(), key=lambda stay: stay.began_at)


def overlaps(stays: Iterable[Stay]) -> list[tuple[Stay, Stay]]:
    """Find neighbours in one session of which the second began before the first had ended."""
    by_session: dict[SessionId, list[Stay]] = {}
    for stay in sorted(stays, key=lambda stay: stay.began_at):
        by_session.setdefault(stay.session_id, []).append(stay)
    return [
        (first, second)
        for in_session in by_session.values()
        for first, second in pairwise(in_session)
        if first.ended_at is None or second.began_at < first.ended_at
    ]


def _append(**line: object) -> None:
    """Write one line in one call, which O_APPEND keeps apart from the other processes' lines."""
    text = json.dumps({**line, "at": time.monotonic_ns()}) + "\n"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    descriptor = os.open(os.environ[FILE_VARIABLE], flags, 0o600)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
