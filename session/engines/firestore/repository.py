"""The repository on Firestore: its parts put together, opened and closed."""

from datetime import datetime
from typing import Self

from session.access import Access
from session.engines.firestore.client import close_client, emulator_of, open_client
from session.engines.firestore.inbox import Inbox
from session.engines.firestore.leases import Leases
from session.engines.firestore.rehearsal import rehearse
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
        self.emulator = emulator_of(store.client)
        what = "Firestore" if self.emulator is None else f"emulator at {self.emulator}"
        self.description = f"{what}, project {store.client.project}, database {store.database}"
        self._closed = False

    @classmethod
    async def open(
        cls,
        project: str,
        database: str = DEFAULT_DATABASE,
        *,
        access: Access = Access.SERVE,
    ) -> Self:
        """Connect, and ask a question, so that an unusable database is known now.

        A bot asks for all that it will need later. Raises `StorageError`, which says what is
        wrong: credentials, project, database, role, index.
        """
        client = await open_client(project, database, access)
        repository = cls(Store(client))
        try:
            await repository.get_session(SessionId("opening"))
            if access is Access.SERVE:
                await rehearse(repository, repository._store)
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
