"""The bot's own ids in its workspace."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """From `auth.test` (https://docs.slack.dev/reference/methods/auth.test)."""

    team_id: str
    user_id: str
    bot_id: str
    url: str
    """The workspace's address, such as `https://acme.slack.com/`."""
    team: str = ""
    missing_scopes: frozenset[str] = frozenset()
    """Of the optional scopes, those that the app was not given."""
