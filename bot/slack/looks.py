"""The looks that a document can have in a post, from the best one down to plain words.

A plan has a block of its own (https://docs.slack.dev/reference/block-kit/blocks/plan-block) that
not every workspace takes. Its refusal is remembered for as long as the process lives.
"""

from collections.abc import Callable, Sequence
from enum import IntEnum
from uuid import uuid4

from bot.document.plain import as_paragraph
from bot.document.posts import Action
from bot.document.values import Document, Plan
from bot.slack.elements import SlackBlock
from bot.slack.rendering import bare_blocks_of, blocks_of


class Look(IntEnum):
    """The best comes first."""

    PLANS = 0
    BLOCKS = 1
    BARE = 2


class Looks:
    """Knows which looks Slack takes from us; `new_id` returns a new text each time."""

    def __init__(self, new_id: Callable[[], str] = lambda: uuid4().hex) -> None:
        self._new_id = new_id
        self.best = Look.PLANS
        """The look to try first."""

    def worse(self, document: Document, look: Look) -> Look | None:
        """Return the look to try when this one is refused."""
        has_plan = any(isinstance(block, Plan) for block in document.blocks)
        if look is Look.PLANS and has_plan:
            return Look.BLOCKS
        return None if look is Look.BARE else Look.BARE

    def note_taken(self, look: Look, refused: Look) -> None:
        """Remember that plans are refused, if the same words were taken without their block."""
        if refused is Look.PLANS and look is Look.BLOCKS:
            self.best = Look.BLOCKS

    def blocks(
        self, document: Document, actions: Sequence[Action], look: Look
    ) -> list[SlackBlock]:
        """Return the blocks of a part, none where its text alone is complete.

        A plan has a new id each time: "If a message is updated, use a new block_id".
        """
        if look is Look.BARE:
            return bare_blocks_of(document, actions)
        if look is Look.BLOCKS:
            return blocks_of(document.part(map(as_paragraph, document.blocks)), actions)
        blocks = blocks_of(document, actions)
        return [
            block | {"block_id": self._new_id()} if block["type"] == "plan" else block
            for block in blocks
        ]
