"""Messages whose author was not known in time: stored parked, settled once it is known."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from bot import words
from bot.document.sentences import sentence
from bot.intake.admission import Admission
from bot.intake.replies import refusal_text
from bot.intake.rules import Rule
from bot.messages import KINDS, STOP, STOP_ALL, is_left_too_long, ts_of
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import CLOSED
from bot.slack.people import People, Person
from bot.surfaces.contract import Surface
from session import Message, MessageId, Repository, Session, SessionId, SlackThread

log = structlog.get_logger(__name__)

LOOK_AFTER = timedelta(seconds=10)
"""When another instance looks, should ours have died."""
GIVE_UP_AFTER = timedelta(minutes=6)
OBEYED_WITHIN = timedelta(seconds=10)
"""A stop that is older when its author becomes known would end something else."""
DECLINED = "declined"


class Newcomers:
    """Lets a parked message in, or blanks and closes it with a hint to its author."""

    def __init__(
        self,
        repository: Repository,
        admission: Admission,
        people: People,
        surface_of: Callable[[SlackThread], Surface],
        assign: Callable[[SessionId, str], None],
        recorder: Recorder = NO_RECORDER,
    ) -> None:
        self._repository = repository
        self._admission = admission
        self._people = people
        self._surface_of = surface_of
        self._assign = assign
        self._recorder = recorder
        self._under_way: set[MessageId] = set()

    async def settle(self, message: Message) -> None:
        """Decide about one parked message, if its author is known now or it is too late."""
        if message.id in self._under_way:
            return
        self._under_way.add(message.id)
        try:
            await self._settle(message)
        finally:
            self._under_way.discard(message.id)

    async def _settle(self, message: Message) -> None:
        if message.kind not in KINDS:
            await self._leave(message)
            return
        age = self._repository.now() - message.stored_at
        person = await self._people.within(GIVE_UP_AFTER.total_seconds(), message.author_id)
        if person is None and age < GIVE_UP_AFTER:
            return
        if person is None:
            await self._decline(message, words.UNKNOWN)
        elif (refusal := await self._refusal_of(person, message)) is not None:
            await self._decline(message, refusal_text(refusal))
        elif message.kind in (STOP, STOP_ALL) and age > OBEYED_WITHIN:
            await self._decline(message, words.STOP_TOO_LATE)
        elif await self._repository.settle(message.id):
            log.info("newcomer.admitted", session_id=message.session_id)
            self._assign(message.session_id, message.author_id)

    async def _leave(self, message: Message) -> None:
        """Leave what a later version parked to an instance of it, but not for ever.

        Once it is open again, a turn says that nobody knows it.
        """
        if is_left_too_long(message, self._repository.now()):
            await self._repository.settle(message.id)

    async def _refusal_of(self, person: Person, message: Message) -> Rule | None:
        session = await self._repository.get_session(message.session_id)
        thread = None if session is None else session.thread
        return self._admission.refuses(person, thread.channel_id if thread else "")

    async def _decline(self, message: Message, text: str) -> None:
        session = await self._repository.get_session(message.session_id)
        if await self._repository.settle(message.id, DECLINED, blank=True):
            self._recorder.count(CLOSED, DECLINED)
            log.info("newcomer.declined", session_id=message.session_id)
            await self._tell(session, message, text)

    async def _tell(self, session: Session | None, message: Message, text: str) -> None:
        if session is not None and session.thread is not None:
            surface = self._surface_of(session.thread)
            await surface.hint(message.author_id, sentence(text), about=ts_of(message))
