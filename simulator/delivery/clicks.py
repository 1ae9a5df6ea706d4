"""Makes the payload that the app gets when somebody clicks a button."""

import uuid
from dataclasses import dataclass

from simulator.errors import NoSuchThing
from simulator.values import Json, Message, User
from simulator.workspace.blocks import buttons
from simulator.workspace.ids import blocks_with_ids
from simulator.workspace.links import Links
from simulator.workspace.seed import APP_ID
from simulator.workspace.state import Workspace
from simulator.workspace.wire import message_json

SELECTED = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """The clicked button, or a menu with the value of the chosen option."""

    action_id: str
    option: str | None = None


def click_payload(
    workspace: Workspace, links: Links, user: User, message: Message, click: Click
) -> Json:
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
    channel = workspace.channels[message.channel]
    return {
        "type": "block_actions",
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id,
        },
        "api_app_id": APP_ID,
        "token": "simulated-verification-token",
        "container": _container(message),
        "trigger_id": f"{uuid.uuid4()}",
        "team": {"id": workspace.team_id, "domain": "northwind"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": {}},
        "response_url": links.response(message, user),
        "actions": [_action(workspace, message, click)],
        **({} if message.only_for else {"message": message_json(workspace, message)}),
    }


def _container(message: Message) -> Json:
    return {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.only_for is not None,
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
    }


def _action(workspace: Workspace, message: Message, click: Click) -> Json:
    block, element = _button(message, click.action_id)
    action = {
        "action_id": click.action_id,
        "block_id": block.get("block_id", ""),
        "type": element["type"],
        "action_ts": workspace.next_ts(),
    }
    if click.option is not None:
        action |= _chosen(element, click.option)
    return action | {name: element[name] for name in ("text", "value", "url") if name in element}


def _chosen(element: Json, value: str) -> Json:
    """What a menu says that was chosen; the name of the field hangs on the kind of menu."""
    groups = element.get("option_groups") or [element]
    options = [option for group in groups for option in group.get("options") or []]
    known = next((option for option in options if option["value"] == value), None)
    kind = element["type"]
    if known is not None:
        several = kind.startswith("multi_") or kind == "checkboxes"
        return {"selected_options": [known]} if several else {"selected_option": known}
    if kind in SELECTED:
        return {SELECTED[kind]: value}
    raise NoSuchThing(f"That menu has no option {value!r}.")


def _button(message: Message, action_id: str) -> tuple[Json, Json]:
    known = list(buttons(blocks_with_ids(message)))
    for block, element in known:
        if element["action_id"] == action_id:
            return block, element
    names = ", ".join(str(element["action_id"]) for _, element in known) or "none"
    raise NoSuchThing(f"That message has no button {action_id!r}; its buttons: {names}.")
