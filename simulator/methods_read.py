"""conversations.*, users.*, bots.*, reactions.*, auth.test and apps.connections.open."""

from simulator.calls import SCOPE_PREFIX, Call, Method, page
from simulator.errors import SlackError
from simulator.seed import APP_ID
from simulator.values import Channel, Json, Message
from simulator.wire import channel_json, listed_message, message_json, reactions_json, user_json


def auth_test(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/auth.test"""
    workspace = call.workspace
    return {
        "url": workspace.url,
        "team": workspace.name,
        "user": workspace.bot.name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot.bot_id,
        "is_enterprise_install": False,
    }


def open_connection(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/apps.connections.open/"""
    return {"url": call.socket_url()}


def replies(call: Call) -> Json:
    """The root first (whatever `oldest` says), then the replies, oldest first.

    https://docs.slack.dev/reference/methods/conversations.replies
    """
    channel = _readable(call)
    thread = call.workspace.thread(channel.id, call.required("ts"))
    if not thread or (thread[0].deleted and len(thread) == 1):
        raise SlackError("thread_not_found")
    wanted = [thread[0], *_within(thread[1:], call)]
    shown, cursor = page(wanted, call, call.number("limit", 1000, 1000))
    return _listing(call, shown, cursor)


def history(call: Call) -> Json:
    """The newest first, without replies in threads.

    https://docs.slack.dev/reference/methods/conversations.history
    """
    channel = _readable(call)
    wanted = _within(call.workspace.main_pane(channel.id), call)[::-1]
    shown, cursor = page(wanted, call, call.number("limit", 100, 999))
    return _listing(call, shown, cursor)


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need_scope(f"{SCOPE_PREFIX[channel.kind]}:history")
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    return channel


def _within(messages: list[Message], call: Call) -> list[Message]:
    """Those between `oldest` and `latest`; both ends only if `inclusive`."""
    oldest, latest = _key(call.text("oldest")), _key(call.text("latest"))
    touching = call.flag("inclusive")

    def fits(message: Message) -> bool:
        ts = _key(message.ts) or (0, 0)
        after = oldest is None or ts > oldest or (touching and ts == oldest)
        return after and (latest is None or ts < latest or (touching and ts == latest))

    return [message for message in messages if fits(message)]


def _key(ts: str) -> tuple[int, int] | None:
    if not ts:
        return None
    seconds, _, micros = ts.partition(".")
    try:
        return int(seconds), int((micros or "0").ljust(6, "0")[:6])
    except ValueError:
        raise SlackError("invalid_arguments") from None


def _listing(call: Call, shown: list[Message], cursor: str) -> Json:
    metadata = call.flag("include_all_metadata")
    return {
        "messages": [
            listed_message(
                call.workspace,
                message,
                with_metadata=metadata and message.bot_id == call.workspace.bot.bot_id,
            )
            for message in shown
        ],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def conversation_info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.info"""
    channel = call.channel()
    call.need_scope(f"{SCOPE_PREFIX[channel.kind]}:read")
    return {"channel": channel_json(call.workspace, channel)}


def list_conversations(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.list"""
    names = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    asked = [name.strip() for name in call.text("types", "public_channel").split(",")]
    if not set(asked) <= set(names):
        raise SlackError("invalid_types")
    kinds = [names[name] for name in asked]
    for kind in kinds:
        call.need_scope(f"{SCOPE_PREFIX[kind]}:read")
    found = [
        channel
        for channel in call.workspace.channels.values()
        if channel.kind in kinds and (channel.kind == "channel" or call.is_member(channel))
    ]
    shown, cursor = page(found, call, call.number("limit", 100, 999))
    return {
        "channels": [channel_json(call.workspace, channel) for channel in shown],
        "response_metadata": {"next_cursor": cursor},
    }


def open_conversation(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.open (one user)"""
    given = call.required("users").split(",")
    if len(given) != 1:
        raise SlackError("invalid_user_combination")
    if given[0] not in call.workspace.users:
        raise SlackError("user_not_found")
    channel = call.workspace.direct_channel(given[0])
    return {"channel": {"id": channel.id}}


def user_info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/users.info"""
    return {"user": user_json(call.user())}


def list_users(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/users.list"""
    everyone = list(call.workspace.users.values())
    shown, cursor = page(everyone, call, call.number("limit", 1000, 1000))
    return {
        "members": [user_json(user) for user in shown],
        "response_metadata": {"next_cursor": cursor},
    }


def bot_info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/bots.info"""
    asked = call.text("bot", call.workspace.bot.bot_id or "")
    for user in call.workspace.users.values():
        if user.bot_id == asked:
            own = user.id == call.workspace.bot.id
            bot = {"id": asked, "name": user.name, "user_id": user.id, "deleted": False}
            return {"bot": bot | {"app_id": APP_ID if own else "A0OTHER"}}
    raise SlackError("bot_not_found")


def add_reaction(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/reactions.add"""
    message, name = _reaction(call)
    if not call.workspace.react(message, name, call.workspace.bot.id):
        raise SlackError("already_reacted")
    return {}


def remove_reaction(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/reactions.remove"""
    message, name = _reaction(call)
    if not call.workspace.unreact(message, name, call.workspace.bot.id):
        raise SlackError("no_reaction")
    return {}


def get_reactions(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/reactions.get"""
    channel = call.channel()
    message = call.message(channel, call.required("timestamp"))
    shown = message_json(call.workspace, message)
    if reactions := reactions_json(call.workspace, message):
        shown["reactions"] = reactions
    return {"type": "message", "channel": channel.id, "message": shown}


def _reaction(call: Call) -> tuple[Message, str]:
    name = call.text("name").strip(":")
    if not name or not all(letter.isalnum() or letter in "_-+:'" for letter in name):
        raise SlackError("invalid_name")
    channel = call.channel()
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    return call.message(channel, call.required("timestamp")), name


METHODS = {
    "auth.test": Method(answer=auth_test),
    "apps.connections.open": Method(answer=open_connection, token="app", tier=1),
    "conversations.replies": Method(answer=replies, tier=3),
    "conversations.history": Method(answer=history, tier=3),
    "conversations.info": Method(answer=conversation_info, tier=3),
    "conversations.list": Method(answer=list_conversations, tier=2),
    "conversations.open": Method(
        answer=open_conversation, scopes=("im:write", "chat:write"), tier=3
    ),
    "users.info": Method(answer=user_info, scopes=("users:read",), tier=4),
    "users.list": Method(answer=list_users, scopes=("users:read",), tier=2),
    "bots.info": Method(answer=bot_info, scopes=("users:read",), tier=3),
    "reactions.add": Method(answer=add_reaction, scopes=("reactions:write",), tier=3),
    "reactions.remove": Method(answer=remove_reaction, scopes=("reactions:write",), tier=2),
    "reactions.get": Method(answer=get_reactions, scopes=("reactions:read",), tier=3),
}
