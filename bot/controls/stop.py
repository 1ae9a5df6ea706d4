"""Stop requests that are no messages: the button on a progress message, Slack's own button."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from bot.events import Kind, Me, sent_at
from session import NewMessage, SlackThread, slack_message_id


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequest:
    """Who wants the turn in which thread to end; the same click twice is the same request."""

    thread: SlackThread
    user_id: str
    ts: str
    key: str

    @classmethod
    def of_click(cls, body: Mapping[str, Any], me: Me) -> Self:
        """Read a click.

        https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
        """
        container = body["container"]
        return cls(
            thread=SlackThread(
                team_id=me.team_id,
                channel_id=container["channel_id"],
                thread_ts=container.get("thread_ts") or container["message_ts"],
            ),
            user_id=body["user"]["id"],
            ts=body["actions"][0]["action_ts"],
            key=f"stop {container['message_ts']}",
        )

    @classmethod
    def of_event(cls, body: Mapping[str, Any], me: Me) -> Self:
        """Read Slack's own stop button: https://docs.slack.dev/reference/events/agent_session_stopped."""
        event = body["event"]
        return cls(
            thread=SlackThread(
                team_id=me.team_id,
                channel_id=event["channel"],
                thread_ts=event["thread_ts"],
            ),
            user_id=event["user"],
            ts=event["event_ts"],
            key=f"stop {event['event_ts']}",
        )

    def as_message(self, request_id: str) -> NewMessage:
        """Make what is stored of it."""
        return NewMessage(
            id=slack_message_id(self.thread.team_id, self.thread.channel_id, self.key),
            author_id=self.user_id,
            text="stop",
            sent_at=sent_at(self.ts),
            request_id=request_id,
            kind=Kind.STOP,
        )
