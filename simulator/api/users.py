"""users.* and bots.*: who is in the workspace."""

from simulator.api.call import Call, Method, page
from simulator.errors import SlackError
from simulator.values import Json
from simulator.workspace.seed import APP_ID, OTHER_APP_ID
from simulator.workspace.wire import user_json


def user_info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/users.info"""
    user = call.user()
    if user.is_stranger and not call.workspace.meets(user):
        raise SlackError("user_not_visible")
    return {"user": user_json(user)}


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
            return {"bot": bot | {"app_id": APP_ID if own else OTHER_APP_ID}}
    raise SlackError("bot_not_found")


READ = ("users:read",)
METHODS = {
    "users.info": Method(answer=user_info, scopes=READ, tier=4, takes_json=False),
    "users.list": Method(answer=list_users, scopes=READ, tier=2, takes_json=False),
    "bots.info": Method(answer=bot_info, scopes=READ, tier=3, takes_json=False),
}
