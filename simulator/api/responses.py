"""Takes the app's answers to a click's response_url."""

from aiohttp import web

from simulator.values import Content, Json, Message
from simulator.workspace.state import Workspace


class Responses:
    """`/response/{channel}/{ts}/{user}`, as a click's payload named it.

    https://docs.slack.dev/interactivity/handling-user-interaction (message responses)
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def serve(self, request: web.Request) -> web.Response:
        asked: Json = await request.json()
        channel_id, ts = request.match_info["channel"], request.match_info["ts"]
        original = self._workspace.messages.find(channel_id, ts)
        if asked.get("delete_original"):
            self._delete(original, ts)
        elif asked.get("replace_original") and original is not None:
            self._workspace.edit(original, _content(asked), by=self._workspace.bot.id)
        else:
            self._answer(request, asked)
        return web.Response(text="ok")

    def _delete(self, original: Message | None, ts: str) -> None:
        if original is not None:
            self._workspace.delete(original)
        else:
            self._workspace.forget_ephemeral(ts)

    def _answer(self, request: web.Request, asked: Json) -> None:
        """To everybody if `in_channel`, else to the one who clicked."""
        if asked.get("replace_original"):
            self._workspace.forget_ephemeral(request.match_info["ts"])
        channel = self._workspace.channels[request.match_info["channel"]]
        thread_ts = asked.get("thread_ts")
        if asked.get("response_type") == "in_channel":
            bot = self._workspace.bot
            self._workspace.post(channel, _content(asked), user=bot, thread_ts=thread_ts)
            return
        user = self._workspace.users[request.match_info["user"]]
        self._workspace.post_ephemeral(
            channel, _content(asked), only_for=user, thread_ts=thread_ts
        )


def _content(asked: Json) -> Content:
    return Content(
        text=str(asked.get("text") or ""),
        blocks=tuple(asked.get("blocks") or ()),
        attachments=tuple(asked.get("attachments") or ()),
    )
