"""Replaces a post of ours; what Slack refuses of its looks goes as plain text."""

from collections.abc import Sequence
from functools import partial

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.document.posts import Action
from bot.document.values import Document
from bot.errors import PostingError
from bot.slack.client import read, reason
from bot.slack.refusals import answered, refuses_blocks
from bot.slack.rendering import bare_blocks_of, blocks_of, notification_of

log = structlog.get_logger(__name__)


async def replace_post(
    client: AsyncWebClient,
    channel_id: str,
    ts: str,
    document: Document,
    actions: Sequence[Action] = (),
) -> None:
    """Update a post (https://docs.slack.dev/reference/methods/chat.update); its buttons stay.

    Raises `PostingError`.
    """
    update = partial(client.chat_update, channel=channel_id, ts=ts, text=notification_of(document))
    try:
        await answered(read(partial(update, blocks=blocks_of(document, actions))))
    except PostingError as error:
        if error.__cause__ is None or not refuses_blocks(error.__cause__):
            raise
        log.warning("update.blocks_refused", reason=reason(error.__cause__))
        await answered(read(partial(update, blocks=bare_blocks_of(document, actions))))
