"""Our posts in a thread, known by the labels that they carry as metadata."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.document.posts import Label, Posted
from bot.errors import LabelsHiddenError, PostingError
from bot.slack.me import Me
from bot.slack.refusals import answered
from bot.slack.replies import Reading, read_on
from bot.slack.text import mappings, whole_number
from session import Bounded, SlackThread

log = structlog.get_logger(__name__)

LONGEST_PAUSE_SECONDS = 10.0
"""A search that Slack makes wait for longer is given up, and goes on where it was later."""
_MOST_PAGES = 1_000
_KEPT = 100
_PREFIX = "burrow_"


class OwnPosts:
    """Looks for what is ours in threads, for all that posts there.

    Under Slack's limit of one call a minute, of 15 messages each, no turn waits for a long
    thread: each search of it raises `PostingError` with the pause that Slack asks for, and the
    next one reads on. It keeps what it has read of the 100 threads that were searched last.
    """

    def __init__(self, client: AsyncWebClient, me: Me) -> None:
        self._client = client
        self._me = me
        self._begun: Bounded[SlackThread, Reading] = Bounded(_KEPT)

    async def labelled(self, thread: SlackThread, label: Label) -> Sequence[Posted]:
        """Return our posts of the label's kind and key (empty: of any), oldest first.

        Raises `PostingError`, and `LabelsHiddenError` where no post of ours shows its label.
        """
        mine = await self._all(thread)
        if mine and not any(message.get("metadata") for message in mine):
            raise LabelsHiddenError("Slack does not show the labels of our posts")
        labelled = ((message, _label_of(message)) for message in mine)
        return [
            Posted(id=str(message["ts"]), label=its, text=str(message.get("text") or ""))
            for message, its in labelled
            if its and label.kind in ("", its.kind) and label.key in ("", its.key)
        ]

    async def titles(self, thread: SlackThread) -> frozenset[str]:
        """Return the titles of our files there; raises `PostingError`."""
        return frozenset(
            str(file.get("title") or "")
            for message in await self._all(thread)
            for file in mappings(message.get("files"))
        )

    async def _all(self, thread: SlackThread) -> Sequence[Mapping[str, Any]]:
        reading = self._begun.pop(thread, None) or Reading()
        try:
            await answered(self._read_on(thread, reading))
        except PostingError as error:
            if error.again_in is not None and reading.found:
                self._begun[thread] = reading
                log.info("search.paused", messages=len(reading.found), again_in_s=error.again_in)
            raise
        if not reading.is_complete:
            raise PostingError("the thread could not be read to its end")
        return [it for it in reading.found.values() if it.get("user") == self._me.user_id]

    async def _read_on(self, thread: SlackThread, reading: Reading) -> None:
        await read_on(
            self._client,
            thread,
            reading,
            LONGEST_PAUSE_SECONDS,
            metadata=True,
            first_patience=LONGEST_PAUSE_SECONDS,
            most_pages=_MOST_PAGES,
        )


def metadata_of(label: Label) -> dict[str, Any]:
    """Write a label as metadata (https://docs.slack.dev/messaging/message-metadata)."""
    return {
        "event_type": _PREFIX + label.kind,
        "event_payload": {"key": label.key, "part": label.part, "of": label.of},
    }


def _label_of(message: Mapping[str, Any]) -> Label | None:
    """Read the label of a message; None if it has none of ours."""
    metadata = message.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, Mapping) else None
    if not isinstance(metadata, Mapping) or not isinstance(payload, Mapping):
        return None
    kind = str(metadata.get("event_type", ""))
    if not kind.startswith(_PREFIX) or "key" not in payload:
        return None
    return Label(
        kind=kind.removeprefix(_PREFIX),
        key=str(payload["key"]),
        part=whole_number(payload.get("part"), otherwise=1),
        of=whole_number(payload.get("of"), otherwise=1),
    )
