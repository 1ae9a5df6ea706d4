"""Stopping a running turn: whoever holds the session looks for a stop request while it works."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog

from bot.errors import BurrowError
from bot.turns.choose import stopped_by
from session import Message, Repository, SessionId, StorageError

log = structlog.get_logger(__name__)

LOCAL_SECONDS = 0.5
REMOTE_SECONDS = 1.0
"""Between two looks: a stop takes effect within two seconds, on whichever instance it arrives."""
_ABANDON_AFTER = 0.5


class TurnTimeoutError(BurrowError):
    """The investigator took longer than TURN_TIMEOUT_SECONDS."""


class StopWatch:
    """Looks into the inbox now and then; a turn shorter than one pause costs no look at all."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._pause = LOCAL_SECONDS if repository.is_local else REMOTE_SECONDS

    async def run(
        self, session_id: SessionId, work: Coroutine[Any, Any, None], *, timeout: float
    ) -> Sequence[Message]:
        """Run `work` to its end and return nothing, or cancel it and return what stopped it.

        What stopped it is the stop requests and the questions that they close. Raises what the
        work raises, or `TurnTimeoutError` after `timeout` seconds. Work that ignores being
        cancelled is left behind: it holds no handle to anything that writes.
        """
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + timeout
        working = asyncio.create_task(work)
        try:
            while not working.done():
                left = ends_at - loop.time()
                await asyncio.wait({working}, timeout=min(self._pause, left))
                if working.done():
                    break
                if stopped := await self._look(session_id):
                    return stopped
                if loop.time() >= ends_at:
                    raise TurnTimeoutError(f"no answer within {timeout:g} s")
            working.result()
            return ()
        finally:
            if not working.done():
                working.cancel()
                await asyncio.wait({working}, timeout=_ABANDON_AFTER)
            if not working.done():
                log.error("investigation.abandoned", session_id=session_id)
            elif not working.cancelled():
                working.exception()

    async def _look(self, session_id: SessionId) -> Sequence[Message]:
        try:
            return stopped_by(await self._repository.open_messages(session_id))
        except StorageError as error:
            log.warning("stop.not_looked_for", reason=str(error))
            return ()
