"""Text on its way into one line: escaped for Slack, folded, cut.

Format: https://docs.slack.dev/messaging/formatting-message-text
"""

import re

_SPACES = re.compile(r"\s+")


def escape(text: str) -> str:
    """Escape what Slack would read as markup, so that nobody is pinged and no link is forged."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


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
