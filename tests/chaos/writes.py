"""What the bots wrote into threads, as the simulator recorded it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.turns.progress import STOP_ACTION
from session import SlackThread
from simulator import Slack
from simulator.values import ApiCall, Message


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


async def posts_in(slack: Slack, thread: SlackThread, requests: Mapping[str, Any]) -> list[Post]:
    """Read the labelled posts of a thread."""
    messages = await slack.messages(thread.channel_id, thread.thread_ts)
    return [_post(thread, message, requests) for message in messages if message.metadata]


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


def requests_of(calls: Sequence[ApiCall]) -> dict[str, list[ApiCall]]:
    """Sort calls by the channel and the label of what they post."""
    found: dict[str, list[ApiCall]] = {}
    for call in calls:
        metadata = call.arguments.get("metadata") or "{}"
        decoded = json.loads(metadata) if isinstance(metadata, str) else metadata
        found.setdefault(_key(str(call.arguments.get("channel")), decoded), []).append(call)
    return found


def _key(channel_id: str, metadata: Mapping[str, Any]) -> str:
    return channel_id + json.dumps(metadata, sort_keys=True)


def update_of(call: ApiCall) -> Update:
    """Read a change out of its call."""
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
