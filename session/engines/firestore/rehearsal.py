"""Asking a database once for all that a turn will ask of it, so that what lacks is known now."""

import asyncio
import secrets

from session.engines.firestore.client import emulator_of
from session.engines.firestore.store import Store
from session.engines.firestore.ttl import warn_of_missing_ttl
from session.messages import SessionId
from session.repository import Repository

_NOBODY = SessionId("opening")


async def rehearse(repository: Repository, store: Store) -> None:
    """Run each kind of query, and create, change and delete a document.

    A missing index shows in the first; a role or an IAM policy that forbids writing, in the
    second. Raises `StorageError`.
    """
    # All of them are over before this ends, whichever fails.
    outcomes = await asyncio.gather(
        repository.open_messages(_NOBODY),
        repository.scan_due(until=repository.now(), limit=1),
        repository.timeline(_NOBODY, limit=1),
        repository.turns(_NOBODY),
        repository.sessions_by_ticket("opening"),
        repository.scan_sessions(limit=1),
        repository.scan_alerts(limit=1),
        repository.scan_counts(limit=1),
        repository.total("opening", repository.date().date()),
        repository.instances(),
        repository.find_messages("opening"),
        repository.seen_elsewhere(["opening"], besides=_NOBODY, limit=1),
        _write(store),
        _look_at_ttl(store),
        return_exceptions=True,
    )
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


async def _look_at_ttl(store: Store) -> None:
    """Google's emulator knows no policies."""
    if emulator_of(store.client) is None:
        await warn_of_missing_ttl(store.client)


async def _write(store: Store) -> None:
    document = store.client.collection("openings").document(secrets.token_hex(16))
    for step in ("create", "update", "delete"):
        batch = store.client.batch()
        match step:
            case "create":
                batch.create(document, {"expire_at": store.expiry()})
            case "update":
                batch.update(document, {"written": True})
            case "delete":
                batch.delete(document)
        budget = store.budget()
        sent = await budget.commit(batch)
        # An earlier copy may have got through, if this one came after an unclear answer.
        if sent.refusal is not None and not sent.may_be_ours:
            raise budget.fail(sent.refusal) from sent.refusal
