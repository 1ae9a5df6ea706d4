"""Whispers to the author of a message at once: help, status, a refusal."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from bot import words
from bot.cards import words as card_words
from bot.cards.reading import Cards
from bot.document.nodes import Link, Paragraph, Text
from bot.document.sentences import sentence
from bot.document.values import Document
from bot.intake.catch_up import CatchUp
from bot.intake.commands import CATCH_UP, DECIDE, HELP, STATUS
from bot.intake.incoming import Incoming
from bot.intake.rules import Rule, Ruling
from bot.intake.thread_sessions import session_of
from bot.load import Load
from bot.messages import ALERT, CASES, app_of
from bot.slack.people import People
from bot.surfaces.contract import Surface
from bot.words import status as status_words
from session import (
    ANSWER,
    Bounded,
    Repository,
    Resolver,
    SessionError,
    SlackThread,
    slack_session_id,
)

log = structlog.get_logger(__name__)

_REMEMBERED = 1_000
_REFUSALS = {Rule.EXTERNAL: words.REFUSED_EXTERNAL, Rule.NO_ASKER: words.REFUSED_ASKER}


class Replies:
    """Whispers to the asker alone; nothing of it is stored."""

    def __init__(
        self,
        repository: Repository,
        resolver: Resolver,
        people: People,
        surface_of: Callable[[SlackThread], Surface],
        help_text: str,
        load_of: Callable[[str], Load],
        catch_up: CatchUp,
    ) -> None:
        self._repository = repository
        self._resolver = resolver
        self._people = people
        self._surface_of = surface_of
        self._help = help_text
        self._load_of = load_of
        self._catch_up = catch_up
        self._cards = Cards(repository)
        self._pointed: Bounded[tuple[str, str], None] = Bounded(_REMEMBERED)

    async def give(self, incoming: Incoming, ruling: Ruling) -> None:
        """Whisper what a ruling that stores nothing calls for."""
        if ruling.command == CATCH_UP and ruling.rule.takes and ruling.is_author_known:
            await self._catch_up.give(incoming)
            return
        surface = self._surface_of(incoming.thread)
        if ruling.command == DECIDE and ruling.rule not in _REFUSALS:
            await self._point_to_card(incoming, surface)
            return
        text = await self._text(incoming, ruling)
        await surface.hint(incoming.user_id, sentence(text), about=incoming.ts)

    async def _point_to_card(self, incoming: Incoming, surface: Surface) -> None:
        """Say once to each person and card that words decide nothing, with a link to it."""
        opened = await self._cards.of(slack_session_id(incoming.thread))
        if opened is None or (opened.card.id, incoming.user_id) in self._pointed:
            return
        self._pointed[opened.card.id, incoming.user_id] = None
        found = await surface.find(opened.card.label)
        card = card_words.THE_CARD
        where = Link(surface.address(found), card) if found else Text(card)
        said = (Text(f"{card_words.NOT_BY_WORDS} "), where, Text("."))
        await surface.hint(incoming.user_id, Document((Paragraph(said),)), about=incoming.ts)

    async def _text(self, incoming: Incoming, ruling: Ruling) -> str:
        if ruling.rule in _REFUSALS:
            return refusal_text(ruling.rule)
        if ruling.command == HELP:
            return self._help
        if ruling.command == CATCH_UP:
            return words.UNKNOWN
        if ruling.command == STATUS:
            return await self._whole_status(incoming)
        return no_session(incoming.thread)

    async def _whole_status(self, incoming: Incoming) -> str:
        try:
            here = await self._status(incoming.thread)
            return f"{here} {await self._elsewhere(incoming.user_id)}".strip()
        except SessionError as error:
            log.warning("status.not_known", reason=str(error))
            return status_words.AWAY

    async def _status(self, thread: SlackThread) -> str:
        session = await session_of(self._resolver, thread)
        if session is None:
            return no_session(thread)
        entries = await self._repository.open_messages(session.id)
        questions = [entry for entry in entries if entry.kind in CASES]
        running = [entry for entry in questions if entry.turn_id is not None]
        owed = sum(entry.kind == ANSWER for entry in entries)
        now = self._repository.now()
        if session.lease is None or not session.held_at(now) or not running:
            idle = status_words.idle(len(questions), owed, muted=session.muted)
            opened = await self._cards.of(session.id)
            return f"{idle} {card_words.WAITS}" if opened and opened.is_pending else idle
        seconds = max(now - session.lease.acquired_at, timedelta(0)).total_seconds()
        behind, request_id = len(questions) - len(running), session.lease.holder_id
        if running[0].kind == ALERT:
            return status_words.running_alert(app_of(running[0]), seconds, behind, request_id)
        asker = await self._people.name(running[0].author_id)
        return status_words.running(asker, seconds, behind, request_id)

    async def _elsewhere(self, user_id: str) -> str:
        """Say how much runs and waits in all threads, where anything does."""
        load = self._load_of(user_id)
        if not (load.running or load.queued):
            return ""
        instances = len(await self._repository.instances())
        return status_words.load(load.running, load.queued, load.own_queued, instances)


def no_session(thread: SlackThread) -> str:
    """Say that there is no session; of direct messages each begins a thread."""
    return words.NO_SESSION_DIRECT if thread.channel_id.startswith("D") else words.NO_SESSION


def calls_for_a_reply(ruling: Ruling, *, asks: bool) -> bool:
    """Tell whether somebody is to be told something about a message that is not stored."""
    is_over_limit = asks and ruling.rule.is_limit
    return ruling.rule in _REFUSALS or ruling.rule.takes or is_over_limit


def refusal_text(rule: Rule) -> str:
    """Say why somebody may not ask; another bot is told nothing more exact."""
    return _REFUSALS.get(rule, words.REFUSED_EXTERNAL)


def refusal_of_stop(ruling: Ruling) -> str | None:
    """Say why a click on a stop button did nothing; None where nobody is to be told."""
    if ruling.rule in _REFUSALS:
        return refusal_text(ruling.rule)
    if ruling.stops:
        return words.OLD_BUTTON
    is_over = ruling.rule.takes or ruling.rule is Rule.NO_SESSION
    return words.NOTHING_RUNNING if is_over else None
