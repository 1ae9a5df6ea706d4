"""Stop requests that are not messages: our button on a progress message, Slack's own button."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from bot.intake.incoming import id_of, text_of
from bot.messages import STOP
from bot.slack.addresses import is_ts, sent_at
from bot.slack.me import Me
from session import NewMessage, SlackThread, slack_message_id

_TURN = re.compile(r"[A-Za-z0-9_]{1,200}#[0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StopClick:
    """A person's wish to end the turn in a thread. The same click twice is the same request."""

    thread: SlackThread
    user_id: str
    ts: str
    key: str
    turn_id: str = ""
    """The turn that the button names; empty for Slack's own button, which names none."""

    @classmethod
    def of_click(cls, body: Mapping[str, Any], me: Me) -> Self | None:
        """Read a click; None for a payload that names no message, person or time.

        https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
        """
        container, action = mapping_of(body.get("container")), first_of(body.get("actions"))
        message_ts = text_of(container, "message_ts")
        return cls._of(
            me,
            channel_id=id_of(container, "channel_id"),
            thread_ts=text_of(container, "thread_ts") or message_ts,
            user_id=id_of(mapping_of(body.get("user")), "id"),
            ts=text_of(action, "action_ts"),
            key=f"stop {message_ts}",
            turn_id=value if _TURN.fullmatch(value := text_of(action, "value")) else "",
        )

    @classmethod
    def of_event(cls, body: Mapping[str, Any], me: Me) -> Self | None:
        """Read Slack's own stop button; None for an event that names no thread or person.

        https://docs.slack.dev/reference/events/agent_session_stopped
        """
        event = mapping_of(body.get("event"))
        ts = text_of(event, "event_ts")
        return cls._of(
            me,
            channel_id=id_of(event, "channel"),
            thread_ts=text_of(event, "thread_ts"),
            user_id=id_of(event, "user"),
            ts=ts,
            key=f"stop {ts}",
        )

    @classmethod
    def _of(cls, me: Me, *, channel_id: str, thread_ts: str, **fields: str) -> Self | None:
        if not (channel_id and is_ts(thread_ts) and is_ts(fields["ts"]) and fields["user_id"]):
            return None
        thread = SlackThread(team_id=me.team_id, channel_id=channel_id, thread_ts=thread_ts)
        return cls(thread=thread, **fields)

    def as_message(self, request_id: str, stops: str | None) -> NewMessage:
        """Make what is stored of it; `stops` is the turn that it names."""
        return NewMessage(
            id=slack_message_id(
                self.thread.team_id, self.thread.channel_id, f"{self.key} {self.user_id}"
            ),
            author_id=self.user_id,
            text="stop",
            sent_at=sent_at(self.ts),
            request_id=request_id,
            kind=STOP,
            attributes={"stops": stops},
        )


def mapping_of(value: Any) -> Mapping[str, Any]:
    """Return an object of a payload; an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def first_of(values: Any) -> Mapping[str, Any]:
    """Return the first object of a list in a payload; an empty one for anything else."""
    return mapping_of(values[0]) if isinstance(values, Sequence) and values else {}
