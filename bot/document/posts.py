"""The values around a posted document: its label, its buttons, its files, signs."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.document.characters import visible
from bot.document.kinds import check
from bot.document.values import Document
from bot.redact import redact

LONGEST_NAME = 120
"""Characters of a file's name and title, the last ones: by those it is told from others."""
_ANGLES = str.maketrans("", "", "<>")
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


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
    """Its text, as it was posted or read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button under a post: `id` says what it does, `value` to what."""

    id: str
    text: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that stands in the conversation beside an answer: of text, or of an image.

    Whatever its text and names are made of, they hold no secret and no character that hides or
    turns text.
    """

    name: str
    title: str
    """By this it is found again, so it is unlike every other file's."""
    media_type: str
    text: str = ""
    data: bytes = b""
    """The bytes of a file that is not text. Such a file is not stored."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", redact(visible(self.text)))
        object.__setattr__(self, "title", _line(self.title)[-LONGEST_NAME:])
        name = _NOT_IN_NAMES.sub("-", redact(visible(self.name))).lstrip("-.")
        object.__setattr__(self, "name", name[-LONGEST_NAME:])

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.data or self.text.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A document that an answer puts into a Markdown file beside it.

    Where no file can be attached, it is posted.
    """

    title: str
    """What it is, in a word or two."""
    document: Document

    def __post_init__(self) -> None:
        check(self.title, str, "Attachment.title")
        # Here, for a secret would take with it what is put behind it.
        object.__setattr__(self, "title", _line(self.title)[:LONGEST_NAME])
        check(self.document, Document, "Attachment.document")


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image beside an answer, kept in memory only: a successor says that it is missing."""

    title: str
    """Where it comes from, in a word or two."""
    media_type: str
    data: bytes

    def __post_init__(self) -> None:
        check(self.title, str, "Image.title")
        check(self.media_type, str, "Image.media_type")
        check(self.data, bytes, "Image.data")


def _line(text: str) -> str:
    return " ".join(redact(visible(text)).translate(_ANGLES).split())


class Sign(StrEnum):
    """A small mark on somebody's message."""

    QUEUED = "queued"
    STORAGE_DOWN = "storage_down"
    OVER_LIMIT = "over_limit"
