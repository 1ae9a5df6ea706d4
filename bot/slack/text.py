"""From what Slack stores of a message to the plain text a person sees.

Formats: https://docs.slack.dev/messaging/formatting-message-text and
https://docs.slack.dev/reference/block-kit/blocks.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

_MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_TEXT_KEYS = ("pretext", "title", "title_link", "text", "footer")


def readable(text: str, names: Mapping[str, str]) -> str:
    """Turn mrkdwn into plain text: `@Ann`, `#incidents`, URLs as they are, entities unescaped."""

    def plain(match: re.Match[str]) -> str:
        sigil, target, label = match.groups()
        match sigil:
            case "@":
                return "@" + (names.get(target) or label or target)
            case "#":
                return "#" + (label or target)
            case "!":
                return label or "@" + target.partition("^")[0]
        if label and label != target and not target.startswith(("mailto:", "tel:")):
            return f"{label} ({target})"
        return label or target

    return html.unescape(_MARKUP.sub(plain, text))


def raw_text(message: Mapping[str, Any]) -> str:
    """Return a message's text, its attachments, blocks and files as further lines of mrkdwn."""
    text = str(message.get("text") or "")
    lines = [text] if text else []
    # For a person's message the blocks repeat the text; for an alert they often are all of it.
    if not text or message.get("bot_id"):
        lines += [line for line in _block_lines(message.get("blocks")) if line not in text]
    for attachment in message.get("attachments") or ():
        lines += _attachment_lines(attachment)
    lines += [f"[file: {one.get('name', 'unnamed')}]" for one in message.get("files") or ()]
    return "\n".join(dict.fromkeys(line for line in lines if line.strip()))


def user_ids_in(text: str) -> set[str]:
    """Return the ids of the users that a text mentions."""
    return {match[2] for match in _MARKUP.finditer(text) if match[1] == "@"}


def _attachment_lines(attachment: Mapping[str, Any]) -> list[str]:
    """Read one (https://docs.slack.dev/messaging/formatting-message-text#attachments)."""
    lines = [str(attachment[key]) for key in _TEXT_KEYS if attachment.get(key)]
    for field in attachment.get("fields") or ():
        lines.append(f"{field.get('title', '')}: {field.get('value', '')}".strip(": "))
    lines += _block_lines(attachment.get("blocks"))
    return lines or [str(attachment.get("fallback") or "")]


def _block_lines(blocks: Any) -> list[str]:
    return [line for block in blocks or () if (line := "".join(_strings(block)).strip())]


def _strings(node: Any) -> Iterator[str]:
    """Walk a block and yield its visible text, in order."""
    if isinstance(node, list):
        for one in node:
            yield from _strings(one)
        return
    if not isinstance(node, Mapping):
        return
    match node.get("type"):
        case "user":
            yield f"<@{node.get('user_id')}>"
        case "channel":
            yield f"<#{node.get('channel_id')}>"
        case "broadcast":
            yield f"<!{node.get('range')}>"
        case "emoji":
            yield f":{node.get('name')}:"
        case "link":
            yield f"<{node.get('url')}|{node['text']}>" if node.get("text") else str(node["url"])
        case "image":
            yield str(node.get("alt_text") or "")
        case _:
            yield from _children(node)


def _children(node: Mapping[str, Any]) -> Iterator[str]:
    text = node.get("text")
    if isinstance(text, str):
        yield text
    else:
        yield from _strings(text)
    for key in ("title", "fields", "elements", "rows"):
        for one in node.get(key) or () if isinstance(node.get(key), list) else ():
            yield from _strings(one)
            yield " " if node.get("type") in ("section", "context", "actions") else ""
    if node.get("type") in ("rich_text_section", "rich_text_preformatted", "rich_text_quote"):
        yield "\n"
