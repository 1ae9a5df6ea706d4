"""Turns Slack's stored form of a message into the plain text that a person sees.

Formats: https://docs.slack.dev/messaging/formatting-message-text and
https://docs.slack.dev/reference/block-kit/blocks.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.mrkdwn import escape
from bot.slack.addresses import is_ts

_MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_TEXT_KEYS = ("pretext", "title", "title_link", "text", "footer")


def readable(text: str, names: Mapping[str, str]) -> str:
    """Turn mrkdwn into plain text: `@Ann`, `#incidents`, URLs as they are, entities unescaped."""

    def as_words(match: re.Match[str]) -> str:
        sigil, target, label = match.groups()
        match sigil:
            case "@":
                return "@" + (names.get(target) or label or target)
            case "#":
                return "#" + (label or target)
            case "!":
                kind, _, group_id = target.partition("^")
                return label or "@" + (group_id if kind == "subteam" else kind)
        return f"{label} ({target})" if _names_something_else(match) else label or target

    return html.unescape(_MARKUP.sub(as_words, text))


def labels_in(text: str) -> tuple[tuple[str, str], ...]:
    """Return label and target of the links that `readable` writes as `label (target)`."""
    return tuple(
        (html.unescape(match[3]), html.unescape(match[2]))
        for match in _MARKUP.finditer(text)
        if not match[1] and _names_something_else(match)
    )


def _names_something_else(link: re.Match[str]) -> bool:
    """Tell a label from the address itself, for which Slack makes up a scheme: `evil.com`."""
    label, target = link[3], link[2]
    if not label or target.startswith(("mailto:", "tel:")):
        return False
    return label.rstrip("/") not in (target.rstrip("/"), target.partition("://")[2].rstrip("/"))


def raw_text(message: Mapping[str, Any]) -> str:
    """Return a message's text, its attachments, blocks and files as further lines of mrkdwn.

    Leaves out what it does not know, and never raises.
    """
    text = str(message.get("text") or "")
    lines = [text] if text else []
    # For a person's message the blocks repeat the text; for an alert they often are all of it.
    if not text or message.get("bot_id"):
        lines += [line for line in _block_lines(message.get("blocks")) if line not in text]
    for attachment in mappings(message.get("attachments")):
        lines += _attachment_lines(attachment)
    files = mappings(message.get("files"))
    lines += [f"[file: {file.get('name') or 'unnamed'}]" for file in files]
    return "\n".join(dict.fromkeys(line for line in lines if line.strip()))


def user_ids_in(text: str) -> set[str]:
    """Return the ids of the users that a text mentions."""
    return {match[2] for match in _MARKUP.finditer(text) if match[1] == "@"}


def _attachment_lines(attachment: Mapping[str, Any]) -> list[str]:
    """Read one (https://docs.slack.dev/messaging/formatting-message-text#attachments)."""
    lines = [str(attachment[key]) for key in _TEXT_KEYS if attachment.get(key)]
    for field in mappings(attachment.get("fields")):
        lines.append(f"{field.get('title') or ''}: {field.get('value') or ''}".strip(": "))
    lines += _block_lines(attachment.get("blocks"))
    return lines or [str(attachment.get("fallback") or "")]


def _block_lines(blocks: Any) -> list[str]:
    return [line for block in _list(blocks) if (line := "".join(_strings(block)).strip())]


def _strings(node: Any) -> Iterator[str]:
    """Walk a block and yield its visible text, in order, as mrkdwn."""
    if isinstance(node, list):
        for child in node:
            yield from _strings(child)
        return
    if not isinstance(node, Mapping):
        return
    match node.get("type"):
        case "text" | "raw_text":
            yield escape(str(node.get("text") or ""))
        case "user":
            yield f"<@{node.get('user_id')}>"
        case "usergroup":
            yield f"<!subteam^{node.get('usergroup_id')}>"
        case "channel":
            yield f"<#{node.get('channel_id')}>"
        case "broadcast":
            yield f"<!{node.get('range')}>"
        case "emoji":
            yield f":{node.get('name')}:"
        case "link":
            url, label = str(node.get("url") or ""), str(node.get("text") or "")
            yield f"<{url}|{escape(label)}>" if label else url
        case "date" | "color":
            yield escape(str(node.get("fallback") or node.get("value") or ""))
        case "image":
            yield str(node.get("alt_text") or "")
        case "table":
            for row in _list(node.get("rows")):
                yield " | ".join("".join(_strings(cell)).strip() for cell in _list(row)) + "\n"
        case _:
            yield from _children(node)


def _children(node: Mapping[str, Any]) -> Iterator[str]:
    text = node.get("text")
    if isinstance(text, str):
        yield text
    else:
        yield from _strings(text)
    between = " " if node.get("type") in ("section", "context", "actions") else ""
    for key in ("title", "fields", "elements"):
        for child in _list(node.get(key)):
            yield between
            yield from _strings(child)
    if node.get("type") in ("rich_text_section", "rich_text_preformatted", "rich_text_quote"):
        yield "\n"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects in a list that should hold nothing else; none if it is no list."""
    return [entry for entry in _list(value) if isinstance(entry, Mapping)]


def messages_of(page: Mapping[str, Any] | AsyncSlackResponse) -> list[Mapping[str, Any]]:
    """Return the messages of a page that Slack gives; what has no `ts` is none."""
    return [it for it in mappings(page["messages"]) if is_ts(str(it.get("ts")))]


def whole_number(value: Any, *, otherwise: int = 0) -> int:
    """Return a whole number that Slack tells, also where it is written as text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
