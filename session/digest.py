"""The digest by which two stores' records of a session are compared."""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime

from session.alerts import AlertRecord
from session.models import SessionRecord
from session.transitions import timeline_order


def record_digest(record: SessionRecord) -> str:
    """Compute the SHA-256, in hex, of a record: the same whichever engine it was read from."""
    ordered = replace(
        record,
        session=replace(record.session, lease=None),
        messages=tuple(sorted(record.messages, key=timeline_order)),
        turns=tuple(sorted(record.turns, key=lambda turn: turn.fence)),
        notebooks=tuple(sorted(record.notebooks, key=lambda notebook: notebook.name)),
        audits=tuple(sorted(record.audits, key=lambda audit: audit.turn_id)),
        sightings=tuple(sorted(record.sightings, key=lambda sighting: sighting.key)),
    )
    text = json.dumps(asdict(ordered), sort_keys=True, default=_time)
    return hashlib.sha256(text.encode()).hexdigest()


def alert_digest(record: AlertRecord) -> str:
    """Compute the same of the record of an alert."""
    text = json.dumps(record.to_json(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _time(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} is not stored")
    return value.astimezone(UTC).isoformat(timespec="microseconds")
