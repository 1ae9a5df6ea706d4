"""The text that the finders look at, one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.investigators.brief.indicators import Hit
from bot.investigators.brief.refang import Written

# A value may touch other scripts and emphasis (`_evil.com_`), but no letter, digit or `x_`.
START = r"(?<![A-Za-z0-9])(?<![A-Za-z0-9]_)"
END = r"(?![A-Za-z0-9]|_[A-Za-z0-9])"


@dataclass(frozen=True, slots=True)
class Names:
    """The names about which the thread, or a setting, leaves no doubt."""

    known: frozenset[str] = frozenset()
    """Names that somebody defanged: domains wherever they stand, whatever they look like."""
    commits: frozenset[str] = frozenset()
    """What somebody called a commit: one wherever it stands."""
    machines: frozenset[str] = frozenset()
    """What an alert gives as the name of a host, or what is one of several: never a ticket."""
    tickets: frozenset[str] = frozenset()
    """What somebody called a ticket: one wherever it stands, whatever its form."""
    own: frozenset[str] = frozenset()
    """Domains of one's own, in lower case: no indicators, and links to them stay as they are."""

    def is_own(self, host: str) -> bool:
        """Whether a host belongs to one of one's own domains."""
        host = host.lower().rstrip(".")
        return any(host == domain or host.endswith(f".{domain}") for domain in self.own)


@dataclass(slots=True)
class Canvas:
    """A text in which everything that was found already is blank."""

    written: Written
    names: Names = field(default_factory=Names)
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.text = self.written.text

    def before(self, start: int, width: int = 40) -> str:
        """What stands right before a place, on the same line, found or not."""
        stretch = self.written.text[max(0, start - width) : start]
        return stretch[stretch.rfind("\n") + 1 :]

    def after(self, end: int, width: int = 40) -> str:
        """What stands right after a place, on the same line, found or not."""
        return self.written.text[end : end + width].partition("\n")[0]

    def blank(self, hits: Sequence[Hit]) -> None:
        """Hide what was found from the finders to come."""
        self.hide((hit.start, hit.end) for hit in hits)

    def hide(self, stretches: Iterator[tuple[int, int]]) -> None:
        """Hide stretches of the text."""
        pieces: list[str] = []
        end = 0
        for start, stop in sorted(stretches):
            if stop > end:
                start = max(start, end)
                pieces += (self.text[end:start], " " * (stop - start))
                end = stop
        self.text = "".join((*pieces, self.text[end:]))
