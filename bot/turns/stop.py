"""Stopping a running turn: whoever holds the session looks for a stop request while it works."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog

from bot.turns.choose import stopped_by
from session import Message, Repository, SessionId, StorageError

log = structlog.get_logger(__name__)

LOCAL_SECONDS = 0.5
REMOTE_SECONDS = 1.0
"""Between two looks: a stop takes effect within two seconds, on whichever instance it arrives."""
_ABANDON_AFTER = 0.5


class StopWatch:
    """Looks into the inbox now and then; a turn shorter than one pause costs no look at all."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._pause = LOCAL_SECONDS if repository.is_local else REMOTE_SECONDS

    async def run(
        self, session_id: SessionId, work: Coroutine[Any, Any, None]
    ) -> Sequence[Message]:
        """Run `work` to its end and return nothing, or cancel it and return what stopped it.

        What stopped it is the stop requests and the questions that they close. Raises what the
        work raises. Work that ignores being cancelled is left behind: it holds no handle to
        anything that writes.
        """
        working = asyncio.create_task(work)
        watching = asyncio.create_task(self._wait(session_id))
        try:
            await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
                return ()
            return watching.result()
        finally:
            watching.cancel()
            working.cancel()
            _, stubborn = await asyncio.wait({working, watching}, timeout=_ABANDON_AFTER)
            if working in stubborn:
                log.error("investigation.abandoned", session_id=session_id)
            elif not working.cancelled():
                working.exception()

    async def _wait(self, session_id: SessionId) -> Sequence[Message]:
        while True:
            await asyncio.sleep(self._pause)
            try:
                if stopped := stopped_by(await self._repository.open_messages(session_id)):
                    return stopped
            except StorageError as error:
                log.warning("stop.not_looked_for", reason=str(error))
