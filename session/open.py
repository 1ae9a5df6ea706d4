"""Opens the engine that a store's URL names."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from session.access import Access
from session.errors import StoreUrlError
from session.repository import Repository

GOOD_FORMS = (
    "memory:// · sqlite:///relative/path.db · sqlite:////absolute/path.db"
    " · firestore://project[/database]"
)


_FIRESTORE = re.compile(
    r"(?P<project>[a-z0-9][a-z0-9.:-]*[a-z0-9])(/(?P<database>[a-z][a-z0-9-]*|\(default\)))?/?"
)


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """The opening process's own memory."""


@dataclass(frozen=True, slots=True)
class SQLiteStore:
    """A file, which need not exist yet."""

    path: Path


@dataclass(frozen=True, slots=True)
class FirestoreStore:
    """A database of a Google Cloud project."""

    project: str
    database: str


def parse_store_url(url: str) -> MemoryStore | SQLiteStore | FirestoreStore:
    """Read a store's URL without opening anything. Raises `StoreUrlError`."""
    scheme, separator, rest = url.partition("://")
    scheme = scheme if separator else ""
    match scheme:
        case "memory" if not rest:
            return MemoryStore()
        case "sqlite" if _names_a_file(rest):
            return SQLiteStore(Path(rest[1:]))
        case "firestore" if found := _FIRESTORE.fullmatch(rest):
            return FirestoreStore(found["project"], found["database"] or "(default)")
        case _:
            raise StoreUrlError(
                f"{_without_user(url)!r} is not a store's URL: {_fault(scheme, rest)}."
                f" Good forms: {GOOD_FORMS}"
            )


def _names_a_file(rest: str) -> bool:
    is_path = rest.startswith("/") and not rest.endswith("/") and "?" not in rest
    return is_path and rest.strip("/") not in ("", ":memory:")


def _fault(scheme: str, rest: str) -> str:
    """Say what is wrong with a URL that is not one of the good forms."""
    project, _, database = rest.partition("/")
    match scheme:
        case "sqlite" if not rest.startswith("/"):
            return "a relative path takes three slashes, an absolute one four"
        case "sqlite":
            return "options are not known" if "?" in rest else "it names no file"
        case "firestore" if not project:
            return "it names no project"
        case "firestore" if not _FIRESTORE.fullmatch(project):
            return "a project's id has small letters, digits and hyphens"
        case "firestore":
            return f"{database!r} is not the id of a database (small letters, digits and hyphens)"
        case "memory":
            return "nothing may follow memory://"
        case _:
            return "it must begin with memory://, sqlite:// or firestore://"


def _without_user(url: str) -> str:
    """Leave out what stands before an @: it can be a password."""
    return re.sub(r"(?<=://)[^/]*@", "…@", url)


@asynccontextmanager
async def open_repository(
    url: str, *, access: Access = Access.SERVE, any_file_system: bool = False
) -> AsyncIterator[Repository]:
    """Open the store that `url` names, and close it on the way out, whatever happens.

    `any_file_system` lets SQLite use a file system that is not known to be local.
    Raises `StoreUrlError` for a bad URL and `StorageError` for a store that cannot be used.
    """
    repository = await _connect(parse_store_url(url), access, any_file_system=any_file_system)
    try:
        yield repository
    finally:
        await repository.aclose()


async def _connect(
    store: MemoryStore | SQLiteStore | FirestoreStore,
    access: Access,
    *,
    any_file_system: bool,
) -> Repository:
    match store:
        case MemoryStore():
            from session.engines.memory import MemoryRepository

            return MemoryRepository()
        case SQLiteStore(path):
            from session.engines.sqlite.repository import SQLiteRepository
            from session.engines.sqlite.surroundings import Surroundings

            machine = Surroundings(any_file_system=any_file_system)
            return await SQLiteRepository.open(path, access=access, machine=machine)
        case FirestoreStore(project, database):
            from session.engines.firestore.repository import FirestoreRepository

            return await FirestoreRepository.open(project, database, access=access)
