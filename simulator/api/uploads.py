"""The bytes of files, in both directions."""

from aiohttp import BodyPartReader, web

from simulator.api.call import BOT_TOKEN_PREFIX
from simulator.manifest import Manifest
from simulator.workspace.files import Files

LOGIN_PAGE = "<!DOCTYPE html><html><title>Sign in | Slack</title><body>Sign in</body></html>"


class Uploads:
    """Takes what is posted to an upload's address, and hands out what a file holds.

    https://docs.slack.dev/messaging/working-with-files
    """

    def __init__(self, files: Files, manifest: Manifest) -> None:
        self._files = files
        self._manifest = manifest

    async def take(self, request: web.Request) -> web.Response:
        file = self._files.find(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound(text="There is no such upload.")
        content = await _body(request)
        self._files.fill(file, content)
        return web.Response(text=f"OK - {len(content)}")

    async def give(self, request: web.Request) -> web.Response:
        """A file's bytes for the app's token; without it Slack's sign-in page, and no error."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        known = kind.lower() == "bearer" and token.startswith(BOT_TOKEN_PREFIX)
        if not known or not self._manifest.allows("files:read"):
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        file = self._files.find(request.match_info["file"])
        if file is None or file.content is None:
            raise web.HTTPNotFound(text="There is no such file.")
        return web.Response(body=file.content, content_type=file.about["mimetype"])


async def _body(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    part = await (await request.multipart()).next()
    return bytes(await part.read()) if isinstance(part, BodyPartReader) else b""
