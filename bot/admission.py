"""Which messages come in, and as what."""

import structlog

from bot import words
from bot.controls.answers import CommandAnswers
from bot.controls.commands import Command, command_in
from bot.events import Incoming, Kind, Me, Rule, for_us
from bot.slack.people import People
from bot.slack.signals import Signals
from bot.tasks import TaskSet
from session import (
    Repository,
    Resolver,
    slack_message_id,
    slack_session_id,
)

log = structlog.get_logger(__name__)


class Admission:
    """Decides for each message by the message, its thread's session, and its author."""

    def __init__(
        self,
        me: Me,
        repository: Repository,
        resolver: Resolver,
        people: People,
        signals: Signals,
        commands: CommandAnswers,
        errands: TaskSet,
        *,
        replies: str,
        allowed_channels: frozenset[str],
        allow_external: bool,
    ) -> None:
        self._me = me
        self._repository = repository
        self._resolver = resolver
        self._people = people
        self._signals = signals
        self._commands = commands
        self._errands = errands
        self._replies = replies
        self._allowed_channels = allowed_channels
        self._allow_external = allow_external

    async def kind_of(self, incoming: Incoming) -> Kind | None:
        """Say what to store a message as; None if there is nothing to store.

        Raises what the store or the Web API raises: then nobody knows, and nothing is acked.
        """
        if incoming.deleted_ts:
            deleted = slack_message_id(incoming.team_id, incoming.channel_id, incoming.deleted_ts)
            await self._repository.blank_message(deleted)
        rule = await self.rule_for(incoming)
        if not rule.takes:
            log.debug(
                "message.declined",
                rule=rule.name.lower(),
                ts=incoming.ts,
                session_id=slack_session_id(incoming.thread),
            )
            if rule is Rule.EXTERNAL and incoming.comes_once:
                self._whisper(incoming, words.refused_external())
            return None
        return await self._as_command(incoming, rule)

    async def rule_for(self, incoming: Incoming) -> Rule:
        """Name the rule that takes or declines a message."""
        rule = for_us(
            incoming, self._me, replies=self._replies, allowed_channels=self._allowed_channels
        )
        if rule is Rule.REPLY:
            session = await self._resolver.lookup_slack_session(incoming.thread)
            if session is None:
                return Rule.NO_SESSION
            if session.muted:
                return Rule.MUTED
        if rule.takes and not await self._is_admitted(incoming):
            return Rule.EXTERNAL
        return rule

    async def _is_admitted(self, incoming: Incoming) -> bool:
        """Slack Connect strangers and guests stay out unless the installation lets them in.

        https://docs.slack.dev/apis/slack-connect/ and
        https://docs.slack.dev/reference/objects/user-object
        """
        if self._allow_external:
            return True
        if incoming.is_external:
            return False
        return (await self._people.find(incoming.user_id)).is_full_member

    async def _as_command(self, incoming: Incoming, rule: Rule) -> Kind | None:
        """Answer what can be answered at once; what the session's holder must do is stored."""
        command = command_in(incoming)
        if rule is Rule.REPLY and not (
            command is Command.STOP and await self._commands.has_open_question_of(incoming)
        ):
            return Kind.QUESTION
        if command in (Command.STATUS, Command.HELP):
            if incoming.comes_once:
                self._errands.start(self._commands.answer(command, incoming), name="command")
            return None
        if command is None:
            return Kind.QUESTION
        if await self._resolver.lookup_slack_session(incoming.thread) is None:
            if incoming.comes_once:
                self._whisper(incoming, words.NO_SESSION)
            return None
        return command.kind

    def _whisper(self, incoming: Incoming, text: str) -> None:
        whisper = self._signals.whisper(
            incoming.channel_id,
            incoming.root_ts,
            incoming.user_id,
            text,
            about_ts=incoming.ts,
        )
        self._errands.start(whisper, name="whisper")
