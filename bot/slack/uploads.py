"""Files of ours in a thread: uploaded, looked for, and deleted where they left the thread.

An upload has three steps, and only the last one shows anything. It is asynchronous, and sometimes
answers ok without sharing the file, which has no metadata: so its title is looked for.
https://docs.slack.dev/messaging/working-with-files
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.document.posts import File
from bot.errors import Hope, PostingError
from bot.slack.client import read, reason
from bot.slack.labels import OwnPosts
from bot.slack.refusals import (
    POSTING_ERRORS,
    answered,
    hope_after,
    may_be_applied,
    pause_asked_by,
)
from session import SlackThread

log = structlog.get_logger(__name__)

LOOK_SECONDS = 30.0
_TRIES = 2
_COMPLETIONS = 4
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 4.0


@dataclass(frozen=True, slots=True)
class Uploads:
    """The files of one thread; `check_lease` raises where the lease covers no further call."""

    client: AsyncWebClient
    own_posts: OwnPosts
    thread: SlackThread
    check_lease: Callable[[], None]

    async def attach(self, file: File, *, is_stopped: Callable[[], Awaitable[bool]]) -> None:
        """Upload a file and look for it; then once more.

        A file that was not seen is deleted, so that it can neither come twice nor stand outside
        its thread. Raises `PostingError`, without hope where the thread is gone.
        """
        for _ in range(_TRIES):
            if await is_stopped():
                return
            file_id = await answered(read(partial(self._send, file)))
            said_ok = await self._complete(file_id, file)
            try:
                if await self._stands(file, said_ok=said_ok, is_stopped=is_stopped):
                    return
            except PostingError:
                await self._delete(file_id)
                raise
            log.warning("file.not_shared", title=file.title, said_ok=said_ok)
            await self._delete(file_id)
        raise PostingError(f"Slack did not share it within {LOOK_SECONDS:g} s, twice")

    async def attached(self) -> frozenset[str]:
        """Return the titles of our files that stand in the thread."""
        return await self.own_posts.titles(self.thread)

    async def _send(self, file: File) -> str:
        """Bring the bytes to Slack, where nobody sees them yet; return the file's id.

        https://docs.slack.dev/reference/methods/files.getUploadURLExternal
        """
        data = file.content
        self.check_lease()
        address = await self.client.files_getUploadURLExternal(
            filename=file.name, length=len(data)
        )
        assert self.client.session is not None, "everything shares one session"
        self.check_lease()
        async with self.client.session.post(
            str(address["upload_url"]),
            data=data,
            headers={"Content-Type": file.media_type},
            proxy=self.client.proxy,
        ) as response:
            response.raise_for_status()
        return str(address["file_id"])

    async def _complete(self, file_id: str, file: File) -> bool:
        """Share it in the thread; False if nobody knows whether Slack has taken that.

        https://docs.slack.dev/reference/methods/files.completeUploadExternal
        """
        for _ in range(_COMPLETIONS):
            self.check_lease()
            try:
                await self.client.files_completeUploadExternal(
                    files=[{"id": file_id, "title": file.title}],
                    channel_id=self.thread.channel_id,
                    thread_ts=self.thread.thread_ts,
                )
            except POSTING_ERRORS as error:
                if may_be_applied(error):
                    return False
                hope, pause = hope_after(error), pause_asked_by(error)
                if hope is not Hope.PASSING:
                    raise PostingError(f"refused: {reason(error)}", hope=hope) from error
                log.warning("file.share_retried", reason=reason(error))
                await asyncio.sleep(1.0 if pause is None else pause)
            else:
                return True
        raise PostingError(f"Slack did not take it in {_COMPLETIONS} tries")

    async def _stands(
        self, file: File, *, said_ok: bool, is_stopped: Callable[[], Awaitable[bool]]
    ) -> bool:
        """Look for the file until it is there; where nobody can look, believe what Slack said."""
        has_looked, pause = False, _FIRST_PAUSE
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                while not await is_stopped():
                    try:
                        if file.title in await self.attached():
                            return True
                        has_looked = True
                    except PostingError as error:
                        if error.hope is Hope.NONE:
                            raise
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE)
                return True
        except TimeoutError:
            return said_ok and not has_looked

    async def _delete(self, file_id: str) -> None:
        """https://docs.slack.dev/reference/methods/files.delete"""
        try:
            await answered(read(partial(self.client.files_delete, file=file_id)))
        except PostingError as error:
            log.error("file.not_deleted", file_id=file_id, reason=str(error))
