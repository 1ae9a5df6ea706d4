"""The scopes that manifest.yml asks for (https://docs.slack.dev/reference/scopes)."""

from collections.abc import Mapping

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "chat:write",
        "groups:history",
        "im:history",
        "mpim:history",
        "reactions:write",
        "users:read",
    }
)
"""What the bot cannot do without."""
OPTIONAL_SCOPES: Mapping[str, str] = {
    "assistant:write": "show Slack's own stop button",
    "channels:read": "read a public channel around a lone mention, and tell public channels from"
    " private ones (all count as private)",
    "files:read": "read text files and images that people share",
    "files:write": "attach files: long answers, exported cases, images of tools",
    "groups:read": "look at private channels (all count as shared with other organisations), and"
    " read one around a lone mention",
    "im:write": "send direct messages: `catch me up`, and what nobody can see as a whisper",
    "mpim:read": "look at group messages (all count as shared with other organisations)",
}
"""What the bot can do without, each with what it then cannot do."""


def granted_by(headers: Mapping[str, str] | None) -> frozenset[str]:
    """Return the scopes that Slack names beside an answer; all of ours if it names none.

    https://docs.slack.dev/authentication/installing-with-oauth: the header X-OAuth-Scopes.
    """
    named = {name.lower(): value for name, value in (headers or {}).items()}.get("x-oauth-scopes")
    if named is None:
        return SCOPES | frozenset(OPTIONAL_SCOPES)
    return frozenset(scope.strip() for scope in named.split(","))
