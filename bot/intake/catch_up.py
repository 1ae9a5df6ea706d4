"""The whole brief for one person, outside the lock: nothing is stored, nothing posted."""

import asyncio
from collections.abc import Callable

import structlog
from slack_sdk.errors import SlackApiError

from bot import words
from bot.document.sentences import sentence
from bot.document.templates import filled
from bot.document.values import Document, Link, Paragraph
from bot.intake.incoming import Incoming
from bot.intake.thread_sessions import session_of
from bot.investigators.brief import BriefInvestigator
from bot.slack.client import TRANSPORT_ERRORS, reason
from bot.surfaces.contract import Surface
from bot.surfaces.sightings import SessionSightings
from session import Bounded, Repository, Resolver, SessionError, SlackThread, slack_session_id

log = structlog.get_logger(__name__)

KEEP_SECONDS = 60.0
MOST_POSTS = 10
_KEEP_THREADS = 100


class CatchUp:
    """Reads a thread once a minute at most, however many ask."""

    def __init__(
        self,
        brief: BriefInvestigator,
        repository: Repository,
        resolver: Resolver,
        surface_of: Callable[[SlackThread], Surface],
        monotonic: Callable[[], float],
    ) -> None:
        self._brief = brief
        self._repository = repository
        self._resolver = resolver
        self._surface_of = surface_of
        self._monotonic = monotonic
        self._briefs: Bounded[SlackThread, tuple[float, asyncio.Task[Document]]] = Bounded(
            _KEEP_THREADS
        )

    async def give(self, incoming: Incoming) -> None:
        """Send the brief by direct message, else whisper its beginning."""
        surface = self._surface_of(incoming.thread)
        try:
            brief = await self._brief_of(incoming)
        except (SlackApiError, SessionError, *TRANSPORT_ERRORS) as error:
            log.warning("catch_up.failed", reason=reason(error))
            failed = sentence(words.NOT_CAUGHT_UP)
            await surface.hint(incoming.user_id, failed, about=incoming.ts)
            return
        if await self._direct(surface, incoming, brief):
            log.info("catch_up.sent", channel_id=incoming.channel_id, by="direct message")
            return
        whole = sentence(words.CAUGHT_UP_HERE) + brief
        screen, *more = await asyncio.to_thread(surface.parts, whole)
        if more:
            begin = sentence(words.CAUGHT_UP_IN_PART) + brief
            screen, *_ = await asyncio.to_thread(surface.parts, begin)
        await surface.hint(incoming.user_id, screen, about=incoming.ts)
        log.info("catch_up.sent", channel_id=incoming.channel_id, by="whisper")

    async def _direct(self, surface: Surface, incoming: Incoming, brief: Document) -> bool:
        thread = Link(surface.address(incoming.thread.thread_ts), words.THIS_THREAD)
        opening = Document((Paragraph(filled(words.CAUGHT_UP, thread=thread)),))
        # In a thread: a table of two thousand rows takes a second to cut.
        parts = list(await asyncio.to_thread(surface.parts, opening + brief))
        if len(parts) > MOST_POSTS:
            parts[MOST_POSTS - 1 :] = [sentence(words.CAUGHT_UP_MORE)]
        for number, part in enumerate(parts):
            if not await surface.direct(incoming.user_id, part):
                log.warning("catch_up.cut", posts=number, of=len(parts))
                if number:
                    more = sentence(words.CAUGHT_UP_MORE)
                    await surface.hint(incoming.user_id, more, about=incoming.ts)
                return number > 0
        return True

    async def _brief_of(self, incoming: Incoming) -> Document:
        """Return the thread's brief, no older than a minute; a failed one is not kept."""
        thread, now = incoming.thread, self._monotonic()
        known = self._briefs.get(thread)
        if known is None or now - known[0] >= KEEP_SECONDS:
            work = asyncio.create_task(self._read(incoming), name="catch-up")
            known = self._briefs[thread] = now, work
        try:
            return await known[1]
        except BaseException:
            if self._briefs.get(thread) is known:
                del self._briefs[thread]
            raise

    async def _read(self, incoming: Incoming) -> Document:
        session = await session_of(self._resolver, incoming.thread)
        surface, notebook = self._surface_of(incoming.thread), None
        if session is not None:
            notebook = await self._repository.read_notebook(session.id, self._brief.name)
        its_id = slack_session_id(incoming.thread)
        return await self._brief.catch_up(
            surface,
            frozenset({incoming.ts}),
            notebook or {},
            session.ticket_id if session else None,
            SessionSightings(self._repository, surface, its_id),
        )
