"""Finds tokens that are not set, or that were exchanged."""

from collections.abc import Mapping, Sequence

from bot.config.forms import GOOD_FORMS
from bot.errors import ConfigurationError
from bot.installation import command


def missing(names: Sequence[str]) -> ConfigurationError:
    """Say which tokens are not set, and what to do about it."""
    over_http = " (Over HTTP, SLACK_SIGNING_SECRET and HTTP_PORT take its place.)"
    lines = [f"{name} is not set: it takes {GOOD_FORMS[name]}." for name in names]
    if "SLACK_APP_TOKEN" in names:
        lines[-1] += over_http
    return ConfigurationError(
        "\n".join(lines) + f"\nPut it into .env ({command('settings')} prints one to fill in), or"
        f" try {command('demo')}, which needs none."
    )


def refuse_exchanged_tokens(given: Mapping[str, str]) -> None:
    """Raise where each token is given as the other."""
    bot, app = given.get("SLACK_BOT_TOKEN", ""), given.get("SLACK_APP_TOKEN", "")
    if bot.startswith("xapp-") and app.startswith("xoxb-"):
        raise ConfigurationError(
            "SLACK_BOT_TOKEN holds the app-level token (xapp-…) and SLACK_APP_TOKEN the bot token"
            " (xoxb-…): exchange the two."
        )
