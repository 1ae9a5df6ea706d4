"""Writes messages, users and channels as Slack's JSON."""

from simulator.values import Channel, Json, Message, User
from simulator.workspace.formatting import rich_text
from simulator.workspace.ids import blocks_with_ids
from simulator.workspace.seed import APP_ID, OTHER_APP_ID, TEAM
from simulator.workspace.state import Workspace

TOMBSTONE = "This message was deleted."
CREATED = 1_700_000_000
"""When everything in the workspace was created, in Unix seconds."""
ICONS = "https://a.slack-edge.com/80588/img"


def message_json(workspace: Workspace, message: Message, *, with_metadata: bool = False) -> Json:
    """https://docs.slack.dev/reference/events/message"""
    if message.deleted:
        return _tombstone(message)
    found: Json = {"type": "message", "text": message.text, "ts": message.ts}
    optional = {
        "subtype": message.subtype,
        "user": message.user,
        "bot_id": message.bot_id,
        "username": message.username,
        "team": message.team_id if message.user else None,
        "client_msg_id": message.client_msg_id,
        "thread_ts": message.thread_ts,
        "attachments": list(message.attachments),
        "files": [dict(file) for file in message.files],
        "blocks": blocks_with_ids(message) or _blocks_of_text(message),
        "metadata": message.metadata if with_metadata else None,
    }
    found |= {name: value for name, value in optional.items() if value}
    if message.bot_id:
        found |= _bot_parts(workspace, message)
    if message.thread_ts:
        root = workspace.messages.find(message.channel, message.thread_ts)
        if root is not None and root.user:
            found["parent_user_id"] = root.user
    if message.edited_ts and message.edited_by:
        found["edited"] = {"user": message.edited_by, "ts": message.edited_ts}
    return found


def _blocks_of_text(message: Message) -> list[Json]:
    """What a person types, and an app posts without blocks, is rich text as well."""
    if not message.text or not (message.client_msg_id or message.bot_id) or message.username:
        return []
    return [rich_text(message.text, block_id=f"t{message.ts[-4:]}")]


def _bot_parts(workspace: Workspace, message: Message) -> Json:
    own = message.bot_id == workspace.bot.bot_id
    app_id = APP_ID if own else OTHER_APP_ID
    if message.user is None:
        return {"app_id": app_id}
    return {
        "app_id": app_id,
        "bot_profile": {
            "id": message.bot_id,
            "app_id": app_id,
            "user_id": message.user,
            "name": workspace.users[message.user].name,
            "team_id": workspace.team_id,
            "deleted": False,
            "updated": CREATED,
            "icons": {f"image_{size}": f"{ICONS}/plain_{size}.png" for size in (36, 48, 72)},
        },
    }


def _tombstone(message: Message) -> Json:
    return {
        "type": "message",
        "subtype": "tombstone",
        "text": TOMBSTONE,
        "user": "USLACKBOT",
        "hidden": True,
        "ts": message.ts,
        "thread_ts": message.ts,
    }


def listed_message(workspace: Workspace, message: Message, *, with_metadata: bool = False) -> Json:
    """A message as conversations.history and .replies list it: with thread and reactions."""
    found = message_json(workspace, message, with_metadata=with_metadata)
    replies = [] if message.thread_ts else workspace.messages.replies(message.channel, message.ts)
    if replies:
        users = list(dict.fromkeys(reply.user or reply.bot_id or "" for reply in replies))
        found |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": len(users),
            "latest_reply": replies[-1].ts,
            "reply_users": users[:5],
            "is_locked": False,
            "subscribed": False,
        }
    if reactions := reactions_json(workspace, message):
        found["reactions"] = reactions
    return found


def reactions_json(workspace: Workspace, message: Message) -> list[Json]:
    return [
        {"name": reaction.name, "users": list(reaction.users), "count": len(reaction.users)}
        for reaction in workspace.reactions(message.channel, message.ts)
    ]


def user_json(user: User) -> Json:
    """https://docs.slack.dev/reference/objects/user-object"""
    found: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.is_deleted,
        "tz": user.tz,
        "tz_offset": user.tz_offset,
        "is_bot": user.bot_id is not None or user.is_bot,
        "is_restricted": user.is_restricted or user.is_ultra_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_admin": False,
        "profile": {
            "display_name": user.name,
            "real_name": user.real_name,
            "team": user.team_id,
            **({"bot_id": user.bot_id, "api_app_id": APP_ID} if user.bot_id else {}),
        },
    }
    if user.is_stranger:
        found["is_stranger"] = True
    if user.enterprise_id:
        found["enterprise_user"] = _enterprise_user(user)
    return found


def _enterprise_user(user: User) -> Json:
    return {
        "id": "W" + user.id[1:],
        "enterprise_id": user.enterprise_id,
        "enterprise_name": "Northwind Group",
        "is_admin": False,
        "is_owner": False,
        "teams": [user.team_id, TEAM],
    }


def channel_json(workspace: Workspace, channel: Channel) -> Json:
    """https://docs.slack.dev/reference/objects/conversation-object"""
    found: Json = {
        "id": channel.id,
        "created": CREATED,
        "updated": CREATED * 1_000,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "is_archived": channel.is_archived,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "is_shared": channel.is_ext_shared,
        "context_team_id": workspace.team_id,
    }
    if channel.kind == "im":
        others = channel.members - {workspace.bot.id}
        return found | {"user": min(others, default=workspace.bot.id), "is_user_deleted": False}
    return found | _named_parts(workspace, channel)


def _named_parts(workspace: Workspace, channel: Channel) -> Json:
    said: Json = {"value": "", "creator": "", "last_set": 0}
    return {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_member": workspace.bot.id in channel.members,
        "is_general": channel.name == "general",
        "is_frozen": False,
        "creator": min(channel.members, default=workspace.bot.id),
        "topic": said,
        "purpose": said,
        "previous_names": [],
        "num_members": len(channel.members),
    }
