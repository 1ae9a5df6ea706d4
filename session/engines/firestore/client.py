"""Opening the client: with credentials, and a channel that reconnects soon."""

import grpc
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore_v1 import AsyncClient
from google.cloud.firestore_v1.services.firestore import FirestoreAsyncClient
from google.cloud.firestore_v1.services.firestore.transports import (
    FirestoreGrpcAsyncIOTransport,
)

from session.access import Access
from session.engines.firestore.credentials import PATIENCE, find_credentials
from session.errors import StoreSettingsError

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


async def open_client(project: str, database: str, access: Access = Access.LOOK) -> AsyncClient:
    """Make the client; nothing is sent yet. Must be called in the loop that will use it.

    With FIRESTORE_EMULATOR_HOST set, which Google's client reads by itself, no credentials are
    looked for. A bot is more patient than a command. Raises `StorageError` if there are none.
    """
    client = AsyncClient(project=project, database=database, credentials=AnonymousCredentials())
    emulator = emulator_of(client)
    if emulator is None:
        credentials = await find_credentials(project, database, patience=PATIENCE[access])
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


def emulator_of(client: AsyncClient) -> str | None:
    """Return the address of the emulator that the client talks to, None for Google itself.

    Raises `StoreSettingsError` for what is no address.
    """
    address: str | None = client._emulator_host
    if address and ("/" in address or ":" not in address):
        raise StoreSettingsError(
            f"FIRESTORE_EMULATOR_HOST={address} is not valid: it takes HOST:PORT, such as"
            " localhost:8080; unset it to use Google's Firestore"
        )
    return address or None


async def close_client(client: AsyncClient) -> None:
    """Close the client's channel, which the client itself offers no way to."""
    await client._firestore_api.transport.close()
