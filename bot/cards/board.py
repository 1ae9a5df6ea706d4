"""Keeps the card in the thread as it stands in the store; no lock is needed for that."""

from collections.abc import Iterable

import structlog

from bot.cards.reading import Cards, OpenCard
from bot.cards.showing import actions_of, document_of
from bot.document.nodes import Inlines
from bot.document.values import Document
from bot.investigators.approvals import CallEnd
from bot.surfaces.contract import Surface
from session import SessionId

log = structlog.get_logger(__name__)


async def show(
    surface: Surface,
    opened: OpenCard,
    *,
    ends: Iterable[CallEnd] = (),
    over: Inlines = (),
    post_id: str | None = None,
) -> None:
    """Make the card say how it stands; best effort, for the record says the same.

    `over`, why nobody can decide any more, takes all buttons away. Without `post_id`, the post
    in which somebody clicked, the card is looked for.
    """
    found = post_id or _clicked(opened) or await surface.find(opened.card.label)
    if found is None:
        log.warning("card.not_found", card_id=opened.card.id)
        return
    document = await named(surface, document_of(opened, ends=ends, over=over))
    actions = [] if over else actions_of(opened)
    await surface.revise(found, document, actions=actions)


async def refresh(
    surface: Surface, cards: Cards, session_id: SessionId, *, key: str, post_id: str | None = None
) -> None:
    """Show a pending card as it stands now, for another decision may have been stored meanwhile.

    Only the card of that `key`: the post may be an earlier one's.
    """
    opened = await cards.of(session_id)
    if opened is not None and opened.is_pending and opened.card.key == key:
        await show(surface, opened, post_id=post_id)


async def named(surface: Surface, document: Document) -> Document:
    """Return the document with people's names."""
    people = document.people
    return document.with_names(await surface.names(sorted(people))) if people else document


def _clicked(opened: OpenCard) -> str | None:
    posts = (str(entry.attributes.get("post") or "") for entry in opened.entries.values())
    return next(filter(None, posts), None)
