"""Questions and their answers, timelines and their gaps."""

from datetime import timedelta

import pytest

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
    moments = condensed((0, "Ann", "so"), (29, "Ann", "well"), (60, "Ann", "then")).moments
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


def chatter(**told: str) -> list[tuple[float, str, str]]:
    """A hundred minutes of talk, with `m20="…"` at the twentieth."""
    spoken = [(float(minute), "Ann", "ok") for minute in range(100)]
    for minute, text in told.items():
        number = int(minute[1:])
        spoken[number] = (number, "Pager" if text.startswith("FIRING") else "Ben", text)
    return spoken


def shown(timeline: Timeline) -> list[str]:
    return [moment.entry.text for moment in timeline.moments]


def test_a_long_timeline_keeps_the_turning_points() -> None:
    told = {
        "m0": "checkout looks odd since lunch",
        "m20": "FIRING checkout is down",
        "m30": "taking IC",
        "m40": "rolling back now",
        "m50": "the root cause is the new pool size",
        "m60": "8.8.8.8 is in the logs",
        "m70": "we'll keep the old image until Monday",
        "m80": "5xx are back to normal",
        "m90": "thanks all, good night",
    }
    timeline = condensed(*chatter(**told))
    assert shown(timeline) == list(told.values())[:-1]
    assert timeline.left_out == 92


def test_a_question_to_burrow_is_no_moment_and_sees_nothing() -> None:
    known = read(
        (0, "Ann", "blocked 203.0.113.7 at the gateway"),
        (1, "Ben", "@Burrow who is 203.0.113.7?"),
        (2, "Ben", "@Burrow 203.0.113.9 is theirs too, blocked it"),
    )
    told = shown(condense(known.entries, known, 14))
    assert [text.split()[0] for text in told] == ["blocked", "@Burrow"]
    assert [it.messages for it in known.sightings] == [1, 1]


def test_a_question_to_burrow_is_not_counted_among_what_is_left_out() -> None:
    spoken = [*chatter(m0="FIRING 8.8.8.8 is down"), (100.0, "Ben", "@Burrow is 8.8.8.8 it?")]
    known = read(*spoken)
    assert known.entries[-1].is_to_burrow
    timeline = condense(known.entries, known, 1)
    assert shown(timeline) == ["FIRING 8.8.8.8 is down"]
    assert timeline.left_out == 99


@pytest.mark.parametrize(
    "text",
    [
        "Datenbank neu gestartet, läuft",
        "Zertifikat ist um Mitternacht abgelaufen",
        "wir lassen den Failover bis morgen",
        "サーバーを再起動しました",
        "エラーが減ってきました",
        "le certificat a été renouvelé",
        "lo he reiniciado",
        "перезапустили базу",
        "数据库已经回滚",
        "서버를 재시작했습니다",
        "payments succeed again",
        "Ann is IC now",
        "we keep the old image",
        "extended the volume to 2 TB",
    ],
)
def test_what_people_do_in_any_language_is_a_turning_point(text: str) -> None:
    assert shown(condensed(*chatter(m40=text), limit=3)) == [text]


def test_what_differs_in_figures_only_makes_room_for_the_rest() -> None:
    alert = (0.0, "Pager", "FIRING: disk full on db-1")
    many = [(float(n), "Ann", f"restarted node-{n}, blocked 185.1.2.{n}") for n in range(1, 40)]
    late = [
        (210.0, "Ben", "the second replica is slow today"),
        (215.0, "Chloe", "I hand over to Ben"),
        (220.0, "Ben", "we keep the failover until tomorrow"),
        (225.0, "Ben", "status is yellow"),
    ]
    told = shown(condensed(alert, *many, *late, limit=8))
    assert {alert[2], many[0][2], many[-1][2], *(it[2] for it in late[1:])} <= set(told)


def test_a_short_thread_without_a_cue_is_told_all_the_same() -> None:
    talk = [(0.0, "Ann", "w kasie nie można płacić kartą"), (1.0, "Jan", "ok")]
    more = [(2.0, "Jan", "terminal pokazuje stary adres bramki"), (3.0, "Ann", "dzięki")]
    assert shown(condensed(*talk, *more, limit=3)) == [talk[0][2], more[0][2]]


def test_a_question_about_a_change_is_no_change() -> None:
    assert not shown(condensed(*chatter(m40="was it rolled back?"), limit=3))


def test_the_latest_hour_is_not_dropped_for_the_first() -> None:
    first = [(minute, "Ann", f"restarted web-{minute} again") for minute in range(30)]
    last = [(300 + minute, "Ben", f"10.0.0.{minute} answers now") for minute in range(5)]
    assert (
        len([text for text in shown(condensed(*first, *last, limit=9)) if "answers" in text]) >= 3
    )


def test_an_excerpt_shows_the_point() -> None:
    text = "so, " + "as I said before, " * 20 + "we restarted the queue " + "and so on " * 20
    (moment,) = condensed((0, "Ann", text)).moments
    assert "restarted the queue" in moment.quote(80)
    assert len(moment.quote(80)) < 100


def test_a_question_with_one_answer_is_no_turning_point() -> None:
    talk = [(float(n), "Zoe", f"nothing special in log {n} of the shop") for n in range(20)]
    asked, told = (
        (30.0, "Ann", "is a spare in the chassis?"),
        (31.0, "Ben", "there's one, slot 22"),
    )
    after = (32.0, "Ben", "restarted the shelf")
    assert shown(condensed(*talk, asked, told, after, limit=4))[1:] == [after[2]]


def test_a_deploy_and_a_recovery_that_bots_report_go_before_other_alerts() -> None:
    alerts = [(float(n), "Pager", f"FIRING: {name} is slow") for n, name in enumerate("abcdefgh")]
    deploy = (20.0, "Pager", "pricing 8.14.0 deployed to prod")
    over = (30.0, "Pager", "[RESOLVED] checkout errors")
    timeline = condensed(*alerts, deploy, over, limit=3)
    assert {deploy[2], over[2]} <= set(shown(timeline))


def test_a_japanese_sentence_says_as_much_as_another() -> None:
    talk = [(float(n), "鈴木", "はい") for n in range(12)]
    told = (5.5, "高橋", "21:55に接続プールの設定を変更しました")
    assert told[2] in shown(condensed(*talk, told, limit=3))
