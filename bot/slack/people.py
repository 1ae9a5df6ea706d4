"""Asks Slack who people are: their names, and whether they are full members here."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import TRANSPORT_ERRORS, error_code, read, reason
from bot.slack.me import Me
from session import Bounded

log = structlog.get_logger(__name__)

_KEEP_SECONDS = 3600.0
_KEEP_PEOPLE = 5000
_AT_ONCE = 10
_A_DAY = 86_400
MOST_ASKED_FOR = 2_000
"""People whom Slack is asked about or is still to be asked about; of others nothing is known."""
_NOT_SHOWN = frozenset({"user_not_found", "user_not_visible"})
_BOTS = ("is_bot", "is_workflow_bot", "is_connector_bot")
_STRANGERS = ("is_restricted", "is_ultra_restricted", "is_stranger")
_ANGLES = str.maketrans("", "", "<>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user as `users.info` describes one (https://docs.slack.dev/reference/objects/user-object)."""

    id: str
    name: str
    """Without angle brackets, so that no name can be read as a mention."""
    is_bot: bool = False
    is_full_member: bool = True
    zone: tzinfo | None = None
    """Where this person is now, with the offset of today."""


class People:
    """Looks users up once an hour at most."""

    def __init__(self, client: AsyncWebClient, me: Me, monotonic: Callable[[], float]) -> None:
        self._client = client
        self._me = me
        self._monotonic = monotonic
        self._known: Bounded[str, tuple[float, Person]] = Bounded(_KEEP_PEOPLE)
        self._asking: dict[str, asyncio.Future[Person]] = {}
        self._few = asyncio.Semaphore(_AT_ONCE)

    async def find(self, user_id: str) -> Person:
        """Return the person; raises what the Web API raises."""
        if (known := self._remembered(user_id)) is not None:
            return known
        asking = self._asking.get(user_id)
        if asking is None:
            if len(self._asking) >= MOST_ASKED_FOR:
                raise TimeoutError("too many people are being asked about")
            asking = asyncio.ensure_future(self._ask(user_id))
            self._asking[user_id] = asking
            asking.add_done_callback(lambda _: self._asking.pop(user_id, None))
        return await asyncio.shield(asking)

    async def within(self, seconds: float, user_id: str) -> Person | None:
        """Return the person, or None where Slack does not tell in that time."""
        if (known := self._remembered(user_id)) is not None:
            return known
        try:
            async with asyncio.timeout(seconds):
                return await self.find(user_id)
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            log.info("person.unknown", user_id=user_id, reason=reason(error))
            return None

    async def name(self, user_id: str) -> str:
        """Return the name people see, or the id itself while Slack cannot be asked."""
        try:
            return (await self.find(user_id)).name
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            log.debug("person.unknown", user_id=user_id, reason=reason(error))
            return user_id

    async def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        """Return the names of many."""
        known = {user_id: self._remembered(user_id) for user_id in set(user_ids)}
        names = {user_id: person.name for user_id, person in known.items() if person}
        wanted = sorted(known.keys() - names.keys())
        if not wanted:
            return names
        asked = await asyncio.gather(*map(self.name, wanted))
        return names | dict(zip(wanted, asked, strict=True))

    def _remembered(self, user_id: str) -> Person | None:
        known = self._known.get(user_id)
        if known is None or self._monotonic() - known[0] >= _KEEP_SECONDS:
            return None
        return known[1]

    async def _ask(self, user_id: str) -> Person:
        async with self._few:
            person = await self._person(user_id)
        self._known[user_id] = (self._monotonic(), person)
        return person

    async def _person(self, user_id: str) -> Person:
        """Ask Slack. A user whom it does not show to us is no member here.

        https://docs.slack.dev/reference/methods/users.info
        """
        try:
            response = await read(lambda: self._client.users_info(user=user_id), attempts=2)
        except SlackApiError as error:
            if error_code(error) in _NOT_SHOWN:
                return Person(id=user_id, name=user_id, is_full_member=False)
            raise
        user = response["user"]
        if not user.get("id"):
            # Without an id nothing shows that it is a member of ours.
            raise SlackApiError("users.info told of nobody", response)
        return Person(
            id=user_id,
            name=_name(user) or user_id,
            is_bot=any(user.get(sign) for sign in _BOTS),
            is_full_member=not (any(map(user.get, _STRANGERS)) or not self._is_of_our_team(user)),
            zone=_zone_of(user),
        )

    def _is_of_our_team(self, user: Mapping[str, Any]) -> bool:
        enterprise = user.get("enterprise_user")
        teams = enterprise.get("teams") if isinstance(enterprise, Mapping) else None
        named = (
            user.get("team_id", self._me.team_id),
            *(teams if isinstance(teams, list) else ()),
        )
        return self._me.team_id in named


def _name(user: Mapping[str, Any]) -> str:
    """Return the name that people see."""
    found = user.get("profile")
    profile = found if isinstance(found, Mapping) else {}
    names = (
        *(profile.get(key) for key in ("display_name", "real_name")),
        *(user.get(key) for key in ("real_name", "name")),
    )
    name = next((it for it in names if isinstance(it, str) and it), "")
    return name.translate(_ANGLES).strip()


def _zone_of(user: Mapping[str, Any]) -> tzinfo | None:
    """Make a zone of `tz` and `tz_offset`, which is in seconds and heeds daylight saving."""
    name, offset = user.get("tz"), user.get("tz_offset")
    if not isinstance(offset, int) or abs(offset) >= _A_DAY:
        return None
    return timezone(timedelta(seconds=offset), str(name or "") or "local time")
