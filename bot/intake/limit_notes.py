"""Shows an author that a question is one too many: a sign on each, a line once an hour."""

import asyncio
from collections.abc import Callable

import structlog

from bot import words
from bot.document.posts import Sign
from bot.document.sentences import sentence
from bot.intake.incoming import Incoming
from bot.intake.limits import HOUR, LimitReached, QuestionLimits
from bot.intake.rules import Rule
from bot.surfaces.contract import Surface
from session import Bounded, Repository, SlackThread, StorageError

log = structlog.get_logger(__name__)

LOOK_AFTER = 2.0
"""Seconds, in which another instance that has room may store the question: it got the twin."""
_REMEMBERED = 4_000


class LimitNotes:
    """Best effort, like all signs; nothing of it is stored."""

    def __init__(
        self,
        repository: Repository,
        limits: QuestionLimits,
        surface_of: Callable[[SlackThread], Surface],
        monotonic: Callable[[], float],
    ) -> None:
        self._repository = repository
        self._limits = limits
        self._surface_of = surface_of
        self._monotonic = monotonic
        self._told: Bounded[tuple[Rule, str], float] = Bounded(_REMEMBERED)

    async def give(self, incoming: Incoming, rule: Rule) -> None:
        """Show that a question was left alone, unless it was stored after all."""
        await asyncio.sleep(LOOK_AFTER)
        if await self._is_stored(incoming):
            return
        surface = self._surface_of(incoming.thread)
        await surface.mark(incoming.ts, Sign.OVER_LIMIT)
        key, now = (rule, incoming.user_id), self._monotonic()
        if now - self._told.get(key, now - HOUR) < HOUR:
            return
        self._told[key] = now
        reached = self._limits.reached(incoming, rule)
        log.info(
            "question.over_limit",
            **incoming.whereabouts,
            rule=rule.name.lower(),
            most=reached.most,
        )
        if not await surface.hint(incoming.user_id, sentence(_text(reached)), about=incoming.ts):
            self._told.pop(key, None)

    async def _is_stored(self, incoming: Incoming) -> bool:
        try:
            return await self._repository.get_message(incoming.message_id) is not None
        except StorageError:
            # Told once too often is better than left alone in silence.
            return False


def _text(reached: LimitReached) -> str:
    if reached.rule is Rule.PERSON_LIMIT:
        return words.person_limit(reached.most, reached.seconds)
    return words.channel_limit(reached.most, reached.seconds)
