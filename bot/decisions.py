"""Clicks on cards: each decision is stored before it is acked, and shown at once."""

from collections.abc import Callable

import structlog

from bot.cards.board import refresh
from bot.cards.reading import Cards
from bot.document.sentences import sentence
from bot.errands import Errands
from bot.intake.approvals import Approvals, DecisionClick, refusal_of_duplicate
from bot.slack.people import People
from bot.surfaces.contract import Surface
from bot.turns.slots import NOBODY
from bot.turns.workers import Workers
from session import (
    Message,
    Resolver,
    SlackThread,
    current_request_id,
    request_scope,
    slack_session_id,
)

log = structlog.get_logger(__name__)


class Decisions:
    """Takes decisions in; the session's next holder carries out what is decided."""

    def __init__(
        self,
        approvals: Approvals,
        cards: Cards,
        resolver: Resolver,
        people: People,
        workers: Workers,
        errands: Errands,
        surface_of: Callable[[SlackThread], Surface],
    ) -> None:
        self._approvals = approvals
        self._cards = cards
        self._resolver = resolver
        self._people = people
        self._workers = workers
        self._errands = errands
        self._surface_of = surface_of

    async def take_in(self, click: DecisionClick) -> None:
        """Store a decision. Raises `SessionError` if it could not be stored: then no ack."""
        surface = self._surface_of(click.thread)
        with request_scope(current_request_id()) as request_id:
            decided = await self._approvals.rule(click, request_id)
            if decided.message is None:
                self._refuse(surface, click, decided.refusal)
                return
            receipt = await self._resolver.resolve_slack_session(
                click.thread, click.user_id, message=decided.message
            )
            if receipt.message.is_open:
                self._workers.assign(receipt.session.id, request_id, NOBODY)
        if receipt.is_new:
            log.info("decision.stored", user_id=click.user_id, approves=click.approves)
        else:
            self._errands.start(self._tell(surface, click, receipt.message))
        self._refresh(surface, click)

    def _refuse(self, surface: Surface, click: DecisionClick, why: str | None) -> None:
        """Tell somebody why a click did not count. A double click needs no word."""
        log.info("decision.refused", user_id=click.user_id, why=why)
        if why:
            self._errands.start(surface.hint(click.user_id, sentence(why)))
        self._refresh(surface, click)

    def _refresh(self, surface: Surface, click: DecisionClick) -> None:
        """Take the buttons away at once; no lock is needed for that."""
        session_id = slack_session_id(click.thread)
        self._errands.start(
            refresh(surface, self._cards, session_id, key=click.card_key, post_id=click.post_id)
        )

    async def _tell(self, surface: Surface, click: DecisionClick, stored: Message) -> None:
        """Tell somebody that another decision was first."""
        name = await self._people.name(stored.author_id)
        if refusal := refusal_of_duplicate(click, stored, name):
            await surface.hint(click.user_id, sentence(refusal))
