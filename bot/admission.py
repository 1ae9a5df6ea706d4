"""Which messages come in, and whose."""

from bot import words
from bot.events import Incoming, Me, Rule, for_us
from bot.slack.people import People
from bot.slack.signals import Signals
from session import Resolver


class Admission:
    """Decides for each message by the message, its thread's session, and its author."""

    def __init__(
        self,
        me: Me,
        resolver: Resolver,
        people: People,
        signals: Signals,
        *,
        replies: str,
        allowed_channels: frozenset[str],
        allow_external: bool,
    ) -> None:
        self._me = me
        self._resolver = resolver
        self._people = people
        self._signals = signals
        self._replies = replies
        self._allowed_channels = allowed_channels
        self._allow_external = allow_external

    async def rule_for(self, incoming: Incoming) -> Rule:
        """Name the rule that takes or declines a message.

        Raises what the store or the Web API raises: then nobody knows, and nothing is acked.
        """
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

    async def refuse(self, incoming: Incoming) -> None:
        """Tell an outsider, and nobody else, that the bot is not for them."""
        await self._signals.whisper(
            incoming.channel_id, incoming.root_ts, incoming.user_id, words.refused_external()
        )

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
