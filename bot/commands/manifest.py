"""`manifest`: print the manifest of the Slack app."""

import argparse
import re
from urllib.parse import urlsplit

from bot.commands.exits import Exit
from bot.errors import ConfigurationError
from bot.installation import carried_file

READS_SETTINGS = False
DESCRIPTION = """\
Print manifest.yml, the manifest of the Slack app: its scopes, its events, its
name. Paste it at https://api.slack.com/apps?new_app=1 ("From a manifest"), or
into the settings of an app that you have ("App Manifest").

With --http, Slack sends its events to that address instead of Socket Mode:

  burrow manifest --http https://burrow.example.com"""

_PATHS = ("/slack/events", "/slack/interactivity")
_HOST = re.compile(r"((?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]*[a-z0-9]")
"""What Slack can find by its name: neither `localhost` nor an IP address."""
_PATH = re.compile(r"(/(?!\.+(/|$))[A-Za-z0-9._~-]+)*")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes the address of the bot, if events come over HTTP."""
    parser.add_argument(
        "--http", metavar="URL", help="where Slack reaches the bot, without /slack/events"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print it."""
    text = carried_file("manifest.yml")
    print(text if arguments.http is None else _over_http(text, arguments.http), end="")
    return Exit.DONE


def _over_http(text: str, url: str) -> str:
    """Name the two Request URLs, and turn Socket Mode off.

    https://docs.slack.dev/reference/app-manifest
    """
    base = _base_of(url)
    for section, path in zip(("event_subscriptions", "interactivity"), _PATHS, strict=True):
        head = f"  {section}:\n"
        text = text.replace(head, f"{head}    request_url: {base}{path}\n")
    return text.replace("socket_mode_enabled: true", "socket_mode_enabled: false")


def _base_of(url: str) -> str:
    base = url.strip().rstrip("/")
    for path in _PATHS:
        base = base.removesuffix(path)
    if not _is_reachable(base):
        raise ConfigurationError(
            f"--http {url[:200]!r} is not valid: it takes the address at which Slack reaches the"
            " bot, such as https://burrow.example.com (Slack sends to https only)."
        )
    return f"https{base[len('https') :]}"


def _is_reachable(base: str) -> bool:
    try:
        parts = urlsplit(base)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    places = (host, f"{host}:{port}") if port else (host,)
    return bool(
        parts.scheme == "https"
        and parts.netloc.lower() in places
        and _HOST.fullmatch(host)
        and _PATH.fullmatch(base[len("https://") + len(parts.netloc) :])
    )
