"""The simulator's HTTP server, bound to the loopback interface and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler

from simulator.api.responses import Responses
from simulator.api.uploads import Uploads
from simulator.controls.contract import Controls
from simulator.controls.http import ControlRoutes
from simulator.wiring import Wiring

LOOPBACK = "127.0.0.1"


@asynccontextmanager
async def serving(wiring: Wiring, controls: Controls) -> AsyncIterator[None]:
    """Serve a workspace; leaving closes its sockets and forgets what is undelivered."""
    runner = web.AppRunner(_app(wiring, controls), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, LOOPBACK, wiring.options.port, backlog=1024)
        await site.start()
        wiring.links.host = f"{LOOPBACK}:{runner.addresses[0][1]}"
        yield
    finally:
        wiring.sharing.close()
        await wiring.deliverer.close()
        wiring.sockets.close()
        await runner.cleanup()


def _app(wiring: Wiring, controls: Controls) -> web.Application:
    app = web.Application(client_max_size=16 * 2**20, middlewares=[_only_local])
    app.router.add_route("*", "/api/{method}", wiring.web_api.serve)
    app.router.add_get("/link/", wiring.sockets.serve)
    responses = Responses(wiring.workspace)
    app.router.add_post("/response/{channel}/{ts}/{user}", responses.serve)
    uploads = Uploads(wiring.workspace.files, wiring.manifest)
    app.router.add_post("/upload/v1/{file}", uploads.take)
    app.router.add_get("/files-pri/{team}-{file}/{name}", uploads.give)
    ControlRoutes(controls).add_to(app)
    return app


@web.middleware
async def _only_local(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a name that merely resolves to this machine: a web page may be behind it. Pages of
    other origins are refused too, for they may open WebSockets anywhere.
    """
    if request.url.host not in (LOOPBACK, "localhost"):
        raise web.HTTPForbidden(text="The simulator answers to 127.0.0.1 only.")
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        raise web.HTTPForbidden(text="The simulator answers no page but its own.")
    return await handler(request)
