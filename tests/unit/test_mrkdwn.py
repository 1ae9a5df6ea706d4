"""Foreign text stays text, and is cut where a word ends."""

from hypothesis import given
from hypothesis import strategies as st

from bot import mrkdwn


def test_markup_is_escaped() -> None:
    assert mrkdwn.escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


def test_text_is_clipped_at_a_word_and_never_longer_than_asked() -> None:
    assert mrkdwn.clip("short", 10) == "short"
    assert mrkdwn.clip("one two three four", 15) == "one two three…"
    assert mrkdwn.clip("x" * 50, 10) == "x" * 9 + "…"


@given(st.text(), st.integers(3, 40))
def test_clipping_keeps_the_limit(text: str, limit: int) -> None:
    assert len(mrkdwn.clip(text, limit)) <= limit
