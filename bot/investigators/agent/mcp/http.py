"""How a tool server behind a URL is reached, and what it answered where it refused."""

from dataclasses import dataclass, field
from typing import Any

import httpx2
from fastmcp.client.transports import SSETransport, StreamableHttpTransport

from bot.investigators.agent.mcp.config import McpServerConfig

_SECONDS = 30.0
_STREAM_SECONDS = 300.0
"""A server may hold a stream open."""


@dataclass(slots=True)
class Statuses:
    """The HTTP errors of one connection: the MCP library does not tell them."""

    codes: set[int] = field(default_factory=set)

    @property
    def is_refusal(self) -> bool:
        """Whether the server wants another token, or one at all."""
        return bool({401, 403} & self.codes)

    async def note(self, response: httpx2.Response) -> None:
        """Note an answer that is an error."""
        if response.status_code >= 400:
            self.codes.add(response.status_code)


def http_transport(
    config: McpServerConfig, statuses: Statuses
) -> StreamableHttpTransport | SSETransport:
    """Describe the connection: the older protocol is named, or the address ends in `/sse`."""

    def client(
        headers: dict[str, str] | None = None,
        timeout: httpx2.Timeout | None = None,
        auth: httpx2.Auth | None = None,
        **_: Any,
    ) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            headers=headers,
            timeout=timeout or httpx2.Timeout(_SECONDS, read=_STREAM_SECONDS),
            auth=auth,
            event_hooks={"response": [statuses.note]},
        )

    url = str(config.url)
    is_older = config.type.lower() == "sse" or (
        not config.type and url.rstrip("/").endswith("/sse")
    )
    kind = SSETransport if is_older else StreamableHttpTransport
    return kind(url, headers=dict(config.headers), httpx_client_factory=client)
