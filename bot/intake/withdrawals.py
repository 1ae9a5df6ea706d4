"""Cards that are to go without anybody's click: their time is up, or their question is gone."""

from collections.abc import Callable

import structlog

from bot.cards.reading import Cards
from bot.messages import DELETED, EXPIRED, WITHDRAWAL
from session import (
    Message,
    MessageId,
    MessageState,
    NewMessage,
    Outcome,
    Repository,
    Resolver,
    SessionId,
    new_request_id,
)

log = structlog.get_logger(__name__)


class Withdrawals:
    """Stores the request once, however many notice it; the session's next holder heeds it."""

    def __init__(
        self,
        repository: Repository,
        resolver: Resolver,
        cards: Cards,
        assign: Callable[[SessionId, str], None],
    ) -> None:
        self._repository = repository
        self._resolver = resolver
        self._cards = cards
        self._assign = assign

    async def expire(self, question: Message) -> None:
        """Have a card withdrawn whose question has been parked for too long."""
        await self._withdraw(question, EXPIRED)

    async def delete(self, message_id: MessageId) -> None:
        """Have a card withdrawn whose question was taken back, if this was one."""
        message = await self._repository.get_message(message_id)
        if message is not None and is_parked_for_approval(message):
            await self._withdraw(message, DELETED)

    async def _withdraw(self, question: Message, why: str) -> None:
        session = await self._repository.get_session(question.session_id)
        opened = await self._cards.of(question.session_id)
        if session is None or session.thread is None:
            return
        if opened is None or question.id not in opened.card.questions:
            # A question that nobody would ever come for.
            await self._repository.settle(question.id, why)
            log.error("question.without_card", message_id=question.id, why=why)
            return
        message = NewMessage(
            id=MessageId(f"{opened.card.id}/{why}/{question.id}"),
            kind=WITHDRAWAL,
            author_id=question.author_id,
            text="",
            sent_at=self._repository.date(),
            request_id=new_request_id(),
            attributes={"card": opened.card.id, "why": why},
        )
        receipt = await self._resolver.resolve_slack_session(
            session.thread, question.author_id, message=message
        )
        if receipt.message.is_open:
            self._assign(receipt.session.id, "")


def is_parked_for_approval(message: Message) -> bool:
    """Tell what waits for an approval from what waits until its author is known."""
    return message.state is MessageState.PARKED and message.outcome == Outcome.PARKED
