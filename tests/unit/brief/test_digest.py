"""Questions and their answers, timelines and their gaps."""

from datetime import timedelta

from bot.investigators.brief.digest import Digest, digest
from bot.investigators.brief.reading import read_entries
from bot.investigators.brief.timeline import Timeline, condense
from tests.unit.brief.incident import thread


def read(*spoken: tuple[float, str, str]) -> Digest:
    return digest(read_entries(thread(*spoken), frozenset()))


def condensed(*spoken: tuple[float, str, str], limit: int = 14) -> Timeline:
    known = read(*spoken)
    return condense(known.entries, known, limit)


def test_people_and_bots_are_counted_apart_and_burrow_not_at_all() -> None:
    known = read((0, "Pager", "a"), (1, "Ann", "b"), (2, "Ann", "c"), (3, "Burrow", "d"))
    assert known.people == (("Ann", 2),)
    assert known.bots == (("Pager", 1),)


def test_a_silence_of_more_than_half_an_hour_is_marked() -> None:
    moments = condensed((0, "Ann", "a"), (29, "Ann", "b"), (60, "Ann", "c")).moments
    assert [one.quiet_before for one in moments] == [
        timedelta(),
        timedelta(),
        timedelta(minutes=31, microseconds=1),
    ]


def test_alerts_that_differ_in_figures_only_are_folded() -> None:
    alerts = [(n, "Pager", f"CPU at {80 + n}% on db") for n in range(5)]
    (moment,) = condensed(*alerts).moments
    assert moment.repeats == 4
    assert moment.last is not None
    assert moment.last.text == "CPU at 84% on db"


def test_alerts_about_different_machines_are_not_folded() -> None:
    alerts = condensed((0, "Pager", "10.0.0.1 is down"), (1, "Pager", "10.0.0.2 is down"))
    assert len(alerts.moments) == 2


def test_a_long_timeline_keeps_first_last_alerts_decisions_and_first_sightings() -> None:
    chatter = [(n, "Ann", "hm") for n in range(100)]
    chatter[0] = (0, "Ben", "it began")
    chatter[20] = (20, "Pager", "checkout is down")
    chatter[40] = (40, "Ben", "rolling back now")
    chatter[60] = (60, "Ben", "it was 8.8.8.8")
    chatter[99] = (99, "Ben", "good night")
    timeline = condensed(*chatter, limit=5)
    assert [one.entry.text for one in timeline.moments] == [
        "it began",
        "checkout is down",
        "rolling back now",
        "it was 8.8.8.8",
        "good night",
    ]
    assert timeline.left_out == 95
