"""What the bots' logs say, where nothing outside of them can know it."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.chaos.fleet import Life

SLACK = 0.02
"""Seconds that the wall clock may have moved against the machine's monotonic one."""


def taken_over_by(lives: Sequence[Life]) -> Mapping[str, float]:
    """Return since when answers were posted by somebody else than the turn that gave them.

    By the answer's id, in seconds of the monotonic clock.
    """
    offset = time.time() - time.monotonic()
    found: dict[str, float] = {}
    for entry in _lines(lives, "answer.posting_late"):
        said_at = datetime.fromisoformat(entry["timestamp"]).timestamp()
        since = said_at - offset - SLACK
        answer_id = entry["answer_id"]
        found[answer_id] = min(since, found.get(answer_id, since))
    return found


def left_by_the_store(lives: Sequence[Life]) -> frozenset[str]:
    """Return the request ids whose work ended because the store did not answer.

    The store may have taken a message in, and the lease with it, without an answer.
    """
    events = ("work.ended", "message.not_taken_in")
    return frozenset(
        str(entry.get("request_id")) for event in events for entry in _lines(lives, event)
    )


def _lines(lives: Sequence[Life], event: str) -> Iterator[Mapping[str, Any]]:
    for life in lives:
        for line in life.log.read_text().splitlines():
            # The last line of a killed process may be half a line.
            if f'"event": "{event}"' in line and line.endswith("}"):
                yield json.loads(line)
