"""Tells the model what other cases saw."""

from collections.abc import Iterator

from bot.investigators.agent.clean import shown
from bot.investigators.contract import SeenBefore

MOST_LINES = 20


def lines_of(before: SeenBefore) -> list[str]:
    """Write a line for each indicator, the other cases that saw it newest first."""
    keys = dict.fromkeys(it.key for case in before.cases for it in case.sightings)
    lines = [_line(key, before) for key in list(keys)[:MOST_LINES]]
    if before.has_more:
        lines.append("More than 20 other threads saw some of these.")
    return lines


def _line(key: str, before: SeenBefore) -> str:
    return shown(f"{key}: {'; '.join(_places(key, before))}")


def _places(key: str, before: SeenBefore) -> Iterator[str]:
    places = [
        (it.seen_at, case.where) for case in before.cases for it in case.sightings if it.key == key
    ]
    places.sort(key=lambda place: place[0], reverse=True)
    for seen_at, where in places[:3]:
        yield f"in {where.channel} on {seen_at:%Y-%m-%d} ({where.link})"
    if len(places) > 3:
        yield f"and in {len(places) - 3} more"
