"""The first steps of a runbook: where to begin at three in the morning."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.document.markdown import document_of
from bot.document.runs import shown
from bot.document.values import Block, Heading, Item, Listing, Paragraph
from bot.mrkdwn import clip, one_line

_LONGEST_READ = 20_000
"""Characters of a runbook: its first steps stand at its beginning."""
_LONGEST = 140
_STEPS = re.compile(
    r"steps?\b|mitigat|first|response|respond|procedure|action|what to do|to do|do this|run ?book"
    r"|remediat|resol|recover|schritte|maßnahmen|手順|対応",
    re.IGNORECASE,
)
_BOX = re.compile(r"[☐☑☒]\s*")


def first_steps(text: str, most: int) -> tuple[str, ...]:
    """Return the first steps of a runbook's Markdown, a line each, without their boxes.

    They are the outer items of a list: of the first one under a heading that speaks of steps,
    else of the first ordered one, else of the first.
    """
    lists = list(_lists(document_of(text[:_LONGEST_READ]).blocks))
    chosen = (
        next((it for it in lists if it.is_headed), None)
        or next((it for it in lists if it.is_ordered), None)
        or next(iter(lists), None)
    )
    return () if chosen is None else tuple(_lines(chosen.items))[:most]


@dataclass(frozen=True, slots=True)
class _List:
    """A list with all that stands inside it."""

    is_headed: bool
    """Whether what stands above it speaks of steps."""
    is_ordered: bool
    items: list[Item]


def _lists(blocks: Sequence[Block]) -> Iterator[_List]:
    """Yield each list; inner lists and code inside it do not end it."""
    is_headed, current = False, None
    for block in blocks:
        match block:
            case Heading(text=text):
                is_headed, current = bool(_STEPS.search(text)), None
            case Paragraph(content=content):
                said, current = "".join(map(shown, content)), None
                is_headed = is_headed or (said.endswith(":") and bool(_STEPS.search(said)))
            case Listing() if current is None:
                current = _List(is_headed, block.is_ordered, list(block.items))
                yield current
            case Listing() if current is not None:
                current.items.extend(block.items)


def _lines(items: Sequence[Item]) -> Iterator[str]:
    outer = min(item.level for item in items)
    for item in items:
        line = one_line(_BOX.sub("", "".join(map(shown, item.content)), count=1))
        if item.level == outer and line:
            yield clip(line, _LONGEST)
