"""Writes Slack's mrkdwn: escaped text, links, dates, emphasis.

Format: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from datetime import UTC, datetime

TIME = "{time}"
DAY_AND_TIME = "{date_short_pretty} {time}"

_SPACES = re.compile(r"\s+")
# Slack reads these as emphasis; a zero-width space before them keeps foreign text plain.
_EMPHASIS = re.compile(r"(?<![^\s(\[\"'])[*_~`](?=\S)|(?<=\S)[*_~`](?![^\s)\].,:;!?\"'])")
_IN_URL = {"<": "%3C", ">": "%3E", "|": "%7C", " ": "%20", "\n": "", "\r": ""}


def escape(text: str) -> str:
    """Escape what Slack would read as markup, so that nobody is pinged and no link is forged."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """Escape foreign text for the middle of a line of ours: one line, no emphasis of its own."""
    return escape(_EMPHASIS.sub("\u200b\\g<0>", one_line(text)))


def bold(text: str) -> str:
    """Write foreign text in bold."""
    return f"*{escape(_without(text, '*'))}*"


def italic(text: str) -> str:
    """Write foreign text in italics."""
    return f"_{escape(_without(text, '_'))}_"


def code(text: str) -> str:
    """Write foreign text as inline code."""
    return f"`{escape(_without(text, '`'))}`"


def link(url: str, label: str) -> str:
    """Link `label` to an address; without an address, the label alone."""
    label = plain(label).replace("|", "¦")
    return f"<{_address(url)}|{label}>" if url else label


def date(when: datetime, *, form: str = TIME, url: str = "") -> str:
    """Write a time in each reader's own time zone, as UTC where that cannot be done.

    `form` is built of Slack's tokens: https://docs.slack.dev/messaging/formatting-message-text
    (section "Date formatting"); `url` makes it a link.
    """
    fallback = f"{when.astimezone(UTC):%H:%M} UTC" if form == TIME else utc(when)
    target = f"^{_address(url)}" if url else ""
    return f"<!date^{int(when.timestamp())}^{form}{target}|{fallback}>"


def utc(when: datetime) -> str:
    """Write a time for text that Slack does not format, such as a notification."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def one_line(text: str) -> str:
    """Fold all white space, line ends included, into single spaces."""
    return _SPACES.sub(" ", text).strip()


def clip(text: str, limit: int) -> str:
    """Cut text to `limit` characters, at a word if one ends near; cut before you escape."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    end = cut.rfind(" ", limit * 2 // 3)
    return (cut[:end] if end > 0 else cut).rstrip() + "…"


def _address(url: str) -> str:
    for character, replacement in _IN_URL.items():
        url = url.replace(character, replacement)
    return url.replace("&", "&amp;")


def _without(text: str, mark: str) -> str:
    return one_line(text).replace(mark, "") or " "
