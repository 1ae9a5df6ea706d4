"""What the bots' logs say about which answers they took over, on the machine's monotonic clock."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from tests.chaos.fleet import Life

SLACK = 0.02
"""Seconds that the two clocks may have moved against each other."""


def taken_over_by(lives: Sequence[Life]) -> Mapping[str, float]:
    """Return since when answers were posted by somebody else than the turn that gave them."""
    offset = time.time() - time.monotonic()
    found: dict[str, float] = {}
    for life in lives:
        for line in life.log.read_text().splitlines():
            if '"answer.posting_late"' in line and line.endswith("}"):
                entry = json.loads(line)
                said_at = datetime.fromisoformat(entry["timestamp"]).timestamp()
                since = said_at - offset - SLACK
                answer_id = entry["answer_id"]
                found[answer_id] = min(since, found.get(answer_id, since))
    return found
