"""The Firestore engine's harness."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from google.cloud.firestore_v1 import AsyncClient

from session import Access, Repository
from session.engines.firestore.client import close_client, open_client
from session.engines.firestore.documents import document_id
from session.engines.firestore.repository import DEFAULT_DATABASE, FirestoreRepository
from tests.conformance.harness import Harness
from tests.support.firestore_emulator import HOST_VARIABLE, new_project, running_emulator

TTL_FIELD = "expire_at"


class FirestoreHarness(Harness):
    """Each connection is a client of its own of one project in Google's emulator."""

    name = "firestore"
    has_frozen_clock = False
    is_durable = True
    examples = 5
    steps = 15

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._project = new_project()

    @classmethod
    @contextmanager
    def server(cls) -> Iterator[None]:
        with (
            tempfile.TemporaryDirectory() as directory,
            running_emulator(Path(directory)) as address,
            mock.patch.dict(os.environ, {HOST_VARIABLE: address}),
        ):
            yield

    @property
    def url(self) -> str:
        return f"firestore://{self._project}"

    @property
    def environment(self) -> dict[str, str]:
        return {HOST_VARIABLE: os.environ[HOST_VARIABLE]}

    async def open(self) -> Repository:
        return await FirestoreRepository.open(self._project, access=Access.MOVE)

    async def spoil(self, table: str, id: str, **fields: str) -> None:
        client = await open_client(self._project, DEFAULT_DATABASE)
        try:
            await client.collection(table).document(document_id(id)).update(fields)
        finally:
            await close_client(client)

    async def advance(self, by: timedelta) -> None:
        client = await open_client(self._project, DEFAULT_DATABASE)
        try:
            for name in ("sessions", "messages", "turns", "instances"):
                await _make_older(client, name, by)
            await _make_lines_older(client, by)
        finally:
            await close_client(client)


async def _make_older(client: AsyncClient, name: str, by: timedelta) -> None:
    batch = client.batch()
    async for document in client.collection_group(name).stream():
        old = document.to_dict() or {}
        batch.update(document.reference, {key: _older(key, old[key], by) for key in old})
    if len(batch):
        await batch.commit()


async def _make_lines_older(client: AsyncClient, by: timedelta) -> None:
    """Move the one time in an alert's record that the engine took."""
    async for document in client.collection("alerts").stream():
        record = json.loads(document.get("value"))
        if record["line_at"]:
            moved = datetime.fromisoformat(record["line_at"]) - by
            value = json.dumps(record | {"line_at": moved.isoformat()})
            await document.reference.update({"value": value})


def _older(key: str, value: Any, by: timedelta) -> Any:
    """Move every time that the engine took; when a message was sent is its sender's."""
    match value:
        case datetime() if key not in ("sent_at", TTL_FIELD):
            return value - by
        case dict():
            return {inner: _older(inner, value[inner], by) for inner in value}
    return value
