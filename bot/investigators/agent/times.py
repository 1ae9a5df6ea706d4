"""Times as the model reads them: with their weekday and offset."""

from datetime import UTC, datetime, tzinfo


def now_told(now: datetime, zone: tzinfo | None) -> str:
    """Say what time it is, in UTC and for whoever asks, if that is known."""
    told = f"It is now {_spelt(now.astimezone(UTC))} (UTC)."
    if zone is None:
        return told
    theirs = now.astimezone(zone)
    return f"{told} Where the asker is, it is {_spelt(theirs)} ({theirs.tzname()})."


def clock(when: datetime) -> str:
    """Return the time of day, in UTC."""
    return f"{when.astimezone(UTC):%H:%M} UTC"


def _spelt(when: datetime) -> str:
    return f"{when:%A} {when.isoformat(sep=' ', timespec='minutes')}"
