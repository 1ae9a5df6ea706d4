"""Who asks for approvals in a campaign, and who clicks when: all from the campaign's seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.chaos.plan import AUTHORS

FIRST_ASKING = 3_000_000
CARD_SECONDS = 30.0
"""How long a card of a campaign is open; those of real ones are for a day."""


class CardEnd(StrEnum):
    """How people deal with a card."""

    DECIDED = "decided"
    STOPPED = "withdrawn by a stop"
    DELETED = "withdrawn because its question is deleted"
    EXPIRED = "left alone"


class Death(StrEnum):
    """The moment at which a process is killed."""

    CLICK = "as somebody clicks"
    CALL = "as the call runs"
    RETURNED = "as the call has returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """One press of a button, `after` seconds since the one before it."""

    after: float
    author: str
    call: int
    approves: bool

    @property
    def action_id(self) -> str:
        """The button's."""
        return f"burrow_{'approve' if self.approves else 'deny'}_{self.call}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question whose investigator asks for approval of `calls` calls, in a thread of its own."""

    at: float
    number: int
    author: str
    calls: int
    seconds: float
    """How long each call takes."""
    end: CardEnd
    beside: bool
    """Whether somebody asks something else while the card is open."""
    clicks: tuple[Click, ...]
    death: Death | None
    target: int

    @property
    def text(self) -> str:
        """What stands in Slack."""
        return f"q{self.number} approve {self.calls} act {self.seconds:.2f}"

    def __str__(self) -> str:
        killed = f", kill -9 {self.death}" if self.death else ""
        return f"{self.at:7.2f} s  a card of {self.calls} calls, {self.end}{killed}"


def tool(number: int, call: int) -> str:
    """Return the name of a call's tool: no other call of the campaign has it."""
    return f"act{number}_{call}"


def askings(seed: int, *, messages: int, seconds: float) -> tuple[Asking, ...]:
    """Make those that this seed stands for; every end and every death is among them."""
    chance = random.Random(f"cards of {seed}")
    count = max(10, messages // 60)
    ends = [CardEnd.DECIDED] * (count - 3)
    ends += [CardEnd.STOPPED, CardEnd.DELETED, CardEnd.EXPIRED]
    chance.shuffle(ends)
    deaths: list[Death | None] = [*Death, Death.CALL, None]
    left: list[Death | None] = []
    found = []
    for number, end in enumerate(ends):
        left = left or chance.sample(deaths, len(deaths))
        calls = chance.randint(1, 3)
        is_decided = end is CardEnd.DECIDED
        found.append(
            Asking(
                at=chance.uniform(0, seconds * 0.8),
                number=FIRST_ASKING + 2 * number,
                author=chance.choice(AUTHORS),
                calls=calls,
                seconds=chance.uniform(0.2, 1),
                end=end,
                beside=chance.random() < 0.5,
                clicks=tuple(_clicks(chance, calls)) if is_decided else (),
                death=left.pop() if is_decided else None,
                target=chance.randrange(100),
            )
        )
    return tuple(sorted(found, key=lambda asking: asking.at))


def _clicks(chance: random.Random, calls: int) -> Iterator[Click]:
    """Each call is decided; some twice by one person, some at once by two who disagree."""
    for call in range(1, calls + 1):
        first = Click(
            after=chance.choice([0.0, chance.uniform(0, 1)]),
            author=chance.choice(AUTHORS),
            call=call,
            approves=chance.random() < 0.8,
        )
        yield first
        match chance.choice(["once", "twice", "both"]):
            case "twice":
                yield Click(after=0, author=first.author, call=call, approves=first.approves)
            case "both":
                author = chance.choice(AUTHORS)
                yield Click(after=0, author=author, call=call, approves=not first.approves)
