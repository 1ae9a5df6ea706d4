"""What stands around a document when it is posted: its label, its buttons, its files, signs."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """By this a post of ours is found again: what it is, of which turn or thread, which part."""

    kind: str
    key: str
    part: int = 1
    of: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A post of ours that stands in the conversation."""

    id: str
    """The surface's own id of it (Slack: its `ts`)."""
    label: Label
    text: str = ""
    """Its text as far as it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button under a post: `id` says what it does, `value` to what."""

    id: str
    text: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A text file that is posted beside an answer."""

    name: str
    media_type: str
    text: str


class Sign(StrEnum):
    """A small mark on somebody's message."""

    QUEUED = "queued"
    STORAGE_DOWN = "storage_down"
