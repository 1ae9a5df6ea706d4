"""Finds the indicators in a text: addresses, names, hashes, ids, error signatures."""

from collections.abc import Callable, Iterator

from bot.investigators.brief.finders.addresses import find_ipv4, find_ipv6
from bot.investigators.brief.finders.canvas import Canvas, Names
from bot.investigators.brief.finders.decoys import hide_decoys
from bot.investigators.brief.finders.errors import find_errors
from bot.investigators.brief.finders.fingerprints import find_hashes
from bot.investigators.brief.finders.ids import find_arns, find_ids, find_secrets
from bot.investigators.brief.finders.links import find_emails, find_urls, hide_labels, with_labels
from bot.investigators.brief.finders.machines import find_machines
from bot.investigators.brief.finders.names import find_names
from bot.investigators.brief.finders.tickets import find_tickets
from bot.investigators.brief.indicators import Hit
from bot.investigators.brief.refang import Written, refang

# The order matters: what one finder takes, the later ones do not see.
_LINKS = (find_arns, find_urls, find_secrets)
_FINDERS = (
    *(find_emails, find_ipv4, find_ipv6, find_ids, find_errors, find_tickets, find_hashes),
    find_names,
    find_machines,
)
_NOBODY = Names()


def extract(
    text: str | Written,
    names: Names = _NOBODY,
    labels: tuple[tuple[str, str], ...] = (),
) -> list[Hit]:
    """Return the indicators of a text, in the order in which they stand there.

    A plain text is refanged first; places count in the refanged text. An indicator inside another
    one (the host of a URL) is a hit of its own, over the same stretch. `labels` are (label,
    target) of links that stand in the text as `label (target)`.
    """
    canvas = Canvas(refang(text) if isinstance(text, str) else text, names)
    other_hosts = hide_labels(canvas, labels)
    hits = _found(canvas, _LINKS)
    hide_decoys(canvas)
    hits = with_labels(hits, other_hosts) + _found(canvas, _FINDERS)
    return sorted(hits, key=lambda hit: hit.start)


def _found(canvas: Canvas, finders: tuple[Callable[[Canvas], Iterator[Hit]], ...]) -> list[Hit]:
    hits: list[Hit] = []
    for find in finders:
        found = list(find(canvas))
        canvas.blank(found)
        hits += found
    return hits
