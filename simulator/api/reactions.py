"""reactions.*: what the bot and others leave on messages."""

import re

from rich.emoji import Emoji, NoEmoji

from simulator.api.call import Call, Method
from simulator.errors import SlackError
from simulator.values import Json, Message
from simulator.workspace.wire import message_json, reactions_json

TS = re.compile(r"\d{1,11}\.\d{1,9}")


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
    if not _is_emoji(name):
        raise SlackError("invalid_name")
    ts = call.text("timestamp")
    if not ts:
        raise SlackError("no_item_specified")
    if not TS.fullmatch(ts):
        raise SlackError("bad_timestamp")
    channel = call.channel()
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return call.message(channel, ts), name


def _is_emoji(name: str) -> bool:
    """Tell whether a name, with a skin tone or without, is an emoji: there are no custom ones."""
    plain, tone, _ = name.partition("::")
    try:
        Emoji(plain)
    except NoEmoji:
        return False
    return not tone or re.fullmatch(r".+::skin-tone-[2-6]", name) is not None


METHODS = {
    "reactions.add": Method(answer=add_reaction, scopes=("reactions:write",), tier=3),
    "reactions.remove": Method(answer=remove_reaction, scopes=("reactions:write",), tier=2),
    "reactions.get": Method(
        answer=get_reactions, scopes=("reactions:read",), tier=3, takes_json=False
    ),
}
