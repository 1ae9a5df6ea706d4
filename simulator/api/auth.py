"""auth.test and apps.connections.open."""

from simulator.api.call import Call, Method
from simulator.values import Json


def auth_test(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/auth.test"""
    workspace = call.workspace
    found: Json = {
        "url": workspace.url,
        "team": workspace.name,
        "user": workspace.bot.name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot.bot_id,
        "is_enterprise_install": workspace.is_org_wide,
    }
    if workspace.enterprise_id:
        found["enterprise_id"] = workspace.enterprise_id
    if workspace.is_org_wide:
        found["team_id"] = workspace.enterprise_id
    return found


def open_connection(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/apps.connections.open/"""
    return {"url": call.socket_url()}


METHODS = {
    "auth.test": Method(answer=auth_test),
    "apps.connections.open": Method(answer=open_connection, token="app", tier=1),
}
