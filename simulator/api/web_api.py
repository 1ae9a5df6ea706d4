"""The Web API over HTTP: tokens, scopes, limits and faults around the methods."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from simulator.api import agents, auth, chat, conversations, files, reactions, team, users
from simulator.api.call import BOT_TOKEN_PREFIX, Call, Method, page_cursor
from simulator.api.faults import MethodFault, MethodFaults
from simulator.api.limits import Limits
from simulator.api.sharing import Sharing
from simulator.errors import SlackError
from simulator.manifest import Manifest
from simulator.values import ApiCall, Json
from simulator.workspace.activity import Activity
from simulator.workspace.links import Links
from simulator.workspace.state import Workspace

METHODS: Mapping[str, Method] = {
    **agents.METHODS,
    **auth.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **reactions.METHODS,
    **team.METHODS,
    **users.METHODS,
}
TOKEN_PREFIX = {"bot": BOT_TOKEN_PREFIX, "app": "xapp-sim"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The contents of a call. A token counts in the header or in a form."""

    arguments: Json
    is_json: bool
    token: str
    token_in_header: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`status` 0: the connection breaks instead of an answer. `page`: HTML instead of JSON."""

    status: int = 200
    content: Json = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    page: str | None = None


class WebApi:
    """`/api/{method}`; every call, however it ended, stands in `log`."""

    def __init__(
        self,
        workspace: Workspace,
        manifest: Manifest,
        activity: Activity,
        faults: MethodFaults,
        limits: Limits,
        links: Links,
        sharing: Sharing,
        socket_url: Callable[[], str],
    ) -> None:
        self.log: list[ApiCall] = []
        self._workspace = workspace
        self._manifest = manifest
        self._activity = activity
        self._faults = faults
        self._limits = limits
        self._links = links
        self._sharing = sharing
        self._socket_url = socket_url

    async def serve(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        asked = await _read(request)
        started_at = self._activity.clock.monotonic()
        answer = await self._answer(name, asked)
        self._note(name, asked.arguments, started_at, answer)
        if answer.status == 0 and request.transport is not None:
            request.transport.abort()
        if answer.page is not None:
            return web.Response(status=answer.status, text=answer.page, content_type="text/html")
        return web.Response(
            status=answer.status or 500,
            body=json.dumps(answer.content, separators=(",", ":")).encode(),
            content_type="application/json",
            headers=answer.headers,
        )

    async def _answer(self, name: str, asked: Asked) -> Answer:
        fault = self._faults.take(name, asked.arguments.get("channel"))
        if fault is None:
            return self._call(name, asked)
        if fault.seconds != 0:
            self._activity.tell("call_held", channel=asked.arguments.get("channel"), word=name)
            await self._faults.hold(fault.seconds)
        if (instead := _instead(fault)) is not None:
            return instead
        answer = self._call(name, asked)
        if fault.endless:
            answer.content["response_metadata"] = {"next_cursor": page_cursor(0)}
        return Answer(status=0) if fault.cut == "after" else answer

    def _call(self, name: str, asked: Asked) -> Answer:
        headers = {"x-oauth-scopes": ",".join(sorted(self._manifest.scopes))}
        try:
            method = METHODS.get(name)
            if method is None:
                raise SlackError("unknown_method", req_method=name)
            _check_token(method, asked)
            channel = str(asked.arguments.get("channel") or "")
            now = self._activity.clock.monotonic()
            if (wait := self._limits.retry_after(name, channel, method.tier, now)) is not None:
                return _too_many(wait)
            return Answer(content=self._apply(method, asked), headers=headers)
        except SlackError as error:
            return Answer(content={"ok": False, "error": error.error, **error.details})

    def _apply(self, method: Method, asked: Asked) -> Json:
        call = Call(
            arguments={} if asked.is_json and not method.takes_json else asked.arguments,
            workspace=self._workspace,
            manifest=self._manifest,
            links=self._links,
            sharing=self._sharing,
            socket_url=self._socket_url,
            most_listed=self._limits.most_listed,
        )
        if method.scopes:
            call.need_scope(*method.scopes)
        return {"ok": True} | method.answer(call)

    def _note(self, name: str, arguments: Json, started_at: float, answer: Answer) -> None:
        slacks = "a page" if answer.page is not None else answer.content.get("error")
        failed = {0: "connection cut", 200: slacks, 429: "ratelimited"}
        call = ApiCall(
            method=name,
            arguments=arguments,
            started_at=started_at,
            ended_at=self._activity.clock.monotonic(),
            status=answer.status,
            error=failed.get(answer.status, f"HTTP {answer.status}"),
        )
        self.log.append(call)
        self._activity.tell("api_called", channel=arguments.get("channel"), call=call)


def _instead(fault: MethodFault) -> Answer | None:
    """The answer that a fault gives without applying the call; None if it is applied."""
    if fault.cut == "before":
        return Answer(status=0)
    if fault.retry_after is not None:
        return _too_many(fault.retry_after)
    if fault.page is not None:
        return Answer(status=fault.status or 200, page=fault.page)
    if fault.status is not None:
        return Answer(status=fault.status, content={"simulated": "failure"})
    return Answer(content={"ok": False, "error": fault.error}) if fault.error else None


def _check_token(method: Method, asked: Asked) -> None:
    token = asked.token
    if not token:
        raise SlackError("not_authed")
    if not token.startswith(tuple(TOKEN_PREFIX.values())):
        raise SlackError("invalid_auth")
    if not token.startswith(TOKEN_PREFIX[method.token]):
        raise SlackError("not_allowed_token_type")
    if method.token == "app" and not asked.token_in_header:
        raise SlackError("missing_args")


async def _read(request: web.Request) -> Asked:
    """Arguments from query string, form or JSON body.

    A token in a query string or in JSON is not looked at: https://docs.slack.dev/apis/web-api and
    https://api.slack.com/changelog/2020-11-no-more-tokens-in-querystrings-for-newly-created-apps
    """
    arguments: Json = dict(request.query)
    arguments.pop("token", None)
    in_form = ""
    is_json = request.content_type == "application/json"
    if is_json:
        found = _json(await request.text())
        found.pop("token", None)
        arguments |= found
    elif request.method == "POST":
        arguments |= dict(await request.post())
        in_form = str(arguments.pop("token", ""))
    kind, _, in_header = request.headers.get("Authorization", "").partition(" ")
    in_header = in_header.strip() if kind.lower() == "bearer" else ""
    return Asked(
        arguments=arguments,
        is_json=is_json,
        token=in_header or in_form,
        token_in_header=bool(in_header),
    )


def _json(body: str) -> Json:
    try:
        found: Any = json.loads(body) if body else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _too_many(retry_after: int) -> Answer:
    return Answer(
        status=429,
        content={"ok": False, "error": "ratelimited"},
        headers={"Retry-After": str(retry_after)},
    )
