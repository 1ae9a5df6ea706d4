"""The repository on Firestore: its parts put together, opened and closed."""

from datetime import datetime
from typing import Self

from session.engines.firestore.client import close_client, open_client
from session.engines.firestore.inbox import Inbox
from session.engines.firestore.leases import Leases
from session.engines.firestore.sessions import Sessions
from session.engines.firestore.store import Store
from session.engines.firestore.turns import Turns
from session.models import SessionId
from session.repository import Repository
from session.shielded import ShieldedTasks

DEFAULT_DATABASE = "(default)"


class FirestoreRepository(Sessions, Leases, Inbox, Turns, Repository):
    """Sessions in a Firestore database, which any number of instances share.

    Belongs to the event loop it was opened in.
    """

    is_local = False

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.tasks = ShieldedTasks()
        self.description = f"Firestore, project {store.client.project}, database {store.database}"
        self._closed = False

    @classmethod
    async def open(cls, project: str, database: str = DEFAULT_DATABASE) -> Self:
        """Connect, and ask one question, so that an unusable database is known now.

        Raises `StorageError`, which says what is wrong: credentials, project, database, role.
        """
        client = await open_client(project, database)
        repository = cls(Store(client))
        try:
            await repository.get_session(SessionId("opening"))
        except BaseException:
            await repository.aclose()
            raise
        return repository

    def now(self) -> datetime:
        return self._store.clock()

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        await self.tasks.drain()
        await close_client(self._store.client)
