"""What `where` says of an alert that is stored nowhere but in its record."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.where_alerts import of_alert, since_it_began
from session import AlertFate, AlertKey, AlertReceipt, AlertRecord, NewAlert

NINE = datetime(2026, 11, 27, 9, tzinfo=UTC)
KEY = AlertKey(team_id="T1", channel_id="C1", fingerprint="cpu")
NEW = NewAlert(key=KEY, thread_ts="1712.000003", ts="1712.000003", sent_at=NINE)
RECORD = AlertRecord(
    key=KEY,
    last_seen_at=NINE + timedelta(minutes=5),
    thread_ts="1712.000001",
    began_at=NINE - timedelta(minutes=5),
)
LINK = "https://acme.slack.com/archives/C1/p1712000001"


@pytest.mark.parametrize(
    ("fate", "said"),
    [
        (AlertFate.BEGINS, f"It began a case, {LINK}"),
        (AlertFate.REPEATS, f"It is a repeat of {LINK}"),
        (AlertFate.RECOVERS, f"It is the recovery of {LINK}, after 12 min"),
        (
            AlertFate.LIMITED,
            f"20 alerts had begun in its channel within an hour. The last of them is {LINK}",
        ),
    ],
)
def test_each_fate_is_named_with_its_case(fate: AlertFate, said: str) -> None:
    receipt = AlertReceipt(
        ts=NEW.ts, fate=fate, thread_ts="1712.000001", lasted=timedelta(minutes=12)
    )
    is_known, text = of_alert(NEW, replace(RECORD, receipts=(receipt,)), "https://acme.slack.com/")
    assert is_known
    assert said in text


def test_one_of_many_repeats_is_known_by_its_time() -> None:
    assert "It is a repeat of" in of_alert(NEW, RECORD, "https://acme.slack.com/")[1]


def test_what_nobody_noted_is_said_so() -> None:
    later = replace(NEW, sent_at=NINE + timedelta(hours=1))
    assert not of_alert(later, RECORD, "https://acme.slack.com/")[0]
    assert "has not noted it" in of_alert(NEW, None, "https://acme.slack.com/")[1]
    over = replace(NEW, is_over=True)
    assert "did not begin here" in of_alert(over, None, "https://acme.slack.com/")[1]


def test_a_case_says_what_has_come_of_it_unless_another_has_followed() -> None:
    over = replace(RECORD, count=7, recovered_at=NINE + timedelta(minutes=7))
    said = since_it_began(over, "1712.000001")
    assert said == (
        "It was seen again 7 times, last at 09:05:00 UTC."
        " It recovered at 09:07:00 UTC, after 12 min."
    )
    assert since_it_began(over, "1712.000009") == ""
