"""A post as it is stored and sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from bot import words
from bot.document.values import Document
from bot.slack.rendering import blocks_of, notification_of, parts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One post: Block Kit, and the text shown where blocks are not."""

    text: str
    blocks: tuple[Mapping[str, Any], ...] = ()

    def without_blocks(self) -> Self:
        """Return the bare text, for a Slack that refuses the blocks."""
        return replace(self, blocks=())

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


def parts_of_document(document: Document) -> list[Part]:
    """Cut a document into posts; an empty one needs none."""
    return [
        Part(text=notification_of(part), blocks=tuple(blocks_of(part)))
        for part in parts_of(document)
    ]
