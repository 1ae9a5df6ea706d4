"""From findings to posts: within Slack's limits, with names instead of pings.

Limits: https://docs.slack.dev/reference/methods/chat.postMessage (50 blocks; text best under 4,000
characters) and https://docs.slack.dev/reference/block-kit/blocks/markdown-block (12,000 characters
of Markdown in all); a total near 13,200 characters of blocks is refused as `msg_blocks_too_long`
(https://github.com/slackapi/bolt-js/issues/2509).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

MAX_BLOCKS = 50
MAX_CHARACTERS = 11_000
MAX_TEXT = 3_500

_USER = re.compile(r"<@([A-Z0-9]+)(?:\|([^>]*))?>")
_BROADCAST = re.compile(r"<!(channel|here|everyone)(?:\|[^>]*)?>")
_GROUP = re.compile(r"<!subteam\^([A-Z0-9]+)(?:\|@?([^>]*))?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One post: Block Kit, and the text shown where blocks are not."""

    text: str
    blocks: tuple[Mapping[str, Any], ...] = ()

    def without_blocks(self) -> Self:
        """Return the bare text, for a Slack that refuses the blocks."""
        return replace(self, blocks=())

    def as_blocks(self) -> list[dict[str, Any]] | None:
        """Return what the Web API takes."""
        return [dict(block) for block in self.blocks] or None

    def to_json(self) -> dict[str, Any]:
        """Return what is stored with an answer."""
        return {"text": self.text, "blocks": list(self.blocks)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` returned."""
        return cls(text=data["text"], blocks=tuple(data["blocks"]))


def plain(text: str) -> Part:
    """Make a part of one short sentence of our own."""
    return Part(text=text)


def parts_of(
    text: str, blocks: Sequence[Mapping[str, Any]], names: Mapping[str, str]
) -> list[Part]:
    """Split one finding into posts. Without blocks, `text` is standard Markdown."""
    if not blocks:
        blocks = [{"type": "markdown", "text": piece} for piece in _pieces(text)]
    defused = [_defused(block, names) for block in blocks]
    summary = defuse(text, names)[:MAX_TEXT]
    return [
        Part(text=summary if number == 0 else "(continued)", blocks=tuple(group))
        for number, group in enumerate(_grouped(defused))
    ]


def mentioned(texts: Iterable[object]) -> set[str]:
    """Return the ids of all users that would be pinged by these texts or blocks."""
    found: set[str] = set()
    for one in texts:
        raw = one if isinstance(one, str) else json.dumps(one)
        found.update(match[0] for match in _USER.findall(raw))
        found.update(re.findall(r'"user_id": "([A-Z0-9]+)"', raw))
    return found


def defuse(text: str, names: Mapping[str, str]) -> str:
    """Turn everything that would ping somebody into plain words."""
    text = _USER.sub(lambda m: "@" + (names.get(m[1]) or m[2] or m[1]), text)
    text = _GROUP.sub(lambda m: "@" + (m[2] or m[1]), text)
    return _BROADCAST.sub(lambda m: "@" + m[1], text)


def _defused(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return defuse(value, names)
    if isinstance(value, Mapping):
        match value.get("type"):
            case "user" if "user_id" in value:
                name = names.get(value["user_id"], value["user_id"])
                return {"type": "text", "text": f"@{name}"}
            case "broadcast":
                return {"type": "text", "text": f"@{value.get('range', 'channel')}"}
            case "usergroup" if "usergroup_id" in value:
                return {"type": "text", "text": f"@{value['usergroup_id']}"}
        return {key: _defused(one, names) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_defused(one, names) for one in value]
    return value


def _pieces(text: str) -> list[str]:
    """Cut Markdown at paragraphs, else at lines, else anywhere, never above the limit."""
    pieces, rest = [], text
    while len(rest) > MAX_CHARACTERS:
        window = rest[:MAX_CHARACTERS]
        cut = max(window.rfind("\n\n"), 0) or max(window.rfind("\n"), 0) or MAX_CHARACTERS
        pieces.append(rest[:cut])
        rest = rest[cut:].lstrip("\n")
    return [*pieces, rest] if rest.strip() or not pieces else pieces


def _grouped(blocks: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    groups: list[list[Mapping[str, Any]]] = [[]]
    size = 0
    for block in blocks:
        length = len(json.dumps(block, ensure_ascii=False))
        if groups[-1] and (len(groups[-1]) == MAX_BLOCKS or size + length > MAX_CHARACTERS + 500):
            groups.append([])
            size = 0
        groups[-1].append(block)
        size += length
    return groups
