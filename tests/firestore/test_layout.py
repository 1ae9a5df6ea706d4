"""The index file says what the engine's queries need: the emulator itself never asks."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.cloud.firestore_v1.types import StructuredQuery, firestore

from session import MessageState, Notebook, Outcome, Sighting, TurnEnd
from session.engines.firestore.client import close_client, open_client
from session.engines.firestore.documents import document_id
from session.engines.firestore.repository import DEFAULT_DATABASE, FirestoreRepository
from session.engines.firestore.store import RETENTION
from tests.conformance.examples import (
    SENT_AT,
    a_message,
    acquired,
    answer,
    asks,
    message,
    message_id,
    new_session,
)
from tests.conformance.test_alerts import alert
from tests.support.grpc_proxy import Proxy
from tests.support.inbox import all_due

DEPLOY = Path(__file__).parents[2] / "deploy" / "firestore"
COLLECTIONS = (
    "sessions",
    "messages",
    "turns",
    "notebooks",
    "audits",
    "sightings",
    "alerts",
    "counts",
    "instances",
)

Index = tuple[str, tuple[tuple[str, str], ...]]


@pytest.fixture
def specification() -> dict[str, Any]:
    """What `firebase deploy` would set up."""
    configuration = json.loads((DEPLOY / "firebase.json").read_text())
    specification: dict[str, Any] = json.loads(
        (DEPLOY / configuration["firestore"]["indexes"]).read_text()
    )
    return specification


@pytest.fixture
async def documents(
    repository: FirestoreRepository, project: str
) -> AsyncIterator[dict[str, list[dict[str, Any]]]]:
    """All documents after a story that writes every kind of them, by collection."""
    await every_kind_of_write(repository)
    client = await open_client(project, DEFAULT_DATABASE)
    yield {
        name: [
            document.to_dict() or {} async for document in client.collection_group(name).stream()
        ]
        for name in COLLECTIONS
    }
    await close_client(client)


async def every_kind_of_write(repository: FirestoreRepository) -> None:
    """Two turns with answers, one delivered; one open question."""
    await repository.sign({"host": "here"})
    await repository.see_alert(alert(0))
    await repository.put_count("tokens", date(2026, 3, 1), 7)
    for number in (1, 2):
        receipt = await repository.take_in(
            new_session(ticket="SEC-42"), message(f"1712.{number}"), lease=asks(f"req_{number}")
        )
        assert receipt.claim is not None
        end = TurnEnd(
            outcome=Outcome.ANSWERED,
            message_ids=(receipt.message.id,),
            answer=answer(f"a{number}"),
            notebook=Notebook(name="brief", value={"seen": number}),
            audit={"calls": number},
            sightings=(Sighting(key="ip 192.0.2.1", seen_at=SENT_AT),),
            note="done",
        )
        await repository.finish_turn(receipt.claim, end)
        await repository.release_lease(receipt.claim, delivered=message_id(f"a{number}"))
    await repository.take_in(new_session(ticket="SEC-42"), message("1712.3"), lease=asks())


async def queries_of(repository: FirestoreRepository, proxy: Proxy) -> list[StructuredQuery]:
    """Every query that the engine can make, as it goes over the wire."""
    session_id = new_session().id
    await all_due(repository)
    await repository.open_messages(session_id)
    for limit in (None, 3):
        await repository.timeline(session_id, limit=limit)
    await repository.turns(session_id)
    await repository.sessions_by_ticket("SEC-42")
    await repository.instances()
    await repository.find_messages("req_1")
    await repository.scan_sessions()
    await repository.scan_sessions(after=session_id)
    await repository.seen_elsewhere(["ip 192.0.2.1"], besides=session_id)
    await repository.scan_alerts()
    await repository.scan_alerts(after=alert(0).key.id)
    await repository.put_count("tokens", date(2026, 3, 1), 7)
    await repository.total("tokens", date(2026, 3, 1))
    [count] = await repository.scan_counts()
    await repository.scan_counts(after=count.id)
    await repository.delete_counts(before=date(2026, 3, 2))
    await repository.read_record(session_id)
    parked = await repository.take_in(new_session("1719.1"), message("1719.1", parked=True))
    assert await repository.settle(parked.message.id, "failed", blank=True)
    question = await a_message(repository)
    claim = await acquired(repository, question.session_id)
    end = TurnEnd(outcome=Outcome.FAILED, message_ids=(question.id,), release=True)
    await repository.finish_turn(claim, end)
    later = repository.now() + timedelta(days=1)
    assert await repository.delete_session(question.session_id, idle_since=later)
    return [
        firestore.RunQueryRequest.deserialize(call.request).structured_query
        for call in proxy.seen
        if call.method == "RunQuery"
    ]


def index_for(query: StructuredQuery) -> Index:
    """The index that production would serve a query with: equalities first, then the order.

    A range is over the first field of the order.

    https://firebase.google.com/docs/firestore/query-data/index-overview
    """
    where = query.where
    filters = list(where.composite_filter.filters) or ([where] if "field_filter" in where else [])
    ordered = [order.field.field_path for order in query.order_by]
    fields = []
    for condition in (entry.field_filter for entry in filters):
        operator = StructuredQuery.FieldFilter.Operator
        if condition.op == operator.EQUAL:
            fields.append((condition.field.field_path, "ASCENDING"))
        elif condition.op == operator.ARRAY_CONTAINS_ANY:
            fields.append((condition.field.field_path, "CONTAINS"))
        else:
            assert condition.field.field_path == ordered[0]
    fields += [
        (entry.field.field_path, StructuredQuery.Direction(entry.direction).name)
        for entry in query.order_by
        if entry.field.field_path != "__name__"
    ]
    return query.from_[0].collection_id, tuple(fields)


def is_composite(index: Index, query: StructuredQuery) -> bool:
    """Equalities alone are merged from single-field indexes, and one field has its own."""
    return len(index[1]) > 1 and len(query.order_by) > 0


async def test_the_file_has_the_composite_indexes_that_the_queries_need_and_no_others(
    repository: FirestoreRepository, proxy: Proxy, specification: dict[str, Any]
) -> None:
    queries = await queries_of(repository, proxy)
    assert len(queries) >= 9
    needed = {index_for(query) for query in queries if is_composite(index_for(query), query)}
    declared = {
        (
            index["collectionGroup"],
            tuple(
                (field["fieldPath"], field.get("order") or field["arrayConfig"])
                for field in index["fields"]
            ),
        )
        for index in specification["indexes"]
    }
    assert declared == needed
    assert all(index["queryScope"] == "COLLECTION" for index in specification["indexes"])


async def test_every_field_is_either_queried_by_itself_or_exempt(
    repository: FirestoreRepository,
    proxy: Proxy,
    documents: dict[str, list[dict[str, Any]]],
    specification: dict[str, Any],
) -> None:
    proxy.seen.clear()
    queried = {
        (index_for(query)[0], field)
        for query in await queries_of(repository, proxy)
        for field, _ in index_for(query)[1]
        if not is_composite(index_for(query), query)
    }
    overrides = {
        (override["collectionGroup"], override["fieldPath"]): override["indexes"]
        for override in specification["fieldOverrides"]
    }
    exempt = {field for field, indexes in overrides.items() if indexes == []}
    written = {
        (name, field)
        for name, found in documents.items()
        for document in found
        for field in document
    }
    assert written - queried == exempt
    assert not queried & exempt
    # A part of a map that is exempt, and a query over all collections of a name.
    kept = {field for field, indexes in overrides.items() if indexes}
    assert kept == {("sessions", "turn.holder_id"), ("turns", "holder_id")} & queried


async def test_the_ttl_field_never_lies_near_for_anything_alive(
    documents: dict[str, list[dict[str, Any]]], specification: dict[str, Any]
) -> None:
    ttl = {
        (override["collectionGroup"], override["fieldPath"])
        for override in specification["fieldOverrides"]
        if override.get("ttl")
    }
    assert ttl == {(name, "expire_at") for name in COLLECTIONS}
    far = datetime.now(UTC) + RETENTION - timedelta(days=1)
    assert all(
        session["expire_at"] > far for session in documents["sessions"] + documents["turns"]
    )
    assert len(documents["turns"]) == 2
    for entry in documents["messages"]:
        closed = entry["state"] == MessageState.CLOSED
        assert (entry["expire_at"] is not None) == closed
        assert not closed or entry["expire_at"] > far


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("slack_ticketless_0f3a", True),
        ("x" * 100, True),
        ("x" * 101, False),
        ("1712.0001", False),
        ("a/b", False),
        ("__reserved__", False),
        ("..", False),
        ("", False),
        ("é", False),
    ],
)
def test_document_ids_are_plain_or_hashed(name: str, kept: bool) -> None:
    assert (document_id(name) == name) is kept
    assert "/" not in document_id(name)
    assert document_id(name).startswith("~") is not kept
