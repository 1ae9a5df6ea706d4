"""The questions of `where` to Slack: a message's link, and the rule that leaves it alone."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import open_admission
from bot.commands.where_alerts import of_alert
from bot.commands.whereabouts import Whereabouts
from bot.config import Settings
from bot.errors import BurrowError
from bot.intake.admission import Admission
from bot.intake.alerts import Alerts
from bot.intake.incoming import Incoming
from bot.intake.rules import Rule, Ruling
from bot.messages import ts_of
from bot.slack.client import TRANSPORT_ERRORS, error_code
from bot.slack.me import Me
from bot.slack.replies import replies
from bot.slack.thread import fetch_message
from session import Repository, SlackThread

_CALL_SECONDS = 10.0
_ROOT = re.compile(r"[?&]thread_ts=(?P<ts>\d+\.\d+)")
_FAILURES = (SlackApiError, *TRANSPORT_ERRORS)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands in Slack."""

    channel_id: str
    ts: str
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a message is not stored, in a sentence, and the rule by its words."""

    text: str
    rule: str | None = None
    is_known: bool = False
    """Whether the bot has dealt with it all the same, as with an alert that repeats one."""


class SlackLook:
    """Asks Slack as far as it can be asked; what fails costs a link or a reason, no more."""

    def __init__(
        self,
        repository: Repository,
        asked: tuple[Admission, AsyncWebClient, Me] | None,
        why: str,
    ) -> None:
        self._repository = repository
        self._alerts = Alerts(repository)
        self._asked = asked
        self._why_not_asked = why

    async def links(self, found: Whereabouts) -> tuple[str | None, str | None]:
        """Return the addresses of a message and of its answer, where Slack tells them."""
        thread, ts = found.thread, ts_of(found.message)
        if self._asked is None or thread is None or not ts:
            return None, None
        _, client, _ = self._asked
        try:
            link = await _permalink(client, thread.channel_id, ts)
            if found.answer is None or not found.is_delivered:
                return link, None
            answer = await _answer_ts(client, thread, found.answer.id)
            return link, answer and await _permalink(client, thread.channel_id, answer)
        except _FAILURES:
            return None, None

    async def why_not(self, place: Place) -> WhyNot:
        """Say why a message is not stored: the rule that declines it, or what it is part of."""
        if self._asked is None:
            return WhyNot(self._why_not_asked)
        admission, client, me = self._asked
        try:
            message = await _fetch(client, place)
        except SlackApiError as error:
            return WhyNot(f"Slack does not show it to the bot ({error_code(error)}).")
        except TRANSPORT_ERRORS:
            return WhyNot("Slack does not answer, so nobody can say why.")
        if message is None:
            return WhyNot("Slack has no such message (any more).")
        kind = "im" if place.channel_id.startswith("D") else "channel"
        event = {**message, "type": "message", "channel": place.channel_id, "channel_type": kind}
        incoming = Incoming.of({"event": event}, me)
        if incoming is None:
            return WhyNot("The bot cannot read it.")
        ruling = await admission.rule(incoming)
        rule = ruling.rule
        if rule.is_of_alert:
            return await self._of_alert(incoming, rule, me)
        if not rule.takes:
            ids = f" (app id {incoming.app_id or 'unknown'}, bot id {incoming.bot_id})"
            which = ids if rule is Rule.NOT_IN_ALERTS else ""
            return WhyNot(f"The bot leaves it alone because {rule.value}{which}.", rule.value)
        return WhyNot(why_missing(ruling), rule.value)

    async def _of_alert(self, incoming: Incoming, rule: Rule, me: Me) -> WhyNot:
        new = await self._alerts.read(incoming)
        record = await self._repository.find_alert(new.key)
        is_known, text = of_alert(new, record, me.url)
        return WhyNot(text, rule.value, is_known=is_known)


@asynccontextmanager
async def looking_at_slack(settings: Settings, repository: Repository) -> AsyncIterator[SlackLook]:
    """Connect to Slack's Web API, if the tokens are set and it answers."""
    if settings.slack_bot_token is None:
        yield SlackLook(repository, None, "With SLACK_BOT_TOKEN set, this command can say why.")
        return
    async with AsyncExitStack() as opened:
        opening = open_admission(settings, repository, timeout=_CALL_SECONDS)
        try:
            look = SlackLook(repository, await opened.enter_async_context(opening), "")
        except (BurrowError, *_FAILURES) as error:
            look = SlackLook(repository, None, f"Slack could not be asked why: {error}")
        yield look


def why_missing(ruling: Ruling) -> str:
    """Say why a message is not stored that is for the bot."""
    if ruling.kind is None and ruling.command is not None:
        return (
            f"It is for the bot ({ruling.rule.value}): the command `{ruling.command}`, which here"
            " is answered at once, to its author alone, and not stored."
        )
    return (
        f"It is for the bot ({ruling.rule.value}), so it should have been stored: the bot or its"
        " store may have been down for longer than Slack repeats a message (about six minutes),"
        " or it was one question too many for QUESTIONS_PER_HOUR_PERSON or _CHANNEL. Repeat the"
        " message."
    )


async def _fetch(client: AsyncWebClient, place: Place) -> Mapping[str, Any] | None:
    """Fetch a message; of a reply that is named without its thread, the link knows the thread."""
    found = await fetch_message(client, place.channel_id, place.ts, place.thread_ts)
    if found is not None or place.thread_ts is not None:
        return found
    try:
        root = _ROOT.search(await _permalink(client, place.channel_id, place.ts))
    except SlackApiError as error:
        if error_code(error) == "message_not_found":
            return None
        raise
    if root is None:
        return None
    return await fetch_message(client, place.channel_id, place.ts, root["ts"])


async def _permalink(client: AsyncWebClient, channel_id: str, ts: str) -> str:
    """Ask for a message's address (https://docs.slack.dev/reference/methods/chat.getPermalink)."""
    answer = await client.chat_getPermalink(channel=channel_id, message_ts=ts)
    return str(answer["permalink"])


async def _answer_ts(client: AsyncWebClient, thread: SlackThread, answer_id: str) -> str | None:
    """Find our first post that is labelled with the answer's id."""
    for message in (await replies(client, thread, metadata=True)).messages:
        metadata = message.get("metadata") or {}
        if (metadata.get("event_payload") or {}).get("key") == answer_id:
            return str(message["ts"])
    return None
