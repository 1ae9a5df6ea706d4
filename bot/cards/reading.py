"""Reads a session's card together with all that people decided about it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from bot.cards.card import NOTEBOOK, Card
from bot.investigators.approvals import CallEnd, Decision, PendingCall, Verdict
from session import Message, MessageState, Repository, SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCard:
    """A card that no turn has dealt with to its end."""

    card: Card
    entries: Mapping[str, Message]
    """The decisions, as they are stored, by the ids of their calls."""
    questions: Sequence[Message]
    """Its questions that are not closed."""

    @classmethod
    def new(cls, card: Card) -> Self:
        """Return a card as it stands before anybody has decided."""
        return cls(card=card, entries={}, questions=())

    def handed_over(self) -> Self:
        """Return it as it stands once its decisions are closed in the store."""
        entries = {
            call_id: replace(entry, state=MessageState.CLOSED)
            for call_id, entry in self.entries.items()
        }
        return replace(self, entries=entries)

    @property
    def is_decided(self) -> bool:
        """Whether people have decided about every call."""
        return len(self.entries) == len(self.card.calls)

    @property
    def is_handed_over(self) -> bool:
        """Whether a turn took the decisions up: it may have carried them out."""
        states = {entry.state for entry in self.entries.values()}
        return self.is_decided and states == {MessageState.CLOSED}

    @property
    def is_pending(self) -> bool:
        """Whether people can still decide, or what they decided can still be carried out."""
        return bool(self.questions) and not self.is_handed_over

    @property
    def pending_calls(self) -> tuple[PendingCall, ...]:
        """The calls of a card that is pending."""
        return self.card.calls if self.is_pending else ()

    def decisions(self, *, are_ours: bool) -> tuple[Decision, ...]:
        """Return what is decided; what an earlier turn had approved calls of is unknown.

        `are_ours`: it is this very turn that took them up.
        """
        ends = {end.call_id: end for end in self.card.ends}
        return tuple(
            Decision(
                call_id=call_id,
                verdict=_verdict(entry, ends.get(call_id), are_ours),
                user_id=entry.author_id,
                end=ends.get(call_id),
            )
            for call_id, entry in self.entries.items()
        )


class Cards:
    """The cards of all sessions."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    async def of(self, session_id: SessionId) -> OpenCard | None:
        """Return the session's card, if it has one."""
        card = Card.read(await self._repository.read_notebook(session_id, NOTEBOOK))
        if card is None:
            return None
        ids = [card.decision_id(number) for number in range(1, len(card.calls) + 1)]
        wanted = [*ids, *card.questions]
        found = await asyncio.gather(*map(self._repository.get_message, wanted))
        decided, questions = found[: len(ids)], found[len(ids) :]
        return OpenCard(
            card=card,
            entries={
                call.id: entry
                for call, entry in zip(card.calls, decided, strict=True)
                if entry is not None
            },
            questions=[it for it in questions if it and it.state is not MessageState.CLOSED],
        )


def is_approved(entry: Message) -> bool:
    """Tell whether a stored decision is an approval."""
    return entry.attributes.get("approves") is True


def _verdict(entry: Message, end: CallEnd | None, are_ours: bool) -> Verdict:
    if not is_approved(entry):
        return Verdict.DENIED
    if end is not None:
        return Verdict.OVER
    return Verdict.APPROVED if are_ours else Verdict.UNKNOWN
