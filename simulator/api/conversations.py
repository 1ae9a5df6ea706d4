"""conversations.*: what the app reads of channels and threads."""

from simulator.api.call import SCOPE_PREFIX, Call, Method, page
from simulator.errors import SlackError
from simulator.values import Channel, Json, Message
from simulator.workspace.wire import channel_json, listed_message


def replies(call: Call) -> Json:
    """The root first (whatever `oldest` says), then the replies, oldest first.

    https://docs.slack.dev/reference/methods/conversations.replies
    """
    channel = _readable(call)
    thread = call.workspace.messages.thread(channel.id, call.required("ts"))
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
    wanted = _within(call.workspace.messages.main_pane(channel.id), call)[::-1]
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


METHODS = {
    "conversations.replies": Method(answer=replies, tier=3),
    "conversations.history": Method(answer=history, tier=3),
    "conversations.info": Method(answer=conversation_info, tier=3),
    "conversations.list": Method(answer=list_conversations, tier=2),
    "conversations.open": Method(
        answer=open_conversation, scopes=("im:write", "chat:write"), tier=3
    ),
}
