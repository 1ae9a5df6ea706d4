"""Turns Slack's payload about an edit or a deletion into values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Self

from bot import words
from bot.intake.incoming import Incoming, mentions, text_of
from bot.slack.addresses import is_ts, sent_at
from bot.slack.me import Me
from session import MessageId, slack_message_id

CHANGES = frozenset({"message_changed", "message_deleted"})
"""The subtypes of events about a message that stands there already."""
MAY_COME_FIRST = timedelta(minutes=10)
"""Between a message and its edit or deletion: Slack repeats what was not acked for six minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An author's own change of a message's words."""

    message: Incoming
    """The whole message as it reads now."""
    may_come_first: bool
    """Whether the message itself may not have come yet."""
    adds_mention: bool
    """Whether it mentions the bot only since this edit, however old it is."""

    @classmethod
    def of(cls, body: Mapping[str, Any], me: Me) -> Self | None:
        """Read a `message_changed`; None if its author changed no words.

        Slack sends the same event for unfurls, new replies, metadata and the bot's own updates:
        https://docs.slack.dev/reference/events/message/message_changed
        """
        event = body.get("event")
        if not isinstance(event, Mapping) or event.get("subtype") != "message_changed":
            return None
        message, previous = event.get("message"), event.get("previous_message")
        if not isinstance(message, Mapping) or message.get("subtype") == "tombstone":
            return None
        before = previous if isinstance(previous, Mapping) else {}
        edited, author = message.get("edited"), text_of(message, "user")
        if not isinstance(edited, Mapping):
            return None
        by_author, is_new = text_of(edited, "user") == author, edited != before.get("edited")
        changed = text_of(message, "text") != text_of(before, "text")
        if not (by_author and is_new and changed) or author == me.user_id:
            return None
        now = _as_posted(message, body, event, me)
        edited_ts, changed_ts = text_of(edited, "ts"), text_of(event, "ts")
        if now is None or not (is_ts(edited_ts) and is_ts(changed_ts)):
            return None
        return cls(
            # Slack tells of an edit to the second, and of its event more exactly.
            message=replace(now, edition=f"{edited_ts} {changed_ts}"),
            may_come_first=_is_soon(now.ts, edited_ts),
            adds_mention=now.mentions_me
            and bool(before)
            and not mentions(text_of(before, "text"), me),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """The deletion of a message; the root of a thread leaves a tombstone."""

    message_id: MessageId
    may_come_first: bool
    """Whether the message may not have come yet: it is young, and it may be for us."""

    @classmethod
    def of(cls, body: Mapping[str, Any], me: Me) -> Self | None:
        """Read an event; None if it tells of no deletion.

        https://docs.slack.dev/reference/events/message/message_deleted
        """
        event = body.get("event")
        if not isinstance(event, Mapping):
            return None
        message = event.get("message")
        if isinstance(message, Mapping) and message.get("subtype") == "tombstone":
            ts = text_of(message, "ts")
        elif event.get("subtype") == "message_deleted":
            ts = text_of(event, "deleted_ts")
        else:
            return None
        if not ts:
            return None
        deleted_ts = text_of(event, "ts")
        is_young = is_ts(ts) and is_ts(deleted_ts) and _is_soon(ts, deleted_ts)
        return cls(
            message_id=slack_message_id(me.team_id, text_of(event, "channel"), ts),
            may_come_first=is_young and _may_be_for_us(body, event, me),
        )


def _as_posted(
    message: Mapping[str, Any], body: Mapping[str, Any], event: Mapping[str, Any], me: Me
) -> Incoming | None:
    """Read a message that stands inside an event as if it had just been posted."""
    kept = {key: event[key] for key in ("channel", "channel_type") if key in event}
    return Incoming.of({**body, "event": {**message, "type": "message", **kept}}, me)


def _is_soon(ts: str, changed_ts: str) -> bool:
    return sent_at(changed_ts) - sent_at(ts) <= MAY_COME_FIRST


def _may_be_for_us(body: Mapping[str, Any], event: Mapping[str, Any], me: Me) -> bool:
    """Judge by the words, where Slack repeats them: a root that mentions nobody is not for us."""
    previous = event.get("previous_message")
    if not isinstance(previous, Mapping):
        return True
    message = _as_posted(previous, body, event, me)
    return message is not None and (message.asks or message.is_reply)


def is_interruption(body: Mapping[str, Any], me: Me) -> bool:
    """Tell whether a message of ours says now that its turn was interrupted.

    Slack tells each change of it to a bot of ours, the one that was interrupted or another.
    """
    event = body.get("event")
    message = event.get("message") if isinstance(event, Mapping) else None
    if not isinstance(message, Mapping):
        return False
    is_ours = text_of(message, "user") == me.user_id or text_of(message, "bot_id") == me.bot_id
    return is_ours and text_of(message, "text").endswith(words.TRACE_INTERRUPTED)
