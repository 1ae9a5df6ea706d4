"""Reads the text files that messages share."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.document.thread import FileText, LeftOut, SharedFile, ThreadMessage
from bot.slack.downloads import Downloads, FileLeftOutError
from bot.slack.file_text import text_of_file
from bot.slack.me import Me

log = structlog.get_logger(__name__)

MOST_FILES = 5
MOST_BYTES = 2**20
_MOST_KEPT = 32
"""Files of one turn whose text is kept, lest a second look fetch them again."""


class FileReader:
    """Reads the files of one conversation, each at most once."""

    def __init__(self, client: AsyncWebClient, me: Me) -> None:
        self._downloads = Downloads(client)
        self._may_read = "files:read" not in me.missing_scopes
        self._read: dict[str, FileText] = {}

    async def read(self, messages: Sequence[ThreadMessage]) -> list[FileText]:
        """Read the newest five text files that people or alerts share there, oldest first.

        The others are returned too, each with why it is left out.
        """
        found: list[FileText] = []
        wanted: list[Coroutine[Any, Any, FileText]] = []
        for message, file in _newest_first(messages):
            left_out = self._obstacle(file)
            if left_out is None and len(wanted) == MOST_FILES:
                left_out = LeftOut.TOO_MANY
            if left_out is None:
                wanted.append(self._file(message, file))
            else:
                found.append(FileText(file=file, message=message, left_out=left_out))
        found += await asyncio.gather(*wanted)
        return sorted(found, key=lambda it: (it.message.sent_at, it.file.id))

    def _obstacle(self, file: SharedFile) -> LeftOut | None:
        if not file.is_text:
            return LeftOut.NOT_TEXT
        if file.size > MOST_BYTES:
            return LeftOut.TOO_LARGE
        return None if self._may_read else LeftOut.NO_SCOPE

    async def _file(self, message: ThreadMessage, file: SharedFile) -> FileText:
        if file.id not in self._read:
            text, left_out = await self._text(file)
            read = FileText(file=file, message=message, text=text, left_out=left_out)
            if len(self._read) == _MOST_KEPT:
                return read
            self._read[file.id] = read
        return self._read[file.id]

    async def _text(self, file: SharedFile) -> tuple[str, LeftOut | None]:
        try:
            content = await self._downloads.fetch(file, MOST_BYTES)
        except FileLeftOutError as error:
            return "", error.why
        text = await asyncio.to_thread(text_of_file, file, content)
        if text is None:
            return "", LeftOut.NOT_TEXT
        log.info("file.read", file_id=file.id, size=len(content))
        return text, None


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
