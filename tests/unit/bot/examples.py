"""Examples that several tests of the bot share."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.slack.me import Me
from session import SlackThread

ME = Me(team_id="T1", user_id="UBURROW", bot_id="BBURROW", url="https://acme.slack.com/")
THREAD = SlackThread(team_id="T1", channel_id="C1", thread_ts="1712345678.000200")


def event(**changes: Any) -> dict[str, Any]:
    """A person's reply in a thread, as the Events API delivers it; None leaves a field out."""
    fields = {
        "type": "message",
        "channel": "C1",
        "channel_type": "channel",
        "user": "UANN",
        "ts": "1712345679.123456",
        "thread_ts": "1712345678.000200",
        "text": "what do we know?",
        "user_team": "T1",
        "team": "T1",
    }
    event = {key: value for key, value in (fields | changes).items() if value is not None}
    return {"type": "event_callback", "team_id": "T1", "event": event}


patient = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
"""For properties: a busy machine makes none of them fail."""

ODD_TEXT = st.text("aZ<@>|&;!#^.* \n`U1ü\x00", max_size=12)
ODD_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | ODD_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXT, inner, max_size=3),
    max_leaves=6,
)
