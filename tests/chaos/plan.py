"""The plan of a campaign: who writes what and what goes wrong when, all from one seed."""

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

AUTHORS = ("ann", "ben", "chloe")


class Kind(StrEnum):
    """What can go wrong."""

    KILL = "kill -9"
    KILL_AT_POST = "kill -9 whoever posts the next answer, at that moment"
    KILL_ON_THE_WIRE = "kill -9 whoever posts an answer, which Slack takes later"
    FREEZE = "stop one in the middle of its work, past the lease, then continue"
    TERMINATE = "SIGTERM, then start again"
    STORE_DOWN = "the store hangs"
    DROP = "envelopes dropped"
    DUPLICATE = "envelopes duplicated"
    DELAY = "envelopes delayed"
    REORDER = "envelopes reordered"
    IGNORE_ACK = "acks not counted"
    RESET_SOCKET = "a socket reset"
    HALF_OPEN = "a socket half-open"
    RECYCLE = "sockets to be reconnected"
    RATE_LIMIT = "posts rate-limited"
    POST_FAILS = "posts fail"
    POST_CUT = "posts cut off before they are applied"
    POST_UNCLEAR = "posts applied, their answers lost"
    POST_SLOW = "posts take long"
    UPDATE_FAILS = "an update fails"
    LOOKUP_FAILS = "reading the thread fails"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong, `at` seconds into the campaign.

    `target` picks a process or socket (modulo their number); `count` is of envelopes or calls.
    """

    at: float
    kind: Kind
    target: int = 0
    count: int = 1
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.at:7.2f} s  {self.kind} (target {self.target}, count {self.count},"
            f" {self.seconds:.1f} s)"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One message that somebody writes; the first of a thread begins it with a mention."""

    at: float
    number: int
    thread: int
    author: str
    script: str
    mentions: bool

    @property
    def text(self) -> str:
        """What stands in Slack."""
        return f"q{self.number} {self.script}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """One process hesitates: `after` seconds since an answer was posted, for so many `seconds`."""

    after: float
    target: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that depends on chance.

    `calm` comes last, when nothing fails any more, and processes only hesitate now and then.
    """

    seed: int
    seconds: float
    channels: int
    faults: tuple[Fault, ...]
    sayings: tuple[Saying, ...]
    calm: tuple[Saying, ...]
    pauses: tuple[Pause, ...]

    def lines(self) -> Iterator[str]:
        """The plan of faults as people read it."""
        yield f"seed {self.seed}: {len(self.sayings)} messages, {len(self.faults)} faults"
        yield from map(str, self.faults)


def plan_of(
    seed: int,
    *,
    messages: int,
    seconds: float,
    lease: float,
    above_all: Collection[Kind] = (),
) -> Plan:
    """Make the plan that this seed stands for. `lease` is the ttl in seconds.

    Half of the faults are of the kinds that are wanted `above_all`, if any.
    """
    chance = random.Random(seed)
    calm = max(400, min(800, messages // 4))
    threads = max(4, (messages - calm) // 8)
    return Plan(
        seed=seed,
        seconds=seconds,
        channels=max(4, messages // 100),
        faults=tuple(_faults(chance, seconds, lease, tuple(above_all))),
        sayings=tuple(_sayings(chance, messages - calm, threads, seconds)),
        calm=tuple(_calm(chance, calm, first_number=messages - calm, first_thread=threads)),
        pauses=tuple(_pauses(chance, calm)),
    )


def _faults(
    chance: random.Random, seconds: float, lease: float, above_all: Sequence[Kind]
) -> Iterator[Fault]:
    """Deal all kinds, shuffled, again and again, at about one each 2.5 seconds."""
    whole = [*Kind, Kind.KILL, Kind.KILL_ON_THE_WIRE, Kind.FREEZE]
    count = max(len(whole), int(seconds / 2.5))
    deck: list[Kind] = []
    for number in range(count):
        if not deck:
            deck = whole.copy()
            chance.shuffle(deck)
        kind = deck.pop()
        if above_all and number % 2:
            kind = above_all[number // 2 % len(above_all)]
        yield Fault(
            at=(number + chance.random()) * seconds / count,
            kind=kind,
            target=chance.randrange(100),
            count=chance.randint(1, 2 if kind is Kind.UPDATE_FAILS else 5),
            seconds=_length(chance, kind, lease),
        )


def _length(chance: random.Random, kind: Kind, lease: float) -> float:
    match kind:
        case Kind.FREEZE:
            return lease + chance.uniform(3, 8)
        case Kind.KILL | Kind.KILL_AT_POST | Kind.KILL_ON_THE_WIRE | Kind.TERMINATE:
            return chance.uniform(0, 2)
        case Kind.STORE_DOWN:
            return chance.choice([chance.uniform(0.5, 5), lease + chance.uniform(1, 3)])
        case Kind.HALF_OPEN:
            return 20.0
        case Kind.POST_SLOW:
            return chance.choice([0.5, 1.0, lease / 3])
        case Kind.DELAY:
            return chance.uniform(0.1, 2.5)
    return 0.0


def _sayings(chance: random.Random, count: int, threads: int, seconds: float) -> Iterator[Saying]:
    """Threads begin all along; what follows in each comes in bursts and after pauses."""
    begin = sorted(chance.uniform(0, seconds * 0.9) for _ in range(threads))
    times = [(at, thread, True) for thread, at in enumerate(begin)]
    for _ in range(count - threads):
        thread = chance.randrange(threads)
        pause = chance.choice(
            [chance.uniform(0, 0.3), chance.uniform(0, 5), chance.uniform(0, 30)]
        )
        times.append((min(begin[thread] + 0.01 + pause, seconds), thread, False))
    poisoned = chance.randrange(count // 2)
    for number, (at, thread, is_first) in enumerate(sorted(times)):
        mentions = is_first or chance.random() < 0.7
        script = "poison" if number == poisoned and mentions else _script(chance, mentions)
        author = chance.choice(AUTHORS)
        yield Saying(
            at=at, number=number, thread=thread, author=author, script=script, mentions=mentions
        )


def _script(chance: random.Random, mentions: bool) -> str:
    return chance.choices(
        [
            "",
            f"work {chance.uniform(0.05, 1):.2f}",
            f"work {chance.uniform(2, 8):.2f}",
            f"work 0.3 long {chance.randint(12_000, 40_000)}",
            "fail",
            "" if mentions else "quiet",
        ],
        weights=[30, 45, 10, 5, 3, 7],
    )[0]


def _calm(
    chance: random.Random, count: int, *, first_number: int, first_thread: int
) -> Iterator[Saying]:
    """In each thread one question after the other, each just as the one before it is answered.

    Their `at` counts from that moment.
    """
    threads = max(4, count // 25)
    for number in range(count):
        yield Saying(
            at=chance.uniform(0, 0.01),
            number=first_number + number,
            thread=first_thread + number % threads,
            author=chance.choice(AUTHORS),
            script="",
            mentions=True,
        )


def _pauses(chance: random.Random, count: int) -> Iterator[Pause]:
    """Long enough for a message to be refused meanwhile, and over long before a lease is."""
    for _ in range(count):
        yield Pause(
            after=chance.uniform(0, 0.006),
            target=chance.randrange(100),
            seconds=chance.uniform(0.03, 0.06),
        )
