"""What this installation lets people ask, and where."""

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
