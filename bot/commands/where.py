"""`where`: says what became of a message."""

import argparse
import asyncio
import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.commands.exits import Exit
from bot.commands.stores import look_into, printable, require_existing
from bot.commands.telling import as_json, paragraph
from bot.commands.where_slack import Place, SlackLook, looking_at_slack
from bot.commands.whereabouts import Whereabouts, whereabouts_of
from bot.config import Settings
from bot.errors import ConfigurationError
from bot.observe.logs import configure_logging
from session import Message, Repository, SessionId, slack_message_id

_LINK = re.compile(
    r"/(?:archives|client/[A-Z0-9]+)/(?P<channel>[A-Z0-9]+)/p(?P<digits>[0-9]{16})(?![0-9])"
)
_ROOT = re.compile(r"[?&]thread_ts=(?P<ts>[0-9]{1,11}\.[0-9]{1,9})")
_TS = re.compile(r"[0-9]{10}\.[0-9]{6}|p?[0-9]{16}")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]+")
_REQUEST = re.compile(r"(?<![A-Za-z0-9_])req_[0-9A-Za-z_-]+")
_MOST = 20

DESCRIPTION = """\
Say what became of a message, in one paragraph to paste: which rule took it in,
who holds its thread, which turn dealt with it, where its answer is. If there is
no answer, or if the bot leaves the message alone, it says why. Of an alert it
says which case the alert began, repeats or ends. Changes nothing.

  burrow where https://acme.slack.com/archives/C0123ABCD/p1712345678000200
  burrow where C0123ABCD 1712345678.000200
  burrow where req_0123456789abcdef

A request id (people are told it in a failure message) finds every message that
came in under it, or that was taken up by a turn under it.
Ends with 0 if something was found, with 1 if not."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request id, as people are told it."""

    id: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what names the message."""
    parser.usage = "burrow where [-h] [--json] LINK | CHANNEL TS | REQUEST"
    parser.add_argument(
        "message",
        nargs="+",
        metavar="LINK",
        help="the message's link (in Slack: ⋮, Copy link), its channel id and ts, or a request id",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(arguments: argparse.Namespace) -> int:
    """Print a paragraph for each message that is found."""
    asked_for = parse(arguments.message)
    settings = Settings.load()
    require_existing(settings.session_store)
    with configure_logging("console", "warning"):
        told, is_found = asyncio.run(_where(settings, asked_for))
    if arguments.json:
        print("\n".join(json.dumps(fields) for fields in told))
    else:
        print("\n\n".join(printable(fields["text"]) for fields in told))
    return Exit.DONE if is_found else Exit.FAILED


def parse(words: Sequence[str]) -> Place | Request:
    """Read what names a message, whatever stands around it; raises `ConfigurationError`."""
    text = html.unescape(" ".join(words))
    if found := _LINK.search(text):
        root = _ROOT.search(text)
        return Place(found["channel"], _ts(found["digits"]), root["ts"] if root else None)
    if requests := set(_REQUEST.findall(text)):
        if len(requests) == 1:
            return Request(requests.pop())
        raise ConfigurationError(f"Give one request id at a time, not {len(requests)}.")
    match [word.strip("`'\"<>#(),. ").partition("|")[0] for word in text.split()]:
        case [channel, ts] | [_, channel, ts] if _CHANNEL.fullmatch(channel) and _TS.fullmatch(ts):
            return Place(channel, _ts(ts))
    raise ConfigurationError(
        f"{' '.join(words)!r} names no message. Give its link (in Slack: ⋮, Copy link), its"
        " channel id and ts, such as C0123ABCD 1712345678.000200, or a request id, such as"
        " req_0123456789abcdef."
    )


def _ts(digits: str) -> str:
    """Return a `ts` as Slack writes it, also of one from a link, which has no dot."""
    plain = digits.lstrip("p").replace(".", "")
    return f"{plain[:-6]}.{plain[-6:]}"


async def _where(
    settings: Settings, asked_for: Place | Request
) -> tuple[list[dict[str, Any]], bool]:
    """Return what to tell, and whether anything was found."""
    async with look_into(settings) as repository:
        found = await _find(repository, asked_for)
        async with looking_at_slack(settings, repository) as slack:
            if found:
                return [await _told(slack, one) for one in found], True
            told = await _not_found(slack, repository, asked_for)
            return [told], bool(told["found"])


async def _find(repository: Repository, asked_for: Place | Request) -> list[Whereabouts]:
    if isinstance(asked_for, Request):
        messages: Sequence[Message] = await repository.find_messages(asked_for.id)
        people = [message for message in messages if not message.is_answer]
        return [await whereabouts_of(repository, message) for message in people[:_MOST]]
    for team_id in await _teams(repository):
        message_id = slack_message_id(team_id, asked_for.channel_id, asked_for.ts)
        message = await repository.get_message(message_id)
        if message is not None:
            return [await whereabouts_of(repository, message)]
    return []


async def _told(slack: SlackLook, found: Whereabouts) -> dict[str, Any]:
    link, answer = await slack.links(found)
    return as_json(found, link=link, answer=answer) | {
        "text": paragraph(found, link=link, answer=answer)
    }


async def _not_found(
    slack: SlackLook, repository: Repository, asked_for: Place | Request
) -> dict[str, Any]:
    where = repository.description
    if isinstance(asked_for, Request):
        text = (
            f"No message that came in under {asked_for.id}, or was taken up by it, is stored in"
            f" {where}. Perhaps it was declined before it was stored, or has been deleted since:"
            " look for the id in the logs."
        )
        return {"found": False, "request_id": asked_for.id, "rule": None, "text": text}
    why = await slack.why_not(asked_for)
    return {
        "found": why.is_known,
        "channel_id": asked_for.channel_id,
        "ts": asked_for.ts,
        "rule": why.rule,
        "text": f"The message is not stored in {where}. {why.text}",
    }


async def _teams(repository: Repository) -> list[str]:
    """Return the teams of the store's sessions: one, but for stores that moved."""
    teams: dict[str, None] = {}
    after: SessionId | None = None
    while page := await repository.scan_sessions(after=after, limit=500):
        teams |= {session.thread.team_id: None for session in page if session.thread}
        after = page[-1].id
    return list(teams)
