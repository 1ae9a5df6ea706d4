"""From a store's URL to its engine."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from session.errors import StoreUrlError
from session.repository import Repository

GOOD_FORMS = (
    "memory:// · sqlite:///relative/path.db · sqlite:////absolute/path.db"
    " · firestore://project[/database]"
)


_FIRESTORE = re.compile(
    r"(?P<project>[a-z0-9][a-z0-9.:-]*[a-z0-9])(/(?P<database>[a-z][a-z0-9-]*|\(default\)))?/?"
)


@asynccontextmanager
async def open_repository(url: str) -> AsyncIterator[Repository]:
    """Open the store that `url` names, and close it on the way out, whatever happens.

    Raises `StoreUrlError` for a bad URL and `StorageError` for a store that cannot be used.
    """
    repository = await _connect(url)
    try:
        yield repository
    finally:
        await repository.aclose()


def store_exists(url: str) -> bool:
    """Tell whether a store is there already; always true where only opening it would tell."""
    scheme, _, rest = url.partition("://")
    return scheme != "sqlite" or Path(rest[1:]).exists()


async def _connect(url: str) -> Repository:
    scheme, separator, rest = url.partition("://")
    match scheme if separator else "":
        case "memory" if not rest:
            from session.engines.memory import MemoryRepository

            return MemoryRepository()
        case "sqlite" if rest.startswith("/") and rest.strip("/") not in ("", ":memory:"):
            from session.engines.sqlite.repository import SQLiteRepository

            return await SQLiteRepository.open(Path(rest[1:]))
        case "firestore" if found := _FIRESTORE.fullmatch(rest):
            from session.engines.firestore.repository import DEFAULT_DATABASE, FirestoreRepository

            project, database = found["project"], found["database"] or DEFAULT_DATABASE
            return await FirestoreRepository.open(project, database)
        case _:
            raise StoreUrlError(f"{url!r} is not a store's URL. Good forms: {GOOD_FORMS}")
