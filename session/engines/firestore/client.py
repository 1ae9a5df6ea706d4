"""Opening the client: credentials without long waits, and a channel that reconnects soon."""

import asyncio
from collections.abc import Mapping
from typing import Any

import google.auth
import grpc
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, TransportError
from google.auth.transport.requests import Request
from google.cloud.firestore_v1 import AsyncClient
from google.cloud.firestore_v1.services.firestore import FirestoreAsyncClient
from google.cloud.firestore_v1.services.firestore.transports import (
    FirestoreGrpcAsyncIOTransport,
)

from session.engines.firestore.errors import explain
from session.errors import StorageError

CHANNEL_OPTIONS = (
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
)
"""gRPC's own back-off grows to two minutes, so an outage would last that much longer for us.
https://grpc.github.io/grpc/core/group__grpc__arg__keys.html"""

METADATA_TIMEOUT = 1.0
"""Seconds. Off Google's machines nothing answers there, and Google's own default is 3 × 3 s."""


async def open_client(project: str, database: str) -> AsyncClient:
    """Make the client; nothing is sent yet. Must be called in the loop that will use it.

    With FIRESTORE_EMULATOR_HOST set, which Google's client reads by itself, no credentials are
    looked for. Raises `StorageError` if there are none but needed.
    """
    client = AsyncClient(project=project, database=database, credentials=AnonymousCredentials())
    emulator: str | None = client._emulator_host
    if emulator is None:
        credentials = await _find_credentials(project, database)
        client = AsyncClient(project=project, database=database, credentials=credentials)
        channel = FirestoreGrpcAsyncIOTransport.create_channel(
            credentials=credentials, options=CHANNEL_OPTIONS
        )
    else:
        channel = grpc.aio.insecure_channel(emulator, options=CHANNEL_OPTIONS)
    # The client has no public way to a channel of one's own; a test guards both private names.
    client._firestore_api_internal = FirestoreAsyncClient(
        transport=FirestoreGrpcAsyncIOTransport(channel=channel)
    )
    return client


async def close_client(client: AsyncClient) -> None:
    """Close the client's channel, which the client itself offers no way to."""
    await client._firestore_api.transport.close()


async def _find_credentials(project: str, database: str) -> Credentials:
    try:
        found, _ = await asyncio.to_thread(
            google.auth.default, scopes=AsyncClient.SCOPE, request=_BriefRequest()
        )
    except GoogleAuthError as error:
        raise StorageError(explain(error, project, database)) from error
    return found


# Untyped in the library.
_ask: Any = Request.__call__


class _BriefRequest(Request):
    """Asks the metadata server once and briefly: Google's own search retries it for 12 s."""

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> Any:
        brief = min(timeout or METADATA_TIMEOUT, METADATA_TIMEOUT)
        try:
            return _ask(self, url, method, body, headers, brief, **kwargs)
        except TransportError as error:
            raise DefaultCredentialsError("no metadata server answers here") from error
