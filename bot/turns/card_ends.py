"""Decides what the end of a turn does to its session's card."""

from collections.abc import Iterable
from dataclasses import replace

from bot.cards.board import show
from bot.cards.card import LASTS, NO_CARD, Card
from bot.cards.reading import OpenCard, is_approved
from bot.cards.showing import actions_of, asking, lines_of
from bot.document.nodes import Inlines
from bot.document.values import Document
from bot.investigators.approvals import CallEnd, CallState, PendingCall
from bot.observe.series import APPROVALS
from bot.turns.ending import Ending, Tail
from bot.turns.open_turn import OpenTurn
from bot.turns.stopping import ended_by
from session import Message, MessageState, Outcome, Repository, answer_id


def parking(
    turn: OpenTurn,
    repository: Repository,
    questions: Iterable[Message],
    wanted: tuple[PendingCall, ...],
) -> Ending:
    """End a turn with a card, which asks people to approve these calls.

    Raises `NotShownError` where people could not see them as they would run.
    """
    parked = tuple(questions)
    card = Card(
        id=answer_id(turn.id),
        calls=wanted,
        questions=tuple(it.id for it in parked),
        asked_by=tuple(dict.fromkeys(it.author_id for it in parked)),
        until=repository.date() + LASTS,
    )
    return Ending(
        outcome=Outcome.PARKED,
        messages=parked,
        tail=Tail(documents=asking(card), actions=actions_of(OpenCard.new(card))),
        records=(card.as_notebook(),),
        parked_until=repository.now() + LASTS,
    )


def with_card(ending: Ending, opened: OpenCard | None, told: Iterable[CallEnd] = ()) -> Ending:
    """Have the ending of a turn deal with the card, in the same commit.

    Of calls that were handed over, the thread gets a line each; `told` is what became of them. A
    card whose questions all end here goes with its decisions.
    """
    if opened is None:
        return ending
    if opened.is_handed_over:
        lines = lines_of(opened, ends_of(opened, told))
        answer = lines + (ending.answer or Document())
        return replace(ending, answer=answer, records=ending.records or (NO_CARD,))
    ended = {it.id for it in ending.messages}
    if any(question.id not in ended for question in opened.questions):
        return ending
    decisions = [it for it in opened.entries.values() if it.state is not MessageState.CLOSED]
    more = [it for it in decisions if it.id not in ended]
    return replace(ending, messages=(*ending.messages, *more), records=(NO_CARD,))


def ends_of(opened: OpenCard, told: Iterable[CallEnd]) -> list[CallEnd]:
    """Say of each approved call what became of it; of what nobody told it is not known."""
    known = {end.call_id: end for end in (*opened.card.ends, *told)}
    return [
        known.get(call_id) or CallEnd(call_id=call_id, state=CallState.UNKNOWN)
        for call_id, entry in opened.entries.items()
        if is_approved(entry)
    ]


def withdrawn_by(stops: Iterable[Message], opened: OpenCard | None) -> list[Message]:
    """Return the questions of a pending card that these stops end."""
    if opened is None or not opened.is_pending:
        return []
    return ended_by(list(stops), opened.questions)


def goes_with(opened: OpenCard | None, ending: Ending) -> bool:
    """Tell whether nobody can decide any more about a card that was pending."""
    return opened is not None and opened.is_pending and NO_CARD in ending.records


def show_afterwards(
    turn: OpenTurn,
    opened: OpenCard | None,
    *,
    ends: Iterable[CallEnd] = (),
    over: Inlines = (),
    outcome: str = "withdrawn",
) -> None:
    """Have the card say how it ended; `over`: its calls ended undecided, with that outcome."""
    if opened is not None:
        if over:
            turn.recorder.count(APPROVALS, outcome, by=len(opened.card.calls))
        told = tuple(ends)
        turn.afterwards(lambda: show(turn.surface, opened, ends=told, over=over))
