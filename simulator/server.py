"""The simulator's HTTP server, bound to the loopback interface and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler

from simulator.control_http import add_control_routes
from simulator.desk import Desk
from simulator.responses import Responses
from simulator.works import Options, Works

LOOPBACK = "127.0.0.1"


@asynccontextmanager
async def serve(options: Options) -> AsyncIterator[Desk]:
    """A running simulator; leaving closes its sockets and forgets what is undelivered."""
    works = Works(options)
    desk = Desk(works)
    runner = web.AppRunner(_app(works, desk), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, LOOPBACK, options.port, backlog=1024)
        await site.start()
        works.host = works.web_api.host = f"{LOOPBACK}:{runner.addresses[0][1]}"
        yield desk
    finally:
        await works.deliverer.close()
        works.sockets.close()
        await runner.cleanup()


def _app(works: Works, desk: Desk) -> web.Application:
    app = web.Application(client_max_size=16 * 2**20, middlewares=[_only_local])
    app.router.add_route("*", "/api/{method}", works.web_api.serve)
    app.router.add_get("/link/", works.sockets.serve)
    responses = Responses(works.workspace)
    app.router.add_post("/response/{channel}/{ts}/{user}", responses.serve)
    add_control_routes(app, desk)
    return app


@web.middleware
async def _only_local(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a name that merely resolves to this machine: a web page may be behind it."""
    if request.url.host not in (LOOPBACK, "localhost"):
        raise web.HTTPForbidden(text="The simulator answers to 127.0.0.1 only.")
    return await handler(request)
