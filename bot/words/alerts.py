"""Sentences about an alert in its thread, after its brief."""

from bot.words import duration


def repeats(count: int) -> str:
    """Say in an alert's first thread that it was seen again; `{when}` is the last time."""
    times = "once more" if count == 1 else f"{count:,} times more"
    return f"🔁 Seen again {times}, last at {{when}}."


def recovers(seconds: float, times: int) -> str:
    """Say in an alert's first thread that it is over, and how often it was in 24 hours."""
    often = f", the {_ordinal(times)} time in 24 hours" if times > 1 else ""
    return f"✅ Resolved after {duration(seconds)}{often}."


def limited(most: int) -> str:
    """Say in the thread of the last alert that began that more came."""
    return (
        f"More alerts came in this channel. I take up at most {most} new ones an hour here, so I"
        " did not take up the others. Mention me in the thread of one that matters."
    )


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number}{ending or 'th'}"
