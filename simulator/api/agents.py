"""agents.sessions.*: the status of the agent's work in a thread."""

from simulator.api.call import Call, Method
from simulator.errors import SlackError
from simulator.values import Json

MAX_TITLE = 200
STATUSES = ("active", "processing", "suspended", "closed")


def set_status(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/agents.sessions.setStatus/"""
    if not call.manifest.is_agent:
        raise SlackError("not_authorized")
    channel = call.channel("channel_id")
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    status = call.required("status")
    if status not in STATUSES:
        raise SlackError("invalid_arguments")
    if len(call.text("title")) > MAX_TITLE:
        raise SlackError("invalid_arguments")
    root = call.message(channel, call.required("thread_ts"))
    call.workspace.set_session_status(channel, root.root_ts, status)
    return {"status": status, "title": call.text("title")}


METHODS = {"agents.sessions.setStatus": Method(answer=set_status, scopes=("chat:write",), tier=3)}
