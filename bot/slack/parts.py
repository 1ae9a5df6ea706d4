"""From findings to posts: within Slack's limits, with names instead of pings.

Limits: https://docs.slack.dev/reference/methods/chat.postMessage (50 blocks; text best under 4,000
characters) and https://docs.slack.dev/reference/block-kit/blocks/markdown-block (12,000 characters
of Markdown in all); a total near 13,200 characters of blocks is refused as `msg_blocks_too_long`
(https://github.com/slackapi/bolt-js/issues/2509).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from bot import words
from bot.mrkdwn import clip
from bot.slack.pings import defuse, defused
from bot.slack.splitting import MAX_CHARACTERS, fitting
from bot.slack.text import raw_text

MAX_BLOCKS = 50
MAX_TEXT = 3_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One post: Block Kit, and the text shown where blocks are not."""

    text: str
    blocks: tuple[Mapping[str, Any], ...] = ()

    def without_blocks(self) -> Self:
        """Return the bare text, for a Slack that refuses the blocks; of Markdown, all of it."""
        markdown = [str(one["text"]) for one in self.blocks if one["type"] == "markdown"]
        whole = "\n".join(markdown) if len(markdown) == len(self.blocks) else ""
        return replace(self, text=whole or self.text, blocks=())

    def as_repeat(self) -> Self:
        """Return it with the remark that it may have been posted before."""
        if self.text.endswith(words.REPEATED):
            return self
        note = {"type": "context", "elements": [{"type": "mrkdwn", "text": words.REPEATED}]}
        return replace(
            self,
            text=f"{self.text}\n{words.REPEATED}",
            blocks=(*self.blocks, note) if self.blocks else (),
        )

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
    """Split one finding into posts; an empty one needs none.

    Without blocks, `text` is standard Markdown. No part is refused by Slack for its size, and
    nothing is left out.
    """
    if not blocks:
        blocks = [{"type": "markdown", "text": text}] if text.strip() else []
    fitted = [piece for block in blocks for piece in fitting(defused(block, names))]
    summary = defuse(text, names) if text.strip() else ""
    return [
        Part(text=clip((summary if first else "") or _spoken(group), MAX_TEXT), blocks=group)
        for first, group in _grouped(fitted)
    ]


def _spoken(group: Sequence[Mapping[str, Any]]) -> str:
    return raw_text({"blocks": list(group)}) or "(continued)"


def _grouped(
    blocks: Sequence[Mapping[str, Any]],
) -> list[tuple[bool, tuple[Mapping[str, Any], ...]]]:
    groups: list[list[Mapping[str, Any]]] = []
    size = 0
    for block in blocks:
        length = len(json.dumps(block, ensure_ascii=False))
        full = not groups or len(groups[-1]) == MAX_BLOCKS
        if full or size + length > MAX_CHARACTERS + 500:
            groups.append([])
            size = 0
        groups[-1].append(block)
        size += length
    return [(number == 0, tuple(group)) for number, group in enumerate(groups)]
