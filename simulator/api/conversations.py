"""conversations.*: what the app reads of channels and threads."""

from simulator.api.call import SCOPE_PREFIX, Call, Method, page
from simulator.errors import SlackError
from simulator.values import Channel, Json, Message, User
from simulator.workspace.directory import SLACKBOT
from simulator.workspace.wire import channel_json, listed_message

MAX_PEOPLE = 8


def replies(call: Call) -> Json:
    """The root first (whatever `oldest` says), then the replies, oldest first.

    https://docs.slack.dev/reference/methods/conversations.replies
    """
    channel = _readable(call)
    thread = call.workspace.messages.thread(channel.id, call.required("ts"))
    if not thread or (thread[0].deleted and len(thread) == 1):
        raise SlackError("thread_not_found")
    wanted = [thread[0], *_within(thread[1:], call)]
    shown, cursor = page(wanted, call, min(call.most_listed, call.number("limit", 1000, 1000)))
    return _listing(call, shown, cursor)


def history(call: Call) -> Json:
    """The newest first, without replies in threads.

    With `oldest` alone the pages begin at it and lead forward, each with its newest first; with
    `latest` too they lead back from that (https://github.com/slackhq/slack-api-docs/issues/4).

    https://docs.slack.dev/reference/methods/conversations.history
    """
    channel = _readable(call)
    wanted = _within(call.workspace.messages.main_pane(channel.id), call)
    limit = min(call.most_listed, call.number("limit", 100, 999))
    if call.text("oldest") and not call.text("latest"):
        shown, cursor = page(wanted, call, limit)
        return _listing(call, shown[::-1], cursor)
    shown, cursor = page(wanted[::-1], call, limit)
    return _listing(call, shown, cursor)


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need_scope(f"{SCOPE_PREFIX[channel.kind]}:history")
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    return channel


def _within(messages: list[Message], call: Call) -> list[Message]:
    """Those between `oldest` and `latest`; both ends only if `inclusive`."""
    oldest, latest = (_key(name, call.text(name)) for name in ("oldest", "latest"))
    touching = call.flag("inclusive")

    def fits(message: Message) -> bool:
        ts = _key("ts", message.ts) or (0, 0)
        after = oldest is None or ts > oldest or (touching and ts == oldest)
        return after and (latest is None or ts < latest or (touching and ts == latest))

    return [message for message in messages if fits(message)]


def _key(name: str, ts: str) -> tuple[int, int] | None:
    if not ts:
        return None
    seconds, _, micros = ts.partition(".")
    try:
        return int(seconds), int((micros or "0").ljust(6, "0")[:6])
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


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
    found = channel_json(call.workspace, channel)
    if not call.flag("include_num_members"):
        found.pop("num_members", None)
    return {"channel": found}


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


def members(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.members"""
    channel = call.channel()
    call.need_scope(f"{SCOPE_PREFIX[channel.kind]}:read")
    shown, cursor = page(sorted(channel.members), call, call.number("limit", 100, 1000))
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def open_conversation(call: Call) -> Json:
    """Direct messages with one person or several, or the conversation that `channel` names.

    https://docs.slack.dev/reference/methods/conversations.open
    """
    if call.text("channel"):
        return _opened(call, call.channel())
    names = [name.strip() for name in call.text("users").split(",") if name.strip()]
    if not names:
        raise SlackError("users_list_not_supplied")
    if len(names) > MAX_PEOPLE:
        raise SlackError("too_many_users")
    people = [call.workspace.users.get(name) for name in names]
    known = [person for person in people if person is not None]
    if len(known) < len(names):
        raise SlackError("user_not_found")
    if len(known) == 1:
        return _opened(call, _direct(call, known[0]))
    call.need_scope("mpim:write")
    ids = {person.id for person in known} | {call.workspace.bot.id}
    name = "mpdm-" + "--".join(sorted(person.name for person in known))
    return _opened(call, call.workspace.new_channel(name, "mpim", ids))


def _direct(call: Call, person: User) -> Channel:
    call.need_scope("im:write")
    if person.bot_id or person.is_bot or person.id == SLACKBOT:
        raise SlackError("cannot_dm_bot")
    return call.workspace.direct_channel(person.id)


def _opened(call: Call, channel: Channel) -> Json:
    whole = call.flag("return_im")
    return {"channel": channel_json(call.workspace, channel) if whole else {"id": channel.id}}


METHODS = {
    "conversations.replies": Method(answer=replies, tier=3, takes_json=False),
    "conversations.history": Method(answer=history, tier=3, takes_json=False),
    "conversations.info": Method(answer=conversation_info, tier=3, takes_json=False),
    "conversations.list": Method(answer=list_conversations, tier=2, takes_json=False),
    "conversations.members": Method(answer=members, tier=4, takes_json=False),
    "conversations.open": Method(answer=open_conversation, tier=3),
}
