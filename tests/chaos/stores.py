"""The durable engines under the campaign, each with a way to hang."""

import asyncio
import os
import sqlite3
import tempfile
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import ClassVar
from unittest import mock

from tests.chaos.proxy import Proxy
from tests.support.firestore_emulator import HOST_VARIABLE, new_project, running_emulator


class Store(ABC):
    """One empty store: its URL, what a bot's environment needs, and its outages."""

    url: str
    environment: Mapping[str, str]
    lease_seconds: ClassVar[str]
    """Long where a dead holder is seen at once: who waits for the lease's end shows by it."""

    @abstractmethod
    async def hang(self, seconds: float) -> None:
        """Let no write of a bot end for that long."""


class SQLiteStore(Store):
    """A file, whose write lock the campaign can keep."""

    lease_seconds = "3600"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "burrow.db"
        self.url = f"sqlite:///{self._path}"
        self.environment: Mapping[str, str] = {}

    async def hang(self, seconds: float) -> None:
        blocker = sqlite3.connect(self._path, isolation_level=None, timeout=0)
        try:
            await self._lock(blocker)
            await asyncio.sleep(seconds)
        finally:
            blocker.close()

    async def _lock(self, blocker: sqlite3.Connection) -> None:
        while True:
            try:
                blocker.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                await asyncio.sleep(0.001)
            else:
                return


class FirestoreStore(Store):
    """A project in Google's emulator, which the bots reach through a proxy that can hold still."""

    lease_seconds = "10"

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self.url = f"firestore://{new_project()}"
        self.environment: Mapping[str, str] = {HOST_VARIABLE: proxy.address}

    async def hang(self, seconds: float) -> None:
        await self._proxy.hold_still(seconds)


@contextmanager
def server_of(engine: str) -> Iterator[str]:
    """Run what the engine needs besides; yields the server's address, if it has one."""
    if engine != "firestore":
        yield ""
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        running_emulator(Path(folder), heap="3g") as address,
        mock.patch.dict(os.environ, {HOST_VARIABLE: address}),
    ):
        yield address


@asynccontextmanager
async def opened_store(engine: str, address: str, folder: Path) -> AsyncIterator[Store]:
    """Make an empty store of the engine."""
    if engine == "sqlite":
        yield SQLiteStore(folder)
        return
    async with Proxy.to(address) as proxy:
        yield FirestoreStore(proxy)
