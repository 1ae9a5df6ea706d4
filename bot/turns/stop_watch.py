"""While a turn works, its holder looks for a stop, and whether its questions are taken back."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.errors import BurrowError
from bot.messages import is_taken_back
from bot.turns.investigation import InvestigatorError
from bot.turns.open_turn import OpenTurn
from bot.turns.stopping import stops_of
from session import Message, Repository, StorageError

log = structlog.get_logger(__name__)

LOCAL_SECONDS = 0.5
REMOTE_SECONDS = 1.0
"""Between two looks: a stop takes effect within two seconds, on whichever instance it arrives."""
_ABANDON_AFTER = 0.5


class TurnTimeoutError(BurrowError):
    """The investigator took longer than TURN_TIMEOUT_SECONDS."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Why the work was cut short: by these stops, or (without any) its questions are gone."""

    stops: Sequence[Message]
    entries: Sequence[Message]
    """All that was open at that moment."""


class StopWatch:
    """Looks into the inbox now and then; a turn shorter than one pause costs no look at all."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._pause = LOCAL_SECONDS if repository.is_local else REMOTE_SECONDS

    async def run(
        self,
        turn: OpenTurn,
        questions: Sequence[Message],
        work: Coroutine[Any, Any, None],
        *,
        timeout: float,
    ) -> Cut | None:
        """Run `work` to its end, or cancel it and say why.

        Raises what the work raises, or `TurnTimeoutError` after `timeout` seconds. Work that
        ignores being cancelled is left behind: it holds no handle to anything that writes.
        """
        working = asyncio.create_task(work, name=f"investigator of {turn.id}")
        try:
            cut = await self._watch(turn, questions, working, timeout)
            if cut is None and working.cancelled():
                raise InvestigatorError("the investigator cancelled itself")
            if cut is None:
                working.result()
            return cut
        finally:
            await _abandon(working)

    async def _watch(
        self,
        turn: OpenTurn,
        questions: Sequence[Message],
        working: asyncio.Task[None],
        timeout: float,
    ) -> Cut | None:
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + timeout
        while True:
            left = ends_at - loop.time()
            await asyncio.wait({working}, timeout=min(self._pause, left))
            if working.done():
                return None
            if cut := await self._look(turn, questions):
                return cut
            if loop.time() >= ends_at:
                raise TurnTimeoutError(f"no answer within {timeout:g} s")

    async def _look(self, turn: OpenTurn, questions: Sequence[Message]) -> Cut | None:
        try:
            entries = await self._repository.open_messages(turn.session.id)
        except StorageError as error:
            log.warning("stop.not_looked_for", reason=str(error))
            return None
        stops = stops_of(entries, turn.id, questions)
        ids = {question.id for question in questions}
        mine = [entry for entry in entries if entry.id in ids]
        are_gone = bool(mine) and all(map(is_taken_back, mine))
        return Cut(stops, entries) if stops or are_gone else None


async def _abandon(working: asyncio.Task[None]) -> None:
    """Cancel work that still runs, and leave it behind if it does not end."""
    if not working.done():
        working.cancel()
        await asyncio.wait({working}, timeout=_ABANDON_AFTER)
    if not working.done():
        log.error("investigation.abandoned", task=working.get_name())
    elif not working.cancelled():
        working.exception()
