"""Our posts in a thread, known by the labels that they carry as metadata."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.document.posts import Label, Posted
from bot.errors import LabelsHiddenError
from bot.slack.me import Me
from bot.slack.refusals import answered
from bot.slack.replies import replies
from session import SlackThread

_PREFIX = "burrow_"


async def labelled_posts(
    client: AsyncWebClient, me: Me, thread: SlackThread, label: Label
) -> Sequence[Posted]:
    """Return our posts of the label's kind and key (empty: of any), oldest first.

    Raises `PostingError`, and `LabelsHiddenError` where no post of ours shows its label.
    """
    found = (await answered(replies(client, thread, metadata=True, whole=True))).messages
    mine = [message for message in found if message.get("user") == me.user_id]
    if mine and not any(message.get("metadata") for message in mine):
        raise LabelsHiddenError("Slack does not show the labels of our posts")
    labelled = ((message, _label_of(message)) for message in mine)
    return [
        Posted(id=str(message["ts"]), label=its, text=str(message.get("text") or ""))
        for message, its in labelled
        if its and label.kind in ("", its.kind) and label.key in ("", its.key)
    ]


def metadata_of(label: Label) -> dict[str, Any]:
    """Write a label as metadata (https://docs.slack.dev/messaging/message-metadata)."""
    return {
        "event_type": _PREFIX + label.kind,
        "event_payload": {"key": label.key, "part": label.part, "of": label.of},
    }


def _label_of(message: Mapping[str, Any]) -> Label | None:
    """Read the label of a message; None if it has none of ours."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    kind = str(metadata.get("event_type", ""))
    if not kind.startswith(_PREFIX) or "key" not in payload:
        return None
    return Label(
        kind=kind.removeprefix(_PREFIX),
        key=str(payload["key"]),
        part=int(payload.get("part", 1)),
        of=int(payload.get("of", 1)),
    )
