"""Shows a card to people: its calls in full, the decisions so far, the buttons that are left."""

from collections.abc import Iterable, Iterator, Sequence

from bot.cards import words
from bot.cards.card import Card
from bot.cards.reading import OpenCard, is_approved
from bot.document.exact import exact
from bot.document.nodes import (
    Code,
    Inline,
    Inlines,
    Item,
    Listing,
    Paragraph,
    Person,
    Text,
    Time,
    TimeForm,
)
from bot.document.plain import plain_text
from bot.document.posts import Action
from bot.document.runs import shown
from bot.document.values import Document
from bot.investigators.approvals import CallEnd, PendingCall
from session import Message

APPROVE_ACTION, DENY_ACTION = "burrow_approve", "burrow_deny"


class NotShownError(ValueError):
    """A call cannot be shown to people exactly as it would run."""


def asking(card: Card) -> tuple[Document, Document]:
    """Return what a turn posts that asks: the calls with all of their arguments, and the card.

    Raises `NotShownError`.
    """
    whole, summary = Document(tuple(_calls_of(card))), document_of(OpenCard.new(card))
    if not all(_is_seen(it, plain_text(whole), plain_text(summary)) for it in card.calls):
        raise NotShownError("a call holds what looks like a secret")
    return whole, summary


def _is_seen(it: PendingCall, whole: str, summary: str) -> bool:
    names = exact(it.tool), exact(it.server)
    return exact(it.arguments) in whole and all(
        name in whole and name in summary for name in names
    )


def document_of(opened: OpenCard, *, ends: Iterable[CallEnd] = (), over: Inlines = ()) -> Document:
    """Return the card as it stands; `over` says why nobody can decide any more."""
    return Document(tuple(_blocks(opened, ends, over)))


def actions_of(opened: OpenCard) -> list[Action]:
    """Return the buttons of the calls about which nobody has decided yet."""
    card, actions = opened.card, list[Action]()
    for number, it in enumerate(card.calls, start=1):
        if it.id not in opened.entries:
            value, of = f"{card.key}/{number}", len(card.calls)
            for action, text in ((APPROVE_ACTION, words.APPROVE), (DENY_ACTION, words.DENY)):
                text = words.button(text, number, of)
                actions.append(Action(id=f"{action}_{number}", text=text, value=value))
    return actions


def lines_of(opened: OpenCard, ends: Iterable[CallEnd] = ()) -> Document:
    """Return a line for each decided call: what became of it, and who decided."""
    known = {end.call_id: end for end in ends}
    items = [
        Item(tuple(_line(it, opened.entries[it.id], known.get(it.id))))
        for it in opened.card.calls
        if it.id in opened.entries
    ]
    return Document((Listing(tuple(items)),) if items else ())


def _calls_of(card: Card) -> Iterator[Paragraph | Code]:
    for number, it in enumerate(card.calls, start=1):
        named = (*_number(number, len(card.calls)), *_name(it), Text(words.ARGUMENTS))
        yield Paragraph(named)
        yield Code(exact(it.arguments))


def _blocks(
    opened: OpenCard, ends: Iterable[CallEnd] = (), over: Inlines = ()
) -> Iterator[Paragraph | Listing]:
    card, known = opened.card, {end.call_id: end for end in ends}
    yield Paragraph((Text(words.title(len(card.calls)), bold=True),))
    items = []
    for number, it in enumerate(card.calls, start=1):
        entry = opened.entries.get(it.id)
        state = _state(entry, known.get(it.id), is_over=bool(over))
        # In few nodes: a card and its buttons have 3 KB.
        named = "".join(map(shown, (*_number(number, len(card.calls)), *_name(it))))
        first, *others = state
        items.append(Item((Text(f"{named}: {shown(first)}"), *others)))
    yield Listing(tuple(items))
    asked = (Text(words.ASKED_BY), *_people(card.asked_by))
    if over:
        yield Paragraph((*asked, Text(". "), *over))
    elif opened.is_decided:
        yield Paragraph((*asked, Text(".")))
    else:
        until = Time(card.until, TimeForm.DATE_AND_CLOCK)
        yield Paragraph((*asked, Text(words.OPEN_UNTIL), until, Text(".")))


def _number(number: int, of: int) -> Iterator[Inline]:
    if of > 1:
        yield Text(f"{number}. ")


def _name(it: PendingCall) -> Iterator[Inline]:
    yield Text(exact(it.tool), code=True)
    if it.server:
        yield Text(words.OF_SERVER)
        yield Text(exact(it.server), code=True)


def _people(user_ids: Sequence[str]) -> Iterator[Inline]:
    for number, user_id in enumerate(user_ids):
        if number:
            yield Text(", ")
        yield Person(user_id)


def _state(entry: Message | None, end: CallEnd | None, *, is_over: bool) -> Iterator[Inline]:
    """Say how it stands with one call."""
    if entry is None:
        yield Text(words.NOT_RUN if is_over else words.UNDECIDED)
        return
    yield Text(words.APPROVED_BY if is_approved(entry) else words.DENIED_BY)
    yield Person(entry.author_id)
    if not is_approved(entry) or (end is None and is_over):
        yield Text(f", {words.NOT_RUN}")
    elif end is not None:
        yield Text(f", {words.ended(end.state, end.why)}")


def _line(it: PendingCall, entry: Message, end: CallEnd | None) -> Iterator[Inline]:
    yield from _name(it)
    if not is_approved(entry):
        yield Text(f": {words.NOT_RUN}.{words.DENIED_SENTENCE}")
    else:
        became = words.NOT_RUN if end is None else words.ended(end.state, end.why)
        yield Text(f": {became}.{words.APPROVED_SENTENCE}")
    yield Person(entry.author_id)
    yield Text(".")
