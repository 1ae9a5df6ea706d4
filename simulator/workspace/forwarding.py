"""Makes the form that a message has when somebody forwards it."""

from simulator.values import Json, Message
from simulator.workspace.state import Workspace
from simulator.workspace.wire import message_json


def forwarded(workspace: Workspace, message: Message) -> Json:
    """The attachment of a forwarded message: its words stand in `text`, where it has any, and in
    `message_blocks`; its files with it. Slack documents none of this; seen in
    https://github.com/slackapi/java-slack-sdk/issues/1179.
    """
    shown = message_json(workspace, message)
    found = _source(workspace, message) | {
        "id": 1,
        "is_msg_unfurl": True,
        "is_share": True,
        "text": message.text,
        "mrkdwn_in": ["text"],
        "message_blocks": [
            {
                "team": workspace.team_id,
                "channel": message.channel,
                "ts": message.ts,
                "message": {"blocks": shown.get("blocks", [])},
            }
        ],
        "files": shown.get("files"),
    }
    return {field: value for field, value in found.items() if value}


def _source(workspace: Workspace, message: Message) -> Json:
    """Who wrote the message, and where it stands."""
    channel = workspace.channels[message.channel]
    author = workspace.users.get(message.user or "")
    name = author.real_name if author else message.username or ""
    link = workspace.permalink(message)
    return {
        "ts": message.ts,
        "author_id": message.user,
        "author_name": name,
        "author_subname": name,
        "channel_id": channel.id,
        "channel_team": workspace.team_id,
        "channel_name": channel.name,
        "from_url": link,
        "original_url": link,
        "fallback": f"{name}: {message.text}",
    }
