"""chat.* and assistant.threads.*: what the app writes."""

import json
from dataclasses import replace
from typing import Any

from simulator.api.blocks import MAX_MARKDOWN_TEXT, check_attachments, check_blocks
from simulator.api.call import Call, Method
from simulator.api.threads import root_of
from simulator.errors import SlackError
from simulator.values import Channel, Content, Json, Message
from simulator.workspace.wire import message_json

MAX_TEXT = 40_000
MAX_UPDATE_TEXT = 4_000
MAX_METADATA = 16_000


def post_message(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.postmessage"""
    channel = _destination(call)
    thread_ts = root_of(call, channel)
    content = _content(call)
    message = call.workspace.post(
        channel,
        content,
        user=call.workspace.bot,
        thread_ts=thread_ts,
        subtype="thread_broadcast" if thread_ts and call.flag("reply_broadcast") else None,
    )
    shown = message_json(call.workspace, message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def update(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.update"""
    channel = call.channel()
    message = _own_message(call, channel, "cant_update_message")
    content = _content(call, partial=True)
    if len(content.text) > MAX_UPDATE_TEXT:
        raise SlackError("msg_too_long")
    if channel.is_archived:
        raise SlackError("is_inactive")
    keeps_blocks = "text" not in call.arguments and "blocks" not in call.arguments
    changed = call.workspace.edit(
        message,
        replace(
            content,
            text=content.text if "text" in call.arguments else message.text,
            blocks=message.blocks if keeps_blocks and not content.blocks else content.blocks,
        ),
        by=call.workspace.bot.id,
        marked=not content.blocks,
    )
    shown = message_json(call.workspace, changed, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": changed.text, "message": shown}


def delete(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.delete"""
    channel = call.channel()
    message = _own_message(call, channel, "cant_delete_message")
    call.workspace.delete(message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.postephemeral"""
    channel = call.channel()
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    user = call.user()
    if user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    content = _content(call)
    thread_ts = call.text("thread_ts") or None
    message = call.workspace.post_ephemeral(channel, content, only_for=user, thread_ts=thread_ts)
    return {"message_ts": message.ts}


def get_permalink(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.getpermalink"""
    channel = call.channel()
    message = call.message(channel, call.required("message_ts"))
    return {"channel": channel.id, "permalink": call.workspace.permalink(message)}


def set_status(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/assistant.threads.setStatus/"""
    channel = call.channel("channel_id")
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    if call.workspace.messages.find(channel.id, call.text("thread_ts")) is None:
        raise SlackError("invalid_thread_ts")
    call.workspace.set_status(channel, call.text("thread_ts"), call.text("status"))
    return {}


def _destination(call: Call) -> Channel:
    """A channel by id or `#name`, or a user's direct messages by the user's id."""
    given = call.required("channel")
    if given in call.workspace.users:
        return call.workspace.direct_channel(given)
    for known in call.workspace.channels.values():
        if given.startswith("#") and known.name == given[1:] and known.kind == "channel":
            given = known.id
    channel = call.workspace.channels.get(given)
    if channel is None or (channel.kind != "channel" and not call.is_member(channel)):
        raise SlackError("channel_not_found")
    if not call.is_member(channel) and not call.manifest.allows("chat:write.public"):
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def _own_message(call: Call, channel: Channel, refusal: str) -> Message:
    message = call.message(channel, call.required("ts"))
    if message.user != call.workspace.bot.id:
        raise SlackError(refusal)
    return message


def _content(call: Call, *, partial: bool = False) -> Content:
    text = call.text("text")
    blocks = _list(call.structure("blocks", "invalid_blocks_format"), "invalid_blocks_format")
    attachments = _list(
        call.structure("attachments", "invalid_attachments"), "invalid_attachments"
    )
    markdown = call.text("markdown_text")
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MAX_MARKDOWN_TEXT:
            raise SlackError("msg_too_long")
        blocks = [{"type": "markdown", "text": markdown}]
    check_blocks(blocks, refused=call.workspace.refused_blocks)
    check_attachments(attachments, blocks)
    metadata = call.structure("metadata", "invalid_metadata_format")
    if not (text.strip() or blocks or attachments) and not (partial and metadata):
        raise SlackError("no_text")
    return Content(
        text=text[:MAX_TEXT],
        blocks=tuple(blocks),
        attachments=tuple(attachments),
        metadata=_metadata(metadata),
    )


def _list(value: Any, error: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise SlackError(error)
    return value


def _metadata(value: Any) -> Json | None:
    if not value:
        return None
    payload = value.get("event_payload") or {} if isinstance(value, dict) else None
    if not isinstance(payload, dict) or not isinstance(value.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(payload)) > MAX_METADATA:
        raise SlackError("metadata_too_large")
    return {"event_type": value["event_type"], "event_payload": payload}


WRITE = ("chat:write",)
METHODS = {
    "chat.postMessage": Method(answer=post_message, scopes=WRITE),
    "chat.update": Method(answer=update, scopes=WRITE, tier=3),
    "chat.delete": Method(answer=delete, scopes=WRITE, tier=3),
    "chat.postEphemeral": Method(answer=post_ephemeral, scopes=WRITE),
    "chat.getPermalink": Method(answer=get_permalink, takes_json=False),
    "assistant.threads.setStatus": Method(
        answer=set_status, scopes=("chat:write", "assistant:write")
    ),
}
