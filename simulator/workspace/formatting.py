"""Slack's text formats: what people type, mrkdwn, and plain text as it looks on the screen."""

import html
import re
from collections.abc import Callable

from simulator.values import Json

# https://docs.slack.dev/messaging/formatting-message-text
_TOKEN = re.compile(r"<([@#!][^<>|]+|https?://[^<>|]+|mailto:[^<>|]+)(?:\|([^<>]*))?>")
_TYPED = re.compile(r"(<(?:[@#!]|https?://|mailto:)[^<>]*>)|(https?://[^\s<>]+)|(@[\w.-]+)")


def as_sent(typed: str, user_id: Callable[[str], str | None]) -> str:
    """What Slack makes of typed text: `@ann` becomes a mention, links are wrapped, `&<>` escaped.

    Text that is already in Slack's form (`<@U0ANN>`, `<https://…>`) stays as it is.
    """
    parts, end = [], 0
    for found in _TYPED.finditer(typed):
        parts.append(html.escape(typed[end : found.start()], quote=False))
        end = found.end()
        token, link, name = found.groups()
        if token:
            parts.append(token)
        elif link:
            parts.append(f"<{html.escape(link, quote=False)}>")
        else:
            known = user_id(name[1:].rstrip(".-"))
            rest = name[1 + len(name[1:].rstrip(".-")) :]
            parts.append(f"<@{known}>{rest}" if known else name)
    parts.append(html.escape(typed[end:], quote=False))
    return "".join(parts)


def as_seen(mrkdwn: str, name_of: Callable[[str], str]) -> str:
    """mrkdwn as it looks: names instead of ids, links by their label, `&<>` unescaped."""

    def shown(found: re.Match[str]) -> str:
        target, label = found.groups()
        match target[0]:
            case "@":
                return f"@{name_of(target[1:])}"
            case "#":
                return f"#{label or name_of(target[1:])}"
            case "!":
                return label or f"@{target[1:].split('^')[0]}"
        return f"{label} ({target})" if label and label != target else target

    return html.unescape(_TOKEN.sub(shown, mrkdwn))


def rich_text(mrkdwn: str, block_id: str = "text") -> Json:
    """The `rich_text` block that Slack makes of a text: mentions, links and the words between.

    https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
    """
    elements, end = [], 0
    for found in _TOKEN.finditer(mrkdwn):
        elements.append(_text(mrkdwn[end : found.start()]))
        end = found.end()
        elements.append(_element(found))
    elements.append(_text(mrkdwn[end:]))
    shown = [element for element in elements if element.get("text") != ""]
    section = {"type": "rich_text_section", "elements": shown}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def _text(mrkdwn: str) -> Json:
    return {"type": "text", "text": html.unescape(mrkdwn)}


def _element(found: re.Match[str]) -> Json:
    target = found[1]
    match target[0]:
        case "@":
            return {"type": "user", "user_id": target[1:]}
        case "#":
            return {"type": "channel", "channel_id": target[1:]}
        case "!":
            return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": html.unescape(target)}
