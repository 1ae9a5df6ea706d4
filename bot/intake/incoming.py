"""Turns Slack's payload into a frozen value, a message.

What each event means: https://docs.slack.dev/reference/events/message and
https://docs.slack.dev/reference/events/app_mention.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from bot.redact import redact
from bot.slack.addresses import is_ts, sent_at
from bot.slack.me import Me
from bot.slack.text import mappings, raw_text
from session import MessageId, NewMessage, SlackThread, slack_message_id, slack_session_id

_ANGLES = str.maketrans("", "", "<>")
_LONGEST_NAME = 80
LONGEST_TEXT = 100_000
"""Characters. Slack cuts what people write at 40,000; a message may forward others."""
MOST_FILES, _LONGEST_FILE_NAME = 100, 200
_ID = re.compile(r"[A-Za-z0-9]{1,64}")
EDITION = "edition"
"""The attribute of a stored message that names its author's wording."""
_BROKEN = re.compile("[\ud800-\udfff\0]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message event, twin `app_mention` events included."""

    thread: SlackThread
    """The thread it belongs to; a root message begins one."""
    message_id: MessageId
    """The key in which twin events and redeliveries meet."""
    channel_id: str
    user_id: str
    ts: str
    words: str
    """What its author typed, as mrkdwn."""
    text: str
    """What its author typed, and what it forwards."""
    event_type: str
    subtype: str | None = None
    bot_id: str | None = None
    app: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """Of an app's message, the message as Slack tells it; empty of a person's."""
    changed_ts: str = ""
    """Of an app's message that it changed: names the change, and says when it was."""
    is_direct: bool = False
    is_group: bool = False
    """In a group message (`mpim`), which Slack tells of by `message` events alone."""
    mentions_me: bool = False
    asks: bool = False
    """Whether it mentions the bot or is a direct message. A plain reply is neither."""
    edition: str = ""
    """Which of its author's wordings this is: they sort by time. The first one has none."""
    is_shared: bool | None = None
    """Whether the channel is shared with another organisation; None if the event does not say."""
    file_names: tuple[str, ...] = ()

    @classmethod
    def of(cls, body: Mapping[str, Any], me: Me) -> Self | None:
        """Read an Events API payload; None if it is no message. Never raises."""
        event = body.get("event")
        if not isinstance(event, Mapping) or event.get("type") not in ("message", "app_mention"):
            return None
        channel_id, ts = text_of(event, "channel"), text_of(event, "ts")
        root_ts = text_of(event, "thread_ts") or ts
        if not (_ID.fullmatch(channel_id) and is_ts(ts) and (root_ts == ts or is_ts(root_ts))):
            return None
        words, is_direct = whole(text_of(event, "text")), channel_id.startswith("D")
        bot_id = id_of(event, "bot_id")
        is_mention = event["type"] == "app_mention" or mentions(words, me)
        mentions_me = is_mention and not bot_id
        shared = body.get("is_ext_shared_channel")
        return cls(
            thread=SlackThread(team_id=me.team_id, channel_id=channel_id, thread_ts=root_ts),
            message_id=slack_message_id(me.team_id, channel_id, ts),
            channel_id=channel_id,
            user_id=id_of(event, "user"),
            ts=ts,
            words=words,
            text=words if not event.get("attachments") else whole(raw_text(event)),
            event_type=event["type"],
            subtype=text_of(event, "subtype") or None,
            bot_id=bot_id or None,
            app=event if bot_id else {},
            is_direct=is_direct,
            is_group=event.get("channel_type") == "mpim",
            mentions_me=mentions_me,
            asks=mentions_me or is_direct,
            edition=_edition(event),
            is_shared=shared if isinstance(shared, bool) else None,
            file_names=_file_names(event),
        )

    @classmethod
    def of_change(cls, body: Mapping[str, Any], me: Me) -> Self | None:
        """Read a `message_changed` of an app's own message; None of any other.

        https://docs.slack.dev/reference/events/message/message_changed
        """
        event = body.get("event")
        if not isinstance(event, Mapping) or event.get("subtype") != "message_changed":
            return None
        message, changed_ts = event.get("message"), text_of(event, "ts")
        if not (isinstance(message, Mapping) and text_of(message, "bot_id") and is_ts(changed_ts)):
            return None
        if text_of(message, "bot_id") == me.bot_id:
            return None
        inner = {**message, "type": "message", "channel": event.get("channel")}
        found = cls.of({**body, "event": inner}, me)
        return None if found is None else replace(found, changed_ts=changed_ts)

    @property
    def app_id(self) -> str:
        """The id of the app that posted it (A…), where Slack tells it: classic apps have none."""
        profile = self.app.get("bot_profile")
        of_profile = text_of(profile, "app_id") if isinstance(profile, Mapping) else ""
        return text_of(self.app, "app_id") or of_profile

    @property
    def app_name(self) -> str:
        """The name under which the app posted it; empty if Slack does not tell."""
        profile = self.app.get("bot_profile")
        of_profile = text_of(profile, "name") if isinstance(profile, Mapping) else ""
        name = text_of(self.app, "username") or of_profile
        return whole(name).translate(_ANGLES).strip()[:_LONGEST_NAME]

    @property
    def comes_once(self) -> bool:
        """False for the `message` twin of a mention: what is not stored is answered once."""
        return self.event_type == "app_mention" or self.is_direct or self.is_group

    @property
    def twin_key(self) -> str:
        """The same for twins that know the same; one that knows more is looked at again."""
        return (
            f"{self.message_id} {self.changed_ts} {self.edition} {self.asks}"
            f" {len(self.file_names)}"
        )

    @property
    def sent_at(self) -> datetime:
        """When Slack took the message, from its `ts`."""
        return sent_at(self.ts)

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread that another message began."""
        return self.thread.thread_ts != self.ts

    @property
    def whereabouts(self) -> dict[str, str]:
        """The ids by which an operator finds the message, for log lines."""
        return {
            "channel_id": self.channel_id,
            "ts": self.ts,
            "thread_ts": self.thread.thread_ts,
            "user_id": self.user_id,
            "session_id": slack_session_id(self.thread),
        }

    def as_message(self, request_id: str, kind: str) -> NewMessage:
        """Make what is stored of it; secrets in its text are not."""
        return NewMessage(
            id=self.message_id,
            author_id=self.user_id,
            text=redact(self.text),
            sent_at=self.sent_at,
            request_id=request_id,
            kind=kind,
            attributes={
                "ts": self.ts,
                "asks": self.asks,
                "files": list(self.file_names),
                "shared": self.is_shared,
                **({EDITION: self.edition} if self.edition else {}),
            },
        )


def mentions(text: str, me: Me) -> bool:
    """Tell whether a text mentions the bot."""
    return f"<@{me.user_id}>" in text or f"<@{me.user_id}|" in text


def text_of(event: Mapping[str, Any], key: str) -> str:
    """Return a field's text; a missing field, or one of another type, has none."""
    value = event.get(key)
    return value if isinstance(value, str) else ""


def id_of(event: Mapping[str, Any], key: str) -> str:
    """Return the id in a field, such as `U0123ABCD`; empty for whatever is none."""
    value = text_of(event, key)
    return value if _ID.fullmatch(value) else ""


def whole(text: str) -> str:
    """Return a text as every store takes it: U+FFFD for half a character, and not without end."""
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT]} …"
    return _BROKEN.sub("\N{REPLACEMENT CHARACTER}", text)


def _edition(event: Mapping[str, Any]) -> str:
    edited = event.get("edited")
    ts = text_of(edited, "ts") if isinstance(edited, Mapping) else ""
    return ts if is_ts(ts) else ""


def _file_names(event: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the files of a message and of what it forwards; a deleted one may be an empty entry."""
    if not (event.get("files") or event.get("attachments")):
        return ()
    attachments = mappings(event.get("attachments"))
    files = [file for holder in (event, *attachments) for file in mappings(holder.get("files"))]
    names = (text_of(file, "name")[:_LONGEST_FILE_NAME] or "file" for file in files[:MOST_FILES])
    return tuple(map(whole, names))
