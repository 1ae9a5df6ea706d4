"""Decides which messages come in, and as what kind. It does nothing else."""

from bot.cards.reading import Cards
from bot.intake.clicks import StopClick
from bot.intake.commands import (
    DECIDE,
    NEEDS_SESSION,
    NOT_STORED,
    STATUS,
    command_in,
    is_bare_stop,
    is_typed_decision,
)
from bot.intake.incoming import Incoming
from bot.intake.policy import Policy
from bot.intake.rewordings import Rewordings
from bot.intake.rules import Rule, Ruling, for_us
from bot.intake.thread_sessions import session_of
from bot.messages import ALERT, QUESTION, QUESTIONS, STOP, STOP_ALL
from bot.slack.people import People, Person
from session import Repository, Resolver, Session, SlackThread, slack_session_id

AUTHOR_SECONDS = 1.0
"""How long a message may wait for who its author is; then it is stored without that."""


class Admission:
    """Decides for each message by the message, its thread's session, and its author."""

    def __init__(
        self, policy: Policy, resolver: Resolver, repository: Repository, people: People
    ) -> None:
        self._policy = policy
        self._resolver = resolver
        self._repository = repository
        self._people = people
        self._cards = Cards(repository)
        self._rewordings = Rewordings(repository)

    async def rule(self, incoming: Incoming) -> Ruling:
        """Say what to do with a message. Raises what the store raises: then nobody knows."""
        rule = for_us(incoming, self._policy)
        if rule.is_of_alert:
            return Ruling(rule=rule, kind=ALERT)
        if not (rule.takes or rule is Rule.MENTION_ONLY):
            return Ruling(rule=rule)
        command, session = command_in(incoming), None
        if rule is Rule.MENTION_ONLY and is_bare_stop(incoming):
            rule = Rule.REPLY
        if is_typed_decision(incoming) and await self._has_card(incoming.thread):
            rule, command = (rule if rule.takes else Rule.REPLY), DECIDE
        if rule is Rule.REPLY or command in NEEDS_SESSION:
            session = await session_of(self._resolver, incoming.thread)
        if rule is Rule.REPLY and command != DECIDE:
            rule, command = await self._reply(incoming, session)
        if not rule.takes:
            return Ruling(rule=rule)
        person = await self._people.within(AUTHOR_SECONDS, incoming.user_id)
        if person is not None and (refusal := self.refuses(person, incoming.channel_id)):
            return Ruling(rule=refusal)
        ruling = Ruling(
            rule=rule,
            command=command,
            kind=_kind(command, session),
            is_author_known=person is not None,
            stops=self.running(session) if command in (STOP, STOP_ALL) else None,
        )
        if command is None or not incoming.edition:
            return ruling
        return await self._rewordings.applied_to(ruling, incoming)

    async def rule_for_stop(self, click: StopClick) -> Ruling:
        """Say what to do with a click on a stop button: it may do what its typed word may.

        While one turn runs, the button of another one does nothing: that one has ended.
        """
        session = await session_of(self._resolver, click.thread)
        if session is None:
            return Ruling(rule=Rule.NO_SESSION)
        person = await self._people.within(AUTHOR_SECONDS, click.user_id)
        if person is not None and (refusal := self.refuses(person, click.thread.channel_id)):
            return Ruling(rule=refusal)
        running = self.running(session)
        stops = click.turn_id or running
        is_old = running is not None and stops != running
        return Ruling(
            rule=Rule.DIRECT,
            command=STOP,
            kind=STOP if stops and not is_old else None,
            is_author_known=person is not None,
            stops=stops,
        )

    def refuses(self, person: Person, channel_id: str) -> Rule | None:
        """Name the rule by which somebody may not ask there.

        Slack Connect strangers and guests stay out unless the installation lets them in:
        https://docs.slack.dev/apis/slack-connect/ and
        https://docs.slack.dev/reference/objects/user-object
        """
        if person.is_bot:
            return Rule.OTHER_BOT
        permissions = self._policy.permissions
        if not (person.is_full_member or permissions.lets_external(channel_id)):
            return Rule.EXTERNAL
        return None if permissions.lets_ask(person.id, channel_id) else Rule.NO_ASKER

    def lets_approve(self, person: Person) -> bool:
        """Tell whether somebody may decide about a call: never a guest, a stranger or a bot."""
        if person.is_bot or not person.is_full_member:
            return False
        return self._policy.permissions.lets_approve(person.id)

    def running(self, session: Session | None) -> str | None:
        """Return the id of the turn that runs in a session now."""
        if session is None or session.lease is None:
            return None
        if not session.held_at(self._repository.now()):
            return None
        return session.lease.claim_on(session.id).turn_id

    async def _reply(self, incoming: Incoming, session: Session | None) -> tuple[Rule, str | None]:
        """Judge a reply that does not mention the bot: a question, or the bare word `stop`."""
        if session is None or session.provisional:
            return Rule.NO_SESSION, None
        if is_bare_stop(incoming) and await self._has_open_question_of(incoming, session):
            return Rule.REPLY, STOP
        if not self._policy.reads_replies:
            return Rule.MENTION_ONLY, None
        return (Rule.MUTED if session.muted else Rule.REPLY), None

    async def _has_card(self, thread: SlackThread) -> bool:
        """Tell whether a card is open in a thread, which a typed decision then means."""
        opened = await self._cards.of(slack_session_id(thread))
        return opened is not None and opened.is_pending

    async def _has_open_question_of(self, incoming: Incoming, session: Session) -> bool:
        entries = list(await self._repository.open_messages(session.id))
        opened = await self._cards.of(session.id)
        entries += opened.questions if opened and opened.is_pending else ()
        return any(
            entry.author_id == incoming.user_id and entry.kind in QUESTIONS for entry in entries
        )


def lacks_session(ruling: Ruling) -> bool:
    """Tell whether a message may be for us, or is to be obeyed, only where there is a session."""
    is_of_session = ruling.command in (*NEEDS_SESSION, STATUS)
    return ruling.rule is Rule.NO_SESSION or (is_of_session and ruling.kind is None)


def _kind(command: str | None, session: Session | None) -> str | None:
    """Say what a message is stored as; what can be answered at once is not stored."""
    if command is None:
        return QUESTION
    if command in NOT_STORED or (command in NEEDS_SESSION and session is None):
        return None
    return command
