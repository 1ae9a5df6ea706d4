"""The rules that say whether a message is for us."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.intake.alert_texts import alert_in
from bot.intake.incoming import Incoming
from bot.intake.policy import Policy
from session import Message

_ANSWERED_SUBTYPES = frozenset({None, "file_share", "thread_broadcast", "me_message"})
_APPS_SUBTYPES = _ANSWERED_SUBTYPES | {"bot_message"}
"""https://docs.slack.dev/reference/events/message/bot_message: of classic apps and webhooks."""
_ADDRESSES_SOMEBODY = re.compile(r"\s*<(?:@|!subteam\^)[A-Z0-9]+(?:\|[^>]*)?>")
_SLACKBOT = "USLACKBOT"
"""It has no `bot_id`: https://docs.slack.dev/reference/objects/user-object."""


class Rule(StrEnum):
    """Why a message is for us, or is not; `where` shows these."""

    MENTION = "it mentions the bot"
    DIRECT = "it is a direct message"
    REPLY = "it is a reply in a thread that has a session"
    ALERT = "it is an alert of an app and channel that ALERTS names"
    RECOVERY = "it says that an alert of an app and channel that ALERTS names is over"
    OWN = "it is the bot's own post"
    OTHER_BOT = "another bot posted it"
    NOT_IN_ALERTS = "an app posted it, and ALERTS does not name its channel and app"
    NO_AUTHOR = "it has no author"
    SUBTYPE = "it is not a person's message (a join, an edit, a deletion or the like)"
    CHANNEL = "its channel is not among ALLOWED_CHANNELS, or those that PERMISSIONS names"
    NO_MENTION = "it does not mention the bot and begins no conversation with it"
    ADDRESSED = "it addresses somebody else"
    MENTION_ONLY = "it does not mention the bot, and REPLIES=mention asks for that"
    MUTED = "the thread is muted"
    DELETED = "its author deleted it before it was taken in"
    TAKEN_BACK = "its author edited it into a command, which takes the question back"
    NO_SESSION = "its thread has no session"
    EXTERNAL = "its author is a guest or of another organisation, and ALLOW_EXTERNAL is not set"
    NO_ASKER = "its author is not among the askers that PERMISSIONS names"
    PERSON_LIMIT = "its author had asked QUESTIONS_PER_HOUR_PERSON questions within an hour"
    CHANNEL_LIMIT = "its channel had asked QUESTIONS_PER_HOUR_CHANNEL questions within an hour"

    @property
    def takes(self) -> bool:
        """Whether messages under this rule are for us; a `REPLY` only once looked up."""
        return self in _TAKEN

    @property
    def is_of_alert(self) -> bool:
        """Whether an app posted it that ALERTS names."""
        return self in (Rule.ALERT, Rule.RECOVERY)

    @property
    def refuses(self) -> bool:
        """Whether a message is left alone because of who its author is, who is told so."""
        return self in (Rule.EXTERNAL, Rule.NO_ASKER)

    @property
    def is_limit(self) -> bool:
        """Whether a message is left alone only because there were too many before it."""
        return self in (Rule.PERSON_LIMIT, Rule.CHANNEL_LIMIT)


_TAKEN = frozenset({Rule.MENTION, Rule.DIRECT, Rule.REPLY, Rule.ALERT, Rule.RECOVERY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The decision about a message: the rule that applied, the command, the kind to store."""

    rule: Rule
    command: str | None = None
    """The word that is all of it, if that is a command."""
    kind: str | None = None
    """The kind under which it is stored; None if it is not stored."""
    is_author_known: bool = True
    """Whether it is known that its author may ask. If not, it is stored parked."""
    stops: str | None = None
    """The turn that a stop names: the one that runs now."""
    is_rewording: bool = False
    """Whether an edit made the command of a question; it is stored beside the question."""
    takes_back: Message | None = None
    """The question that the command takes back, once it is stored itself: should the store fail
    before, Slack sends the edit again."""


def for_us(incoming: Incoming, policy: Policy) -> Rule:
    """Decide by the message alone. `Rule.REPLY` holds only if its thread has a session."""
    me, is_mine = policy.me, incoming.user_id == policy.me.user_id
    if is_mine or (incoming.bot_id and incoming.bot_id == me.bot_id):
        return Rule.OWN
    if incoming.bot_id and incoming.subtype in _APPS_SUBTYPES and not incoming.is_direct:
        return _of_app(incoming, policy)
    if incoming.subtype not in _ANSWERED_SUBTYPES:
        return Rule.SUBTYPE
    if incoming.bot_id or incoming.user_id == _SLACKBOT:
        return Rule.OTHER_BOT
    if not incoming.user_id:
        return Rule.NO_AUTHOR
    if not (incoming.is_direct or policy.permissions.takes_from(incoming.channel_id)):
        return Rule.CHANNEL
    if incoming.mentions_me:
        return Rule.MENTION
    if incoming.is_direct:
        return Rule.DIRECT
    if not incoming.is_reply:
        return Rule.NO_MENTION
    if _ADDRESSES_SOMEBODY.match(incoming.words):
        return Rule.ADDRESSED
    return Rule.REPLY if policy.reads_replies else Rule.MENTION_ONLY


def _of_app(incoming: Incoming, policy: Policy) -> Rule:
    """Judge what another app posted or changed: only a new root message is an alert.

    A reply or a change counts if it says that one is over.
    """
    is_watched = policy.watches(incoming.channel_id, incoming.app_id, incoming.bot_id or "")
    if incoming.is_reply or incoming.changed_ts:
        is_over = is_watched and alert_in(incoming.app).is_over
        return Rule.RECOVERY if is_over else Rule.OTHER_BOT
    return Rule.ALERT if is_watched else Rule.NOT_IN_ALERTS
