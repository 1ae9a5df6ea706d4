"""Replaces a post of ours. If Slack refuses its looks, it becomes plain text."""

from collections.abc import Sequence
from functools import partial

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.document.posts import Action
from bot.document.values import Document
from bot.errors import PostingError
from bot.slack.client import read, reason
from bot.slack.looks import Look, Looks
from bot.slack.refusals import answered, refuses_blocks
from bot.slack.rendering import notification_of

log = structlog.get_logger(__name__)


async def replace_post(
    client: AsyncWebClient,
    channel_id: str,
    ts: str,
    document: Document,
    actions: Sequence[Action] = (),
    *,
    looks: Looks,
) -> None:
    """Update a post (https://docs.slack.dev/reference/methods/chat.update); its buttons stay.

    Raises `PostingError`.
    """
    update = partial(client.chat_update, channel=channel_id, ts=ts, text=notification_of(document))
    look: Look | None = looks.best
    refused: Look | None = None
    while look is not None:
        try:
            await answered(read(partial(update, blocks=looks.blocks(document, actions, look))))
        except PostingError as error:
            cause, worse = error.__cause__, looks.worse(document, look)
            if cause is None or not refuses_blocks(cause) or worse is None:
                raise
            log.warning("update.blocks_refused", reason=reason(cause))
            refused, look = look, worse
        else:
            if refused is not None:
                looks.note_taken(look, refused)
            return
