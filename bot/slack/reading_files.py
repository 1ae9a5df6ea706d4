"""Reads the text files and the images that messages share."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.document.thread import FileImage, FileText, LeftOut, SharedFile, ThreadMessage
from bot.slack.client import TRANSPORT_ERRORS, read, reason
from bot.slack.downloads import Downloads, FileLeftOutError
from bot.slack.file_text import text_of_file
from bot.slack.me import Me
from bot.slack.shared_files import shared_file
from session import Bounded

log = structlog.get_logger(__name__)

MOST_FILES = 5
MOST_BYTES = 2**20
MOST_IMAGES = 4
MOST_IMAGE_BYTES = 4 * 2**20
_MOST_ASKED = 8
_MOST_KEPT = 32
"""Texts and images of one turn that are kept, lest a second look fetch them again."""


@dataclass(frozen=True, slots=True)
class _Picked:
    """A file, the message that shares it, and what keeps it from being read."""

    message: ThreadMessage
    file: SharedFile
    left_out: LeftOut | None


class FileReader:
    """Reads the files of one conversation, each at most once."""

    def __init__(self, client: AsyncWebClient, me: Me) -> None:
        self._client = client
        self._downloads = Downloads(client)
        self._may_read = "files:read" not in me.missing_scopes
        self._texts: Bounded[str, tuple[str, LeftOut | None]] = Bounded(_MOST_KEPT)
        self._images: Bounded[str, tuple[bytes, str, LeftOut | None]] = Bounded(_MOST_KEPT)
        self._told: Bounded[str, SharedFile] = Bounded(_MOST_KEPT)

    async def read(self, messages: Sequence[ThreadMessage]) -> list[FileText]:
        """Read the newest five text files that people or alerts share there, oldest first.

        The others are returned too, each with why it is left out.
        """
        shared = await self._shared(messages)
        picked = list(self._picked(shared, _is_text, MOST_FILES, MOST_BYTES))
        return sorted(
            await asyncio.gather(*map(self._as_text, picked)),
            key=lambda it: (it.message.sent_at, it.file.id),
        )

    async def read_images(self, messages: Sequence[ThreadMessage]) -> list[FileImage]:
        """Read the newest four images, oldest first; files of other kinds are not returned."""
        shared = await self._shared(messages)
        picked = self._picked(shared, _is_image, MOST_IMAGES, MOST_IMAGE_BYTES)
        wanted = [it for it in picked if it.left_out is not LeftOut.NOT_TEXT]
        return sorted(
            await asyncio.gather(*map(self._as_image, wanted)),
            key=lambda it: (it.message.sent_at, it.file.id),
        )

    async def _shared(
        self, messages: Sequence[ThreadMessage]
    ) -> list[tuple[ThreadMessage, SharedFile]]:
        """Return the files, newest first; Slack is asked about those it tells only the id of."""
        shared = _newest_first(messages)
        if self._may_read:
            untold = [file for _, file in shared if not file.is_told][:_MOST_ASKED]
            await asyncio.gather(*map(self._ask, untold))
        return [(message, self._told.get(file.id, file)) for message, file in shared]

    async def _ask(self, file: SharedFile) -> None:
        """https://docs.slack.dev/reference/methods/files.info"""
        if file.id in self._told:
            return
        try:
            answer = await read(partial(self._client.files_info, file=file.id), attempts=2)
            self._told[file.id] = shared_file(answer["file"])
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            log.info("file.unknown", file_id=file.id, reason=reason(error))

    def _picked(
        self,
        shared: Sequence[tuple[ThreadMessage, SharedFile]],
        is_of_kind: Callable[[SharedFile], bool],
        most: int,
        most_bytes: int,
    ) -> Iterator[_Picked]:
        """Pick the newest files of a kind; newest first, the others with why not."""
        for message, file in shared:
            left_out = None
            if not is_of_kind(file):
                left_out = LeftOut.NOT_TEXT
            elif file.size > most_bytes:
                left_out = LeftOut.TOO_LARGE
            elif not self._may_read:
                left_out = LeftOut.NO_SCOPE
            elif most == 0:
                left_out = LeftOut.TOO_MANY
            else:
                most -= 1
            yield _Picked(message, file, left_out)

    async def _as_text(self, picked: _Picked) -> FileText:
        text, left_out = "", picked.left_out
        if left_out is None:
            text, left_out = await self._text(picked.file)
        return FileText(file=picked.file, message=picked.message, text=text, left_out=left_out)

    async def _text(self, file: SharedFile) -> tuple[str, LeftOut | None]:
        if file.id not in self._texts:
            self._texts[file.id] = await self._fetched_text(file)
        return self._texts[file.id]

    async def _fetched_text(self, file: SharedFile) -> tuple[str, LeftOut | None]:
        try:
            content = await self._downloads.fetch(file, MOST_BYTES)
        except FileLeftOutError as error:
            return "", error.why
        text = await asyncio.to_thread(text_of_file, file, content)
        if text is None:
            return "", LeftOut.NOT_TEXT
        log.info("file.read", file_id=file.id, size=len(content))
        return text, None

    async def _as_image(self, picked: _Picked) -> FileImage:
        data, media_type, left_out = b"", "", picked.left_out
        if left_out is None:
            data, media_type, left_out = await self._image(picked.file)
        return FileImage(
            file=picked.file,
            message=picked.message,
            data=data,
            media_type=media_type,
            left_out=left_out,
        )

    async def _image(self, file: SharedFile) -> tuple[bytes, str, LeftOut | None]:
        if file.id not in self._images:
            self._images[file.id] = await self._fetched_image(file)
        return self._images[file.id]

    async def _fetched_image(self, file: SharedFile) -> tuple[bytes, str, LeftOut | None]:
        try:
            data = await self._downloads.fetch(file, MOST_IMAGE_BYTES)
        except FileLeftOutError as error:
            return b"", "", error.why
        if (media_type := image_type(data)) is None:
            return b"", "", LeftOut.UNREADABLE
        log.info("file.read", file_id=file.id, size=len(data))
        return data, media_type, None


def image_type(data: bytes) -> str | None:
    """Tell by its first bytes what an image is; None if it is none that models take."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def _is_text(file: SharedFile) -> bool:
    return file.is_text


def _is_image(file: SharedFile) -> bool:
    return file.is_image


def _newest_first(
    messages: Sequence[ThreadMessage],
) -> list[tuple[ThreadMessage, SharedFile]]:
    """Return the files of others with the message that shares each last, each file once."""
    newest = sorted(messages, key=lambda message: message.sent_at, reverse=True)
    shared: dict[str, tuple[ThreadMessage, SharedFile]] = {}
    for message in newest:
        for file in () if message.is_burrow else message.files:
            shared.setdefault(file.id, (message, file))
    return list(shared.values())
