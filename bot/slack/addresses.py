"""Slack's names for a message: its `ts`, which is also its time, and its link."""

import re
from datetime import UTC, datetime

from session import SlackThread

_TS = re.compile(r"[0-9]{1,11}\.[0-9]{1,9}")


def is_ts(text: str) -> bool:
    """Tell whether this is a message's `ts`, such as `1712345678.000200`."""
    return bool(_TS.fullmatch(text))


def sent_at(ts: str) -> datetime:
    """Turn a `ts` (seconds and microseconds) into the time at which Slack took the message."""
    seconds, _, micros = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC).replace(
        microsecond=int((micros + "000000")[:6])
    )


def permalink(workspace_url: str, thread: SlackThread, ts: str) -> str:
    """Build a message's link as `chat.getPermalink` would return it, without a call.

    https://docs.slack.dev/reference/methods/chat.getPermalink shows the form.
    """
    link = f"{workspace_url.rstrip('/')}/archives/{thread.channel_id}/p{ts.replace('.', '')}"
    if ts == thread.thread_ts:
        return link
    return f"{link}?thread_ts={thread.thread_ts}&cid={thread.channel_id}"
