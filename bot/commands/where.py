"""`where`: what became of a message."""

import argparse
import asyncio
import re
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.app import open_admission
from bot.commands.exits import Exit
from bot.commands.stores import look_into
from bot.commands.whereabouts import Whereabouts
from bot.config import Settings
from bot.errors import ConfigurationError
from bot.intake.incoming import Incoming
from bot.slack.client import TRANSPORT_ERRORS
from bot.slack.thread import fetch_message
from session import Repository, SessionId

_LINK = re.compile(r"/archives/(?P<channel>[A-Z0-9]+)/p(?P<digits>\d{16,})")
_ROOT = re.compile(r"[?&]thread_ts=(?P<ts>\d+\.\d+)")
_TS = re.compile(r"\d{10}\.\d{6}")
_CALL_SECONDS = 10.0

DESCRIPTION = """\
Say what became of a message: stored when, answered, failed or waiting in which
turn, or why the bot leaves it alone.

  burrow where https://acme.slack.com/archives/C0123ABCD/p1712345678000200
  burrow where C0123ABCD 1712345678.000200"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands in Slack."""

    channel_id: str
    ts: str
    thread_ts: str | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what names the message."""
    parser.usage = "burrow where [-h] LINK | CHANNEL TS"
    parser.add_argument(
        "message",
        nargs="+",
        metavar="LINK",
        help="the message's link (in Slack: ⋮, Copy link), or its channel id and ts",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print one plain sentence or two."""
    place = parse_place(arguments.message)
    print(asyncio.run(_where(Settings.load(), place)))
    return Exit.DONE


def parse_place(words: list[str]) -> Place:
    """Read a link, or a channel id and a ts; raises `ConfigurationError`."""
    match words:
        case [link] if found := _LINK.search(link):
            digits, root = found["digits"], _ROOT.search(link)
            ts = f"{digits[:-6]}.{digits[-6:]}"
            return Place(found["channel"], ts, root["ts"] if root else None)
        case [channel, ts] if _TS.fullmatch(ts):
            return Place(channel, ts)
    raise ConfigurationError(
        f"{' '.join(words)!r} names no message. Give its link (in Slack: ⋮, Copy link) or its"
        " channel id and ts, such as C0123ABCD 1712345678.000200."
    )


async def _where(settings: Settings, place: Place) -> str:
    async with look_into(settings) as repository:
        for team_id in await _teams(repository):
            text = await Whereabouts(repository).of(team_id, place.channel_id, place.ts)
            if text is not None:
                return text
        return f"It was never stored in {repository.description}. " + await _why(
            settings, repository, place
        )


async def _teams(repository: Repository) -> list[str]:
    """Return the teams of the store's sessions: one, but for stores that moved."""
    teams: dict[str, None] = {}
    after: SessionId | None = None
    while page := await repository.scan_sessions(after=after, limit=500):
        teams |= {one.thread.team_id: None for one in page if one.thread}
        after = page[-1].id
    return list(teams)


async def _why(settings: Settings, repository: Repository, place: Place) -> str:
    """Ask Slack for the message and name the rule that declines it."""
    if settings.slack_bot_token is None or settings.slack_app_token is None:
        return "With SLACK_BOT_TOKEN and SLACK_APP_TOKEN set, this command can say why."
    async with open_admission(settings, repository, timeout=_CALL_SECONDS) as (
        admission,
        client,
        me,
    ):
        try:
            message = await fetch_message(client, place.channel_id, place.ts, place.thread_ts)
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            return f"Slack does not show it to the bot ({error}); is the bot in that channel?"
        if message is None:
            return "Slack has no such message (any more)."
        kind = "im" if place.channel_id.startswith("D") else "channel"
        event = {**message, "type": "message", "channel": place.channel_id, "channel_type": kind}
        incoming = Incoming.of({"event": event}, me)
        assert incoming is not None
        ruling = await admission.rule(incoming)
    if not ruling.rule.takes:
        return f"The bot leaves it alone because {ruling.rule.value}."
    return (
        f"It is for the bot ({ruling.rule.value}), so it should have been stored: the bot or its"
        " store may have been down for longer than Slack repeats a message (about six minutes),"
        " or it is a status or help command. Repeat the message."
    )
