"""Foreign text stays text; links and dates are Slack's."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import mrkdwn

NOON = datetime(2026, 11, 23, 12, 4, tzinfo=UTC)


def test_markup_is_escaped() -> None:
    assert mrkdwn.escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


@given(st.text())
def test_no_foreign_text_opens_or_closes_markup(text: str) -> None:
    for written in (mrkdwn.plain(text), mrkdwn.bold(text), mrkdwn.italic(text), mrkdwn.code(text)):
        assert "<" not in written
        assert ">" not in written
        assert "\n" not in written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a *b* _c_ ~d~ `e`", "a \u200b*b\u200b* \u200b_c\u200b_ \u200b~d\u200b~ \u200b`e\u200b`"),
        ("snake_case and 2*3*4", "snake_case and 2*3*4"),
        ("  two\n lines ", "two lines"),
    ],
)
def test_foreign_text_has_no_emphasis_of_its_own(text: str, written: str) -> None:
    assert mrkdwn.plain(text) == written


def test_a_link_cannot_be_broken_by_its_address_or_its_label() -> None:
    assert mrkdwn.link("https://a.example/?x=1&y=<2>|", "see | <this>") == (
        "<https://a.example/?x=1&amp;y=%3C2%3E%7C|see ¦ &lt;this&gt;>"
    )


def test_without_an_address_a_link_is_its_label() -> None:
    assert mrkdwn.link("", "here") == "here"


def test_a_time_is_shown_in_the_readers_zone_else_in_utc() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=5)))
    assert mrkdwn.date(there) == "<!date^1795435440^{time}|12:04 UTC>"
    assert mrkdwn.date(NOON, form=mrkdwn.DAY_AND_TIME, url="https://a.example/?a&b") == (
        "<!date^1795435440^{date_short_pretty} {time}^https://a.example/?a&amp;b"
        "|2026-11-23 12:04 UTC>"
    )


def test_text_is_clipped_at_a_word_and_never_longer_than_asked() -> None:
    assert mrkdwn.clip("short", 10) == "short"
    assert mrkdwn.clip("one two three four", 15) == "one two three…"
    assert mrkdwn.clip("x" * 50, 10) == "x" * 9 + "…"


@given(st.text(), st.integers(3, 40))
def test_clipping_keeps_the_limit(text: str, limit: int) -> None:
    assert len(mrkdwn.clip(text, limit)) <= limit
