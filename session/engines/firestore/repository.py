"""The repository on Firestore: its parts put together, opened and closed.

How the parts play together: each call of a repository's method gets a `Budget` of seconds, which
all its RPCs share. A session's document is known as a `SessionSnapshot`, and a message's as a
`SeenMessage`; both have the version that the next write of it is conditional on. The `Memo` keeps
those that this process has seen, so that it need not ask again. A `Change` is one commit: the
session's next snapshot and what is written with it. The `Store` knows where everything is, and
sends a change; what became of it is `Sent`. A lease's holder plans its changes in a `HolderWrite`,
anew if its version has moved. `Bursts` lets the first of many calls on one session go ahead.
`ServerClock` reckons the server's time from its answers, for leases, without any clock of ours.
"""

from datetime import datetime
from typing import Self

from session.access import Access
from session.engines.firestore.alerts import Alerts
from session.engines.firestore.client import close_client, emulator_of, open_client
from session.engines.firestore.counts import Counts
from session.engines.firestore.inbox import Inbox
from session.engines.firestore.leases import Leases
from session.engines.firestore.rehearsal import rehearse
from session.engines.firestore.sessions import Sessions
from session.engines.firestore.sightings import Sightings
from session.engines.firestore.signs import Signs
from session.engines.firestore.store import Store
from session.engines.firestore.turns import Turns
from session.engines.firestore.versions import check_version
from session.repository import Repository
from session.shielded import ShieldedTasks

DEFAULT_DATABASE = "(default)"


class FirestoreRepository(
    Sessions, Leases, Inbox, Turns, Sightings, Alerts, Counts, Signs, Repository
):
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
        """Connect, and look whose version the database is of: an unusable one is known now.

        A bot asks for all that it will need later. Raises `StorageError`, which says what is
        wrong: credentials, project, database, role, index, version.
        """
        client = await open_client(project, database, access)
        repository = cls(Store(client))
        try:
            await check_version(repository._store, access)
            if access is Access.SERVE:
                await rehearse(repository, repository._store)
        except BaseException:
            await repository.aclose()
            raise
        return repository

    def now(self) -> datetime:
        return self._store.clock()

    def date(self) -> datetime:
        return self._store.clock()

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        await self.tasks.drain()
        await self._take_back()
        await close_client(self._store.client)
