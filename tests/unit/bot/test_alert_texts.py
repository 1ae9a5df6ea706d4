"""Which alerts are the same, and which say that one is over."""

from typing import Any

import pytest
from hypothesis import given

from bot.intake.alert_texts import alert_in, text_of_alert
from tests.unit.bot.alert_shapes import ONLY_FIRING, PAIRS, attached, blocks
from tests.unit.bot.examples import ODD_JSON, patient


@pytest.mark.parametrize("app", PAIRS)
def test_an_alert_and_its_recovery_are_the_same_alert(app: str) -> None:
    fires, over = map(alert_in, PAIRS[app])
    assert (fires.is_over, over.is_over) == (False, True)
    assert fires.title
    assert (fires.title, fires.host) == (over.title, over.host)
    assert fires.fingerprint("B1") == over.fingerprint("B1") != fires.fingerprint("B2")


@pytest.mark.parametrize("app", ONLY_FIRING)
def test_what_only_looks_like_a_recovery_is_none(app: str) -> None:
    assert not alert_in(ONLY_FIRING[app]).is_over


def test_different_alerts_are_told_apart() -> None:
    fires = [alert_in(pair[0]).fingerprint("B1") for pair in PAIRS.values()]
    assert len(set(fires)) == len(fires) - 2  # "Checkout 5xx" is there three times


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("CPU at 97 % on web-1", "CPU at 99.5 % on web-1"),
        ("Backup late since 10:02 UTC", "Backup late since 11:47 UTC"),
        ("Job failed (run 3f9c2ab1)", "Job failed (run 81ce40d2)"),
        ("Cert expires Nov 27, 2026 10:00 AM", "Cert expires Dec 3, 2026 4:00 PM"),
        ("Late since 2026-11-27T10:02:03Z", "Late since 2026-11-28 04:12"),
        ("p99 over 900ms for 5m", "p99 over 1.2s for 10m"),
        ("[Warn on {host:a-1}] CPU is high", "[Triggered on {host:a-1}] CPU is high"),
        ("Triggered <https://a.example/Q1|Checkout>", "Triggered <https://a.example/PZ|Checkout>"),
        (":fire: Queue is long", ":warning: Queue is long"),
        ("INC-4711 opened: payments down", "INC-4712 opened: payments down"),
        ("#11 Resolved: queue is long", "#12 Resolved: queue is long"),
    ],
)
def test_figures_times_and_signs_do_not_count(first: str, second: str) -> None:
    assert alert_in({"text": first}) == alert_in({"text": second})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"text": "CPU high on web-1"}, {"text": "CPU high on web-2"}),
        ({"text": "No ping from 10.0.0.1"}, {"text": "No ping from 10.0.0.2"}),
        (attached("Down", Host="web-1"), attached("Down", Host="web-2")),
        (attached("[FIRING:1] Down (10.0.0.1:9100)"), attached("[FIRING:1] Down (10.0.0.2:9100)")),
        (blocks("*instance:* a.example.com", header="Down"), blocks(header="Down")),
        ({"text": "CPU high"}, {"text": "CPU low"}),
        ({"text": "checkout 4xx rate"}, {"text": "checkout 5xx rate"}),
        ({"text": "p95 latency 3s"}, {"text": "p99 latency 3s"}),
        ({"text": "Down: https://shop.a.com/x"}, {"text": "Down: https://pay.a.com/x"}),
    ],
)
def test_the_host_counts_as_it_stands(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert alert_in(first) != alert_in(second)


def test_a_number_may_stand_before_the_word_for_the_state() -> None:
    assert alert_in({"text": "#12 Resolved: queue is long"}).is_over


def test_the_header_goes_before_the_attachments_title_and_that_before_the_first_line() -> None:
    both = blocks(header="Header") | {"text": "Line", "attachments": [{"title": "Title"}]}
    assert alert_in(both).title == "header"
    assert alert_in({"text": "Line", "attachments": [{"title": "Title"}]}).title == "title"
    assert alert_in({"text": "\nLine\nmore"}).title == "line"


def test_what_slack_adds_for_a_link_is_not_the_alerts() -> None:
    unfurled = {"title": "Resolved: how we do it", "color": "good", "from_url": "https://x"}
    message = {"text": "Disk full on web-1", "attachments": [unfurled]}
    assert alert_in(message) == alert_in({"text": "Disk full on web-1"})


def test_its_text_is_what_people_see_of_it() -> None:
    message = attached("Down &amp; out", text="<https://x.example|Runbook>", Host="web-1")
    assert text_of_alert(message) == "Down & out\nRunbook (https://x.example)\nHost: web-1"


@patient
@given(ODD_JSON, ODD_JSON)
def test_no_message_is_too_odd_to_be_read(attachments: Any, shown: Any) -> None:
    alert_in({"text": "x", "attachments": attachments, "blocks": shown})
    alert_in({"attachments": [attachments, {"title": shown, "color": shown, "blocks": shown}]})
