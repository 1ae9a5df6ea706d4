"""A Web API call while it is being answered: its arguments, and the checks methods share."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from simulator.api.sharing import Sharing
from simulator.errors import SlackError
from simulator.manifest import Manifest
from simulator.values import Channel, Json, Message, User
from simulator.workspace.links import Links
from simulator.workspace.state import Workspace

BOT_TOKEN_PREFIX = "xoxb-sim"
SCOPE_PREFIX = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call's arguments; the same whether they came as form, JSON or query."""

    arguments: Json
    workspace: Workspace
    manifest: Manifest
    links: Links
    sharing: Sharing
    socket_url: Callable[[], str]
    most_listed: int = 1_000
    """So many items a page of messages has at most."""

    def text(self, name: str, default: str = "") -> str:
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise SlackError(
                "invalid_arguments",
                response_metadata={"messages": [f"[ERROR] missing required field: {name}"]},
            )
        return value

    def flag(self, name: str) -> bool:
        return str(self.arguments.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int, most: int) -> int:
        try:
            return max(1, min(most, int(self.arguments.get(name) or default)))
        except ValueError:
            raise SlackError("invalid_limit") from None

    def structure(self, name: str, error: str) -> Any:
        """A JSON argument, which forms carry as a string; None if absent."""
        value = self.arguments.get(name)
        if isinstance(value, str):
            if not value:
                return None
            try:
                return json.loads(value)
            except ValueError:
                raise SlackError(error) from None
        return value

    def need_scope(self, *any_of: str) -> None:
        if not any(self.manifest.allows(scope) for scope in any_of):
            provided = ",".join(sorted(self.manifest.scopes))
            raise SlackError("missing_scope", needed=any_of[0], provided=provided)

    def channel(self, name: str = "channel") -> Channel:
        """The conversation that an argument names by its id; private ones only for members."""
        given = self.text(name)
        channel = self.workspace.channels.get(given)
        if channel is None or (channel.kind != "channel" and not self.is_member(channel)):
            raise SlackError("channel_not_found")
        return channel

    def is_member(self, channel: Channel) -> bool:
        return self.workspace.bot.id in channel.members

    def message(self, channel: Channel, ts: str) -> Message:
        message = self.workspace.messages.find(channel.id, ts)
        if message is None:
            raise SlackError("message_not_found")
        return message

    def user(self, name: str = "user") -> User:
        user = self.workspace.users.get(self.required(name))
        if user is None:
            raise SlackError("user_not_found")
        return user


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One Web API method. `scopes`: any of them will do; methods whose scope hangs on the kind of
    channel check it themselves.
    """

    answer: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    tier: int | None = None
    token: Literal["bot", "app"] = "bot"
    takes_json: bool = True
    """Methods that read take no JSON bodies."""


def page(items: list[Any], call: Call, limit: int) -> tuple[list[Any], str]:
    """The page that `cursor` asks for, and the cursor of the next one ("" on the last)."""
    start = 0
    if cursor := call.text("cursor"):
        if not cursor.startswith("next:") or not cursor[5:].isdigit():
            raise SlackError("invalid_cursor")
        start = int(cursor[5:])
    end = start + limit
    return items[start:end], page_cursor(end) if end < len(items) else ""


def page_cursor(start: int) -> str:
    """The cursor of the page that begins with that item."""
    return f"next:{start}"
