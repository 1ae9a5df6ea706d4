"""Documents that come one after another, as one document."""

from bot.document.door import safe
from bot.document.nodes import Block
from bot.document.values import Document


class Joined:
    """Joins them once, when that is asked for: each costs the same, however many came before."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._is_safe = True
        self._document = Document()

    def add(self, document: Document) -> None:
        """Put a document at the end; only where they meet there is something new to look at."""
        if self._blocks and document.blocks:
            seam = (self._blocks[-1], document.blocks[0])
            self._is_safe = self._is_safe and safe(seam) == seam
        self._blocks += document.blocks

    def __bool__(self) -> bool:
        return bool(self._blocks)

    @property
    def document(self) -> Document:
        """All of it."""
        if len(self._document.blocks) != len(self._blocks) or not self._is_safe:
            blocks = tuple(self._blocks)
            self._document = Document().part(blocks) if self._is_safe else Document(blocks)
            self._blocks, self._is_safe = list(self._document.blocks), True
        return self._document
