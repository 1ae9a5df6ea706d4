"""team.info: the workspace by name."""

from simulator.api.call import Call, Method
from simulator.errors import SlackError
from simulator.values import Json


def info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/team.info"""
    workspace = call.workspace
    if call.text("team", workspace.team_id) != workspace.team_id:
        raise SlackError("team_not_found")
    team: Json = {
        "id": workspace.team_id,
        "name": workspace.name,
        "url": workspace.url,
        "domain": workspace.name.lower(),
        "email_domain": "",
        "icon": {"image_default": True},
    }
    if workspace.enterprise_id:
        team |= {"enterprise_id": workspace.enterprise_id, "enterprise_name": "Northwind Group"}
    return {"team": team}


METHODS = {"team.info": Method(answer=info, scopes=("team:read",), tier=3, takes_json=False)}
