"""What is known after a campaign: the simulator's record, the store, and who ran when."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from bot.cards.card import NOTEBOOK
from bot.config import Settings
from bot.parts import web_api_timeout
from session import Message as StoredMessage
from session import Repository, Session, SessionId, StorageError, Turn
from simulator import Slack
from simulator.values import Delivery
from tests.chaos.fleet import Freeze, Life
from tests.chaos.logs import left_by_the_store, taken_over_by
from tests.chaos.records import CallRun, Run
from tests.chaos.writes import Post, Update, posts_in, requests_of, update_of
from tests.support.inbox import all_due

T = TypeVar("T")

LOOKS = 20
HOURGLASS = "hourglass_flowing_sand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that is known of one session."""

    session: Session
    timeline: Sequence[StoredMessage]
    turns: Sequence[Turn]
    runs: Sequence[Run]
    posts: Sequence[Post]
    card: bool
    """Whether the record of a card is left, which is deleted when the card is dealt with."""
    marked: Sequence[str]
    """The ids of its messages that still bear an hourglass."""

    @property
    def questions(self) -> list[StoredMessage]:
        """What people asked."""
        return [entry for entry in self.timeline if entry.kind == "question"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known of a campaign."""

    stories: Sequence[Story]
    updates: Sequence[Update]
    lives: Sequence[Life]
    freezes: Sequence[Freeze]
    acked_at: Mapping[tuple[str, str], float]
    """When the app first acked each mention, by channel and `ts`."""
    calm_channels: frozenset[str]
    """Where people wrote when nothing went wrong any more."""
    pulse_channel: str
    """Where meanwhile a new thread was begun every now and then, to compare with."""
    stalls: Sequence[tuple[float, float]]
    """From when to when the machine made the simulator's process wait."""
    still_open: int
    call_seconds: float
    """How long one call of the Web API may last."""
    taken_over: Mapping[str, float]
    """Since when somebody else than its author's turn was delivering an answer, by its id."""
    left_by_the_store: frozenset[str]
    """The request ids whose work ended because the store did not answer."""
    call_runs: Sequence[CallRun]
    """When approved calls were carried out."""
    never_free: Sequence[str]
    """Sessions that somebody saw locked all the while their card was open."""
    collected_at: datetime
    """By the store's clock."""


async def collect(
    slack: Slack,
    repository: Repository,
    runs: Sequence[Run],
    lives: Sequence[Life],
    freezes: Sequence[Freeze],
    *,
    call_seconds: float,
    calm_channels: frozenset[str] = frozenset(),
    pulse_channel: str = "",
    stalls: Sequence[tuple[float, float]] = (),
    call_runs: Sequence[CallRun] = (),
    never_free: Sequence[str] = (),
) -> Evidence:
    """Read everything; the bots should have ended."""
    requests = requests_of(await slack.api_calls("chat.postMessage"))
    by_session: dict[str, list[Run]] = {}
    for run in runs:
        by_session.setdefault(run.session_id, []).append(run)
    stories = []
    for session in await _sessions(repository):
        assert session.thread is not None
        timeline = await _patiently(partial(repository.timeline, session.id))
        stories.append(
            Story(
                session=session,
                timeline=timeline,
                turns=await _patiently(partial(repository.turns, session.id)),
                runs=by_session.get(session.id, []),
                posts=await posts_in(slack, session.thread, requests),
                card=bool(
                    await _patiently(partial(repository.read_notebook, session.id, NOTEBOOK))
                ),
                marked=await _marked(slack, session, timeline),
            )
        )
    return Evidence(
        stories=stories,
        updates=[
            update_of(call) for call in await slack.api_calls("chat.update") if not call.error
        ],
        lives=lives,
        freezes=freezes,
        acked_at=_acks(await slack.deliveries("app_mention")),
        calm_channels=calm_channels,
        pulse_channel=pulse_channel,
        stalls=stalls,
        still_open=len(await _patiently(lambda: all_due(repository))),
        call_seconds=call_seconds,
        taken_over=taken_over_by(lives),
        left_by_the_store=left_by_the_store(lives),
        call_runs=call_runs,
        never_free=never_free,
        collected_at=repository.now(),
    )


def call_seconds_of(lease_seconds: float) -> float:
    """Return how long a call of the Web API may last where leases last for so long."""
    return web_api_timeout(Settings.isolated(lock_ttl_seconds=lease_seconds))


def _acks(deliveries: Sequence[Delivery]) -> dict[tuple[str, str], float]:
    """Of a delivery that came too late, or whose ack was ignored, nothing is promised."""
    found: dict[tuple[str, str], float] = {}
    for one in deliveries:
        if one.outcome == "acked" and one.acked_at is not None:
            place = one.channel or "", one.ts or ""
            found[place] = min(one.acked_at, found.get(place, one.acked_at))
    return found


async def _sessions(repository: Repository) -> list[Session]:
    found: list[Session] = []
    last: SessionId | None = None
    while page := await _patiently(partial(repository.scan_sessions, after=last)):
        found += page
        last = found[-1].id
    return found


async def _patiently(read: Callable[[], Awaitable[T]]) -> T:
    """Ask again for a minute or two: a server that is worn out is not what is looked into here."""
    for _ in range(LOOKS):
        with suppress(StorageError):
            return await read()
        await asyncio.sleep(5)
    return await read()


async def _marked(slack: Slack, session: Session, timeline: Sequence[StoredMessage]) -> list[str]:
    assert session.thread is not None
    found: list[str] = []
    for entry in timeline:
        if ts := entry.attributes.get("ts"):
            reactions = await slack.reactions_on(session.thread.channel_id, str(ts))
            if any(reaction.name == HOURGLASS for reaction in reactions):
                found.append(entry.id)
    return found
