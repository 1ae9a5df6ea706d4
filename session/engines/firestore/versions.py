"""The document that says which version of Burrow wrote a database."""

from session.access import Access
from session.engines.firestore.documents import fields_of
from session.engines.firestore.store import Store, new_write_id
from session.errors import StorePlaceError

VERSION = 2
"""Of the stored shape. From 0.1.0 on it stays as it is: instances of two versions run side by
side, so what is new stands in new fields, attributes and documents, and is read with a default."""


async def check_version(store: Store, access: Access) -> None:
    """Raise `StorePlaceError` if the database is of another version; mark one that is empty.

    Who only looks marks nothing.
    """
    budget, ref = store.budget(), store.client.collection("about").document("store")
    while True:
        [snapshot] = await budget.read(ref)
        if snapshot.exists:
            _check(store, fields_of(snapshot).get("version"))
            return
        if await budget.query(store.sessions.limit(1)):
            _check(store, 1)
        if access is Access.LOOK:
            return
        batch = store.client.batch()
        batch.create(ref, {"version": VERSION, "write_id": new_write_id()})
        sent = await budget.commit(batch)
        if sent.refusal is None:
            return
        await budget.pause(sent.refusal)


def _check(store: Store, version: object) -> None:
    if version == VERSION:
        return
    where = f"Firestore (project {store.client.project}, database {store.database})"
    if isinstance(version, int) and version > VERSION:
        raise StorePlaceError(
            f"{where} was written by a newer version of Burrow (its format is {version}, this one"
            f" knows {VERSION}): update Burrow, or name another database"
        )
    raise StorePlaceError(
        f"{where} is of a version of Burrow from before its first release (its format is"
        f" {version}, this one knows {VERSION}): name another database, or delete its"
        " collections `sessions` and `messages`"
    )
