"""Finds what a brief tells beside its case: other cases that saw the same, and a runbook."""

import asyncio
from collections.abc import Sequence

from bot.document.thread import ThreadMessage
from bot.investigators.brief.beside import Beside
from bot.investigators.brief.digest import Digest
from bot.investigators.brief.runbooks import Match, Runbooks
from bot.investigators.brief.telling import asked_elsewhere, key_of
from bot.investigators.contract import SightingsView

_MOST_ALERTS = 10
_LONGEST = 4_000
"""Characters of what is said that a runbook is looked for by."""


async def look_beside(
    known: Digest,
    read: Sequence[ThreadMessage],
    asked: str,
    sightings: SightingsView,
    runbooks: Runbooks | None,
) -> Beside:
    """Ask other cases, and choose the runbook; `read` are all messages that the case was read of.

    A case that begins with one of these messages is no other case, and neither is one that saw
    no more than these.
    """
    indicators = await asyncio.to_thread(asked_elsewhere, [*known.entries, *known.in_files])
    seen = await sightings.seen_before(list(indicators))
    match = await asyncio.to_thread(_best, known, asked, runbooks) if runbooks else None
    beside = Beside(asked=indicators, seen=seen, runbook=match)
    here = {(key_of(it), entry.when) for entry in known.entries for it in entry.indicators}
    return beside.without({message.link for message in read}).beyond(here)


def _best(known: Digest, asked: str, runbooks: Runbooks) -> Match | None:
    """Choose by what alerts say, by the question, and by how people describe it first."""
    alerts = [entry.text for entry in known.entries if entry.is_alert][-_MOST_ALERTS:]
    said = [asked, *(entry.text for entry in known.told[:1] if not entry.is_alert)]
    return runbooks.best("\n".join(alerts)[:_LONGEST], "\n".join(said)[:_LONGEST])
