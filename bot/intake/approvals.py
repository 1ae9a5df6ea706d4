"""Clicks on a card's buttons: who decided what about which call, and whether that counts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from bot.cards import words
from bot.cards.card import Card
from bot.cards.reading import Cards, OpenCard, is_approved
from bot.cards.showing import APPROVE_ACTION, DENY_ACTION
from bot.intake.admission import AUTHOR_SECONDS, Admission
from bot.intake.clicks import first_of, mapping_of
from bot.intake.incoming import id_of, text_of
from bot.messages import APPROVAL
from bot.slack.addresses import is_ts, sent_at
from bot.slack.me import Me
from bot.slack.people import People
from session import Message, NewMessage, Repository, SlackThread, slack_session_id

ACTIONS = re.compile(rf"(?:{APPROVE_ACTION}|{DENY_ACTION})_[1-9]")
_VALUE = re.compile(r"([0-9a-f]{8})/([1-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionClick:
    """A click of one person on one button of one card."""

    thread: SlackThread
    user_id: str
    ts: str
    post_id: str
    """The `ts` of the card's post."""
    card_key: str
    number: int
    """The call's, beginning with 1."""
    approves: bool

    @classmethod
    def of(cls, body: Mapping[str, Any], me: Me) -> Self | None:
        """Read a click; None for a payload that names no card, person, thread or time.

        https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
        """
        container, action = mapping_of(body.get("container")), first_of(body.get("actions"))
        channel_id, post_id = id_of(container, "channel_id"), text_of(container, "message_ts")
        thread_ts, ts = text_of(container, "thread_ts") or post_id, text_of(action, "action_ts")
        user_id = id_of(mapping_of(body.get("user")), "id")
        value = _VALUE.fullmatch(text_of(action, "value"))
        if not (value and channel_id and user_id and all(map(is_ts, (thread_ts, post_id, ts)))):
            return None
        return cls(
            thread=SlackThread(team_id=me.team_id, channel_id=channel_id, thread_ts=thread_ts),
            user_id=user_id,
            ts=ts,
            post_id=post_id,
            card_key=value[1],
            number=int(value[2]),
            approves=text_of(action, "action_id").startswith(APPROVE_ACTION),
        )

    def is_about(self, card: Card) -> bool:
        """Tell whether the button is one of this card's."""
        return self.card_key == card.key and self.number <= len(card.calls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The decision about a click: a message to store, or a refusal to tell its author."""

    message: NewMessage | None = None
    refusal: str | None = None


class Approvals:
    """Lets a decision in only from somebody who is known to be an approver."""

    def __init__(
        self, repository: Repository, cards: Cards, admission: Admission, people: People
    ) -> None:
        self._repository = repository
        self._cards = cards
        self._admission = admission
        self._people = people

    async def rule(self, click: DecisionClick, request_id: str) -> Decided:
        """Say what to do with a click. Raises what the store raises."""
        opened = await self._cards.of(slack_session_id(click.thread))
        if opened is None or not click.is_about(opened.card):
            return Decided(refusal=words.OVER)
        if stored := opened.entries.get(opened.card.calls[click.number - 1].id):
            name = await self._people.name(stored.author_id)
            return Decided(refusal=refusal_of_duplicate(click, stored, name))
        if not self._is_open(opened):
            return Decided(refusal=words.OVER)
        person = await self._people.within(AUTHOR_SECONDS, click.user_id)
        if person is None:
            return Decided(refusal=words.TRY_AGAIN)
        if not self._admission.lets_approve(person):
            return Decided(refusal=words.MAY_NOT)
        return Decided(message=_message(click, opened, request_id))

    def _is_open(self, opened: OpenCard) -> bool:
        return opened.is_pending and self._repository.date() < opened.card.until


def refusal_of_duplicate(click: DecisionClick, stored: Message, name: str) -> str | None:
    """Say who was faster; None where it is the same person's same decision."""
    if stored.author_id == click.user_id and is_approved(stored) == click.approves:
        return None
    return words.decided_already(is_approved(stored), name)


def _message(click: DecisionClick, opened: OpenCard, request_id: str) -> NewMessage:
    """Make what is stored: its id comes from card and call, so the first decision wins."""
    return NewMessage(
        id=opened.card.decision_id(click.number),
        kind=APPROVAL,
        author_id=click.user_id,
        text="approved" if click.approves else "denied",
        sent_at=sent_at(click.ts),
        request_id=request_id,
        attributes={
            "card": opened.card.id,
            "approves": click.approves,
            "post": click.post_id,
        },
    )
