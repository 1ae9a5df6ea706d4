"""From Slack's payload to a frozen `Incoming`, and the rules that say whether it is for us.

What each event means: https://docs.slack.dev/reference/events/message and
https://docs.slack.dev/reference/events/app_mention.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from bot.redact import redact
from session import MessageId, NewMessage, SlackThread, slack_message_id, storable_text

ANSWERED_SUBTYPES = frozenset({None, "file_share", "thread_broadcast", "me_message"})
_ADDRESSES_SOMEBODY = re.compile(r"\s*<(?:@|!subteam\^)[A-Z0-9]+(?:\|[^>]*)?>")
_TS = re.compile(r"\d{1,11}\.\d{1,9}")


class Kind(StrEnum):
    """What a person's entry asks for."""

    QUESTION = "question"
    STOP = "stop"
    MUTE = "mute"
    UNMUTE = "unmute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who the bot is in this workspace, from `auth.test`."""

    team_id: str
    user_id: str
    bot_id: str
    url: str
    """The workspace's address, such as `https://acme.slack.com/`."""
    team: str = ""
    missing_scopes: frozenset[str] = frozenset()
    """Of the optional scopes, those that the app was not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message event, twin `app_mention` events included."""

    team_id: str
    channel_id: str
    user_id: str
    ts: str
    root_ts: str
    text: str
    event_type: str
    subtype: str | None = None
    bot_id: str | None = None
    is_direct: bool = False
    mentions_me: bool = False
    is_edited: bool = False
    is_external: bool = False
    """The event itself says that its author belongs to another organisation."""
    deleted_ts: str | None = None
    file_names: tuple[str, ...] = ()

    @classmethod
    def of(cls, body: Mapping[str, Any], me: Me) -> Self | None:
        """Read an Events API payload; None if it is no message. Never raises."""
        event = body.get("event")
        if not isinstance(event, Mapping) or event.get("type") not in ("message", "app_mention"):
            return None
        channel_id, ts, text = (_text(event, key) for key in ("channel", "ts", "text"))
        if not (channel_id and _TS.fullmatch(ts)):
            return None
        is_mention = event["type"] == "app_mention"
        return cls(
            team_id=me.team_id,
            channel_id=channel_id,
            user_id=_text(event, "user"),
            ts=ts,
            root_ts=_text(event, "thread_ts") or ts,
            text=text,
            event_type=event["type"],
            subtype=_text(event, "subtype") or None,
            bot_id=_text(event, "bot_id") or None,
            is_direct=event.get("channel_type") == "im",
            mentions_me=is_mention or f"<@{me.user_id}>" in text or f"<@{me.user_id}|" in text,
            is_edited="edited" in event,
            is_external=_is_external(event, me),
            deleted_ts=_deleted_ts(event),
            file_names=_file_names(event.get("files")),
        )

    @property
    def thread(self) -> SlackThread:
        """The thread it belongs to; a root message begins one."""
        return SlackThread(
            team_id=self.team_id, channel_id=self.channel_id, thread_ts=self.root_ts
        )

    @property
    def comes_once(self) -> bool:
        """False for the `message` twin of a mention: what is not stored is answered once."""
        return self.event_type == "app_mention" or self.is_direct

    @property
    def place(self) -> tuple[str, str]:
        """Channel and `ts`, by which reactions name a message."""
        return self.channel_id, self.ts

    @property
    def message_id(self) -> MessageId:
        """The key in which twin events and redeliveries meet."""
        return slack_message_id(self.team_id, self.channel_id, self.ts)

    @property
    def sent_at(self) -> datetime:
        """When Slack took the message, from its `ts`."""
        return sent_at(self.ts)

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread that another message began."""
        return self.root_ts != self.ts


class Rule(StrEnum):
    """Why a message is for us, or is not; `where` shows these."""

    MENTION = "it mentions the bot"
    DIRECT = "it is a direct message"
    REPLY = "it is a reply in a thread that has a session"
    OWN = "it is the bot's own post"
    OTHER_BOT = "another bot posted it"
    NO_AUTHOR = "it has no author"
    SUBTYPE = "it is not a person's message (a join, an edit, a deletion or the like)"
    CHANNEL = "its channel is not among ALLOWED_CHANNELS"
    NO_MENTION = "it does not mention the bot and begins no conversation with it"
    ADDRESSED = "it addresses somebody else"
    MENTION_ONLY = "it does not mention the bot, and REPLIES=mention asks for that"
    MUTED = "the thread is muted"
    NO_SESSION = "its thread has no session"
    EXTERNAL = "its author is a guest or of another organisation, and ALLOW_EXTERNAL is not set"

    @property
    def takes(self) -> bool:
        """Whether messages under this rule are for us; a `REPLY` only once looked up."""
        return self in (Rule.MENTION, Rule.DIRECT, Rule.REPLY)


def new_message(incoming: Incoming, request_id: str, kind: Kind) -> NewMessage:
    """Make what is stored of a message; secrets in its text are not."""
    return NewMessage(
        id=incoming.message_id,
        author_id=incoming.user_id,
        text=storable_text(redact(incoming.text)),
        sent_at=incoming.sent_at,
        request_id=request_id,
        kind=kind,
        attributes={
            "ts": incoming.ts,
            "asks": incoming.mentions_me or incoming.is_direct,
            "files": [storable_text(name) for name in incoming.file_names],
        },
    )


def for_us(incoming: Incoming, me: Me, *, replies: str, allowed_channels: frozenset[str]) -> Rule:
    """Decide by the message alone. `Rule.REPLY` holds only if its thread has a session."""
    if incoming.user_id == me.user_id or (incoming.bot_id and incoming.bot_id == me.bot_id):
        return Rule.OWN
    if incoming.subtype not in ANSWERED_SUBTYPES:
        return Rule.SUBTYPE
    if incoming.bot_id:
        return Rule.OTHER_BOT
    if not incoming.user_id:
        return Rule.NO_AUTHOR
    if allowed_channels and incoming.channel_id not in allowed_channels and not incoming.is_direct:
        return Rule.CHANNEL
    if incoming.mentions_me:
        return Rule.MENTION
    if incoming.is_direct:
        return Rule.DIRECT
    if not incoming.is_reply:
        return Rule.NO_MENTION
    if _ADDRESSES_SOMEBODY.match(incoming.text):
        return Rule.ADDRESSED
    return Rule.REPLY if replies == "all" else Rule.MENTION_ONLY


def sent_at(ts: str) -> datetime:
    """Turn Slack's `ts` (`1712345678.000200`: seconds and microseconds) into a time."""
    seconds, _, micros = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC).replace(
        microsecond=int((micros + "000000")[:6])
    )


def _deleted_ts(event: Mapping[str, Any]) -> str | None:
    """Return the `ts` of a message that was deleted; the root of a thread leaves a tombstone.

    https://docs.slack.dev/reference/events/message/message_deleted
    """
    message = event.get("message")
    if isinstance(message, Mapping) and message.get("subtype") == "tombstone":
        return _text(message, "ts") or None
    return _text(event, "deleted_ts") or None


def _is_external(event: Mapping[str, Any], me: Me) -> bool:
    """Tell Slack Connect strangers, as far as the event does.

    https://docs.slack.dev/apis/slack-connect: `user_team` (or `source_team`) names the author's
    own workspace; ids that begin with E are organisations and say nothing about membership.
    """
    teams = {_text(event, "user_team"), _text(event, "source_team")} - {"", me.team_id}
    return any(not team.startswith("E") for team in teams)


def _file_names(files: Any) -> tuple[str, ...]:
    """Name the files; a deleted one may be an empty entry."""
    entries = files if isinstance(files, list) else ()
    return tuple(_text(one, "name") or "file" for one in entries if isinstance(one, Mapping))


def _text(event: Mapping[str, Any], key: str) -> str:
    """Return a field's text; a missing field, or one of another type, has none."""
    value = event.get(key)
    return value if isinstance(value, str) else ""
