"""From Slack's payload to values: an author edits a message, or deletes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from bot.intake.incoming import text_of, whole
from bot.redact import redact
from bot.slack.me import Me
from bot.slack.text import raw_text
from session import MessageId, slack_message_id

CHANGES = frozenset({"message_changed", "message_deleted"})
"""The subtypes of events about a message that stands there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An author's own change of a message's words."""

    message_id: MessageId
    text: str
    """The new words, secrets left out."""

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
        edited = message.get("edited")
        author = text_of(message, "user")
        by_author = isinstance(edited, Mapping) and text_of(edited, "user") == author
        is_new = edited != before.get("edited")
        changed = text_of(message, "text") != text_of(before, "text")
        if not (by_author and is_new and changed) or author == me.user_id:
            return None
        return cls(
            message_id=slack_message_id(
                me.team_id, text_of(event, "channel"), text_of(message, "ts")
            ),
            text=redact(whole(raw_text(message))),
        )


def deleted_message(body: Mapping[str, Any], me: Me) -> MessageId | None:
    """Return the id of a message that was deleted; the root of a thread leaves a tombstone.

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
    return slack_message_id(me.team_id, text_of(event, "channel"), ts) if ts else None
