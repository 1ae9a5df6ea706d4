"""The settings about who may ask, and where, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.config.permissions import Permissions
from bot.slack.me import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who we are, and the settings that decide about a message."""

    me: Me
    reads_replies: bool = True
    """Whether a reply that does not mention the bot counts as a question (`REPLIES=all`)."""
    permissions: Permissions = field(default_factory=Permissions)
    """Who may ask where."""
    alerts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The ids of apps and bots whose alerts begin a case, by channel; empty for any app's."""

    def watches(self, channel_id: str, *ids: str) -> bool:
        """Tell whether alerts of the app that has these ids begin a case in a channel."""
        apps = self.alerts.get(channel_id)
        return apps is not None and (not apps or not apps.isdisjoint(ids))
