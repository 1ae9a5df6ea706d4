"""Makes words of investigators and errors fit to be stored and shown."""

from bot.document.characters import visible
from bot.redact import redact

LONGEST = 500
"""Characters of a reason."""
_LONGEST_READ = 2_000


def described(error: BaseException) -> str:
    """Name an error, and say what it says of itself, if it can: its text is anybody's code."""
    kind = type(error).__name__
    try:
        said = str(error)
    except BaseException:  # noqa: BLE001 - also one that would end the process
        return f"{kind} (its text cannot be read)"
    return storable(f"{kind}: {said}" if said else kind)


def storable(reason: str) -> str:
    """Return a reason without secrets, and without what no store takes; a long one is cut."""
    return redact(visible(reason[:_LONGEST_READ]))[:LONGEST]


def line_of(text: str, most: int) -> str:
    """Return words of an investigator as one line of at most so many characters."""
    line = " ".join(redact(visible(text[: 4 * most])).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
