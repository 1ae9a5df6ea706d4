"""The parts of a document: headings, paragraphs, lists, tables, code; words, links, times."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.document.kinds import check


class TimeForm(StrEnum):
    """How much of a time is shown. Slack shows it in the reader's time zone."""

    CLOCK = "clock"
    DATE_AND_CLOCK = "date_and_clock"


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they are: nothing in them is markup."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An address, shown as `text` or as itself."""

    url: str
    text: str = ""
    bold: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Time:
    """A moment, aware; `url` makes it a link."""

    when: datetime
    form: TimeForm = TimeForm.CLOCK
    url: str = ""

    def __post_init__(self) -> None:
        if self.when.tzinfo is None:
            raise ValueError(f"a time needs its zone: {self.when}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is named and never pinged."""

    user_id: str
    name: str = ""


Inline = Text | Link | Time | Person
Inlines = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title of one line."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that belong together; a line end in them is kept."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Small:
    """Small print."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody else's words."""

    content: Inlines


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list; `level` 0 is the outermost."""

    content: Inlines
    level: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; an ordered one numbers each level.

    The items of the first item's level count from `start`, those of a deeper level from 1.
    """

    items: tuple[Item, ...]
    is_ordered: bool = False
    start: int = 1

    @property
    def numbers(self) -> tuple[int, ...]:
        """The number of each item."""
        counts: dict[int, int] = {}
        found: list[int] = []
        for item in self.items:
            counts = {level: count for level, count in counts.items() if level <= item.level}
            is_first = not found
            counts[item.level] = self.start if is_first else counts.get(item.level, 0) + 1
            found.append(counts[item.level])
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of code or of a log, as they are."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a header; in a document every row is as long as the header."""

    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]


class PlanState(StrEnum):
    """How far an item of a plan is."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """One thing that is going to be done; one line."""

    text: str
    state: PlanState = PlanState.PENDING

    def __post_init__(self) -> None:
        check(self.text, str, "PlanItem.text")
        object.__setattr__(self, "state", PlanState(self.state))


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: items that are done or still to come, under a title of one line."""

    title: str
    tasks: tuple[PlanItem, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between what stands above and below."""


@dataclass(frozen=True, slots=True)
class Break:
    """A break: the blocks after it begin a new page, or a new post."""


Block = Heading | Paragraph | Small | Quote | Listing | Code | Table | Plan | Rule | Break
