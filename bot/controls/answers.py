"""`status` and `help`: answered at once, to whoever asks and nobody else, and not stored."""

from datetime import timedelta

from bot import words
from bot.controls.commands import Command
from bot.events import Incoming, Kind
from bot.slack.people import People
from bot.slack.signals import Signals
from session import Repository, Resolver


class CommandAnswers:
    """Reads what the store says and whispers it."""

    def __init__(
        self, repository: Repository, resolver: Resolver, people: People, signals: Signals
    ) -> None:
        self._repository = repository
        self._resolver = resolver
        self._people = people
        self._signals = signals

    async def answer(self, command: Command, incoming: Incoming) -> None:
        """Whisper the answer."""
        text = words.HELP if command is Command.HELP else await self._status(incoming)
        await self._signals.whisper(
            incoming.channel_id,
            incoming.root_ts,
            incoming.user_id,
            text,
            about_ts=incoming.ts,
        )

    async def has_open_question_of(self, incoming: Incoming) -> bool:
        """Tell whether the author of a plain reply waits for an answer in this thread."""
        session = await self._resolver.lookup_slack_session(incoming.thread)
        if session is None:
            return False
        return any(
            one.author_id == incoming.user_id and one.kind == Kind.QUESTION
            for one in await self._repository.open_messages(session.id)
        )

    async def _status(self, incoming: Incoming) -> str:
        session = await self._resolver.lookup_slack_session(incoming.thread)
        if session is None:
            return words.NO_SESSION
        entries = await self._repository.open_messages(session.id)
        questions = [one for one in entries if one.kind == Kind.QUESTION]
        running = [one for one in questions if one.turn_id is not None]
        now = self._repository.now()
        if session.lease is None or not session.held_at(now) or not running:
            return words.idle(len(questions), muted=session.muted)
        return words.running(
            await self._people.name(running[0].author_id),
            max(now - session.lease.acquired_at, timedelta(0)).total_seconds(),
            len(questions) - len(running),
            session.lease.holder_id,
        )
