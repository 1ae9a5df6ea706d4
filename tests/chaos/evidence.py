"""What is known after a campaign: the simulator's record, the store, and who ran when."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from bot.app import web_api_timeout
from bot.config import Settings
from bot.turns.progress import STOP_ACTION
from session import Message as StoredMessage
from session import Repository, Session, SessionId, SlackThread, StorageError, Turn
from simulator import Slack
from simulator.values import ApiCall, Delivery, Message
from tests.chaos.fleet import Freeze, Life
from tests.chaos.records import Run
from tests.support.inbox import all_due

T = TypeVar("T")

LOOKS = 20
HOURGLASS = "hourglass_flowing_sand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post of the bot. Times are on the machine's monotonic clock.

    `asked_at` is when the request had come in, `posted_at` when it was applied.
    """

    thread: SlackThread
    ts: str
    text: str
    shown: str
    kind: str
    key: str
    part: int
    of: int
    asked_at: float
    posted_at: float

    @property
    def label(self) -> tuple[str, str, int]:
        """What tells it from every other post."""
        return self.kind, self.key, self.part

    @property
    def fence(self) -> int | None:
        """The fence of the turn whose post it is; None if it belongs to no single turn."""
        return _fence_of(self.key) if self.kind in ("answer", "progress") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One change of a post, by its `ts`; `fence` is of the turn that its stop button names."""

    channel_id: str
    ts: str
    text: str
    fence: int | None
    asked_at: float
    applied_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that is known of one session."""

    session: Session
    timeline: Sequence[StoredMessage]
    turns: Sequence[Turn]
    runs: Sequence[Run]
    posts: Sequence[Post]
    marks_left: int
    """How many of its closed messages still bear an hourglass."""

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
) -> Evidence:
    """Read everything; the bots should have ended."""
    requests = _requests(await slack.api_calls("chat.postMessage"))
    by_session: dict[str, list[Run]] = {}
    for run in runs:
        by_session.setdefault(run.session_id, []).append(run)
    stories = []
    for session in await _sessions(repository):
        timeline = await _patiently(partial(repository.timeline, session.id))
        stories.append(
            Story(
                session=session,
                timeline=timeline,
                turns=await _patiently(partial(repository.turns, session.id)),
                runs=by_session.get(session.id, []),
                posts=await _posts(slack, session, requests),
                marks_left=await _marks_left(slack, session, timeline),
            )
        )
    return Evidence(
        stories=stories,
        updates=[_update(call) for call in await slack.api_calls("chat.update") if not call.error],
        lives=lives,
        freezes=freezes,
        acked_at=_acks(await slack.deliveries("app_mention")),
        calm_channels=calm_channels,
        pulse_channel=pulse_channel,
        stalls=stalls,
        still_open=len(await _patiently(lambda: all_due(repository))),
        call_seconds=call_seconds,
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


async def _posts(slack: Slack, session: Session, requests: Mapping[str, Any]) -> list[Post]:
    thread = session.thread
    assert thread is not None
    messages = await slack.messages(thread.channel_id, thread.thread_ts)
    return [_post(thread, message, requests) for message in messages if message.metadata]


async def _marks_left(slack: Slack, session: Session, timeline: Sequence[StoredMessage]) -> int:
    assert session.thread is not None
    left = 0
    for entry in timeline:
        if ts := entry.attributes.get("ts"):
            reactions = await slack.reactions_on(session.thread.channel_id, str(ts))
            left += any(reaction.name == HOURGLASS for reaction in reactions)
    return left


def _post(thread: SlackThread, message: Message, requests: Mapping[str, Any]) -> Post:
    metadata = message.metadata or {}
    payload = metadata["event_payload"]
    applied_by = [
        call.started_at
        for call in requests.get(_key(thread.channel_id, metadata), ())
        if call.started_at <= message.posted_at <= call.ended_at
    ]
    return Post(
        thread=thread,
        ts=message.ts,
        text=message.text,
        shown=" ".join([message.text, *(json.dumps(block) for block in message.blocks)]),
        kind=metadata["event_type"].removeprefix("burrow_"),
        key=payload["key"],
        part=payload["part"],
        of=payload["of"],
        asked_at=max(applied_by, default=message.posted_at),
        posted_at=message.posted_at,
    )


def _requests(calls: Sequence[ApiCall]) -> dict[str, list[ApiCall]]:
    found: dict[str, list[ApiCall]] = {}
    for call in calls:
        metadata = call.arguments.get("metadata") or "{}"
        decoded = json.loads(metadata) if isinstance(metadata, str) else metadata
        found.setdefault(_key(str(call.arguments.get("channel")), decoded), []).append(call)
    return found


def _key(channel_id: str, metadata: Mapping[str, Any]) -> str:
    return channel_id + json.dumps(metadata, sort_keys=True)


def _update(call: ApiCall) -> Update:
    return Update(
        channel_id=str(call.arguments["channel"]),
        ts=str(call.arguments["ts"]),
        text=str(call.arguments.get("text")),
        fence=next(map(_fence_of, _stop_buttons(call)), None),
        asked_at=call.started_at,
        applied_at=call.ended_at,
    )


def _stop_buttons(call: ApiCall) -> Iterator[str]:
    blocks = call.arguments.get("blocks") or []
    for block in json.loads(blocks) if isinstance(blocks, str) else blocks:
        for element in block.get("elements", ()):
            if element.get("action_id") == STOP_ACTION:
                yield element["value"]


def _fence_of(key: str) -> int:
    """Read the fence in a turn's id, which an answer's id begins with."""
    return int(key.partition("#")[2].partition("/")[0])
