"""What a start finds out: everything a turn will need, and which database it really is."""

import json

import grpc
import pytest
from google.cloud.firestore_v1.types import firestore

from session import Access, StorageError, StoreSettingsError, open_repository
from session.engines.firestore.repository import FirestoreRepository
from tests.support.firestore_emulator import HOST_VARIABLE
from tests.support.grpc_proxy import Fate, Proxy, Seen

NO_INDEX = Fate(
    before=grpc.StatusCode.FAILED_PRECONDITION,
    details="The query requires an index. You can create it here: https://console.firebase…",
)
READ_ONLY = Fate(
    before=grpc.StatusCode.PERMISSION_DENIED, details="Missing or insufficient permissions."
)


def queries(seen: list[Seen]) -> list[str]:
    """What was asked, without the values: one text for each kind of query."""
    asked = [
        firestore.RunQueryRequest.to_dict(firestore.RunQueryRequest.deserialize(call.request))
        for call in seen
        if call.method == "RunQuery"
    ]
    return [json.dumps(query["structured_query"], sort_keys=True) for query in asked]


async def test_a_bot_runs_each_kind_of_query_once(proxy: Proxy, project: str) -> None:
    await (await FirestoreRepository.open(project)).aclose()
    asked = " ".join(queries(proxy.seen))
    for collection in ("sessions", "messages", "turns"):
        assert f'"collection_id": "{collection}"' in asked
    for field in ("sent_at", "look_at", "ticket_id", "fence", "signed_at"):
        assert field in asked, "an index that this query needs may be missing"


@pytest.mark.parametrize("number", range(10))
async def test_an_index_that_is_missing_is_named_at_the_start(
    proxy: Proxy, project: str, number: int
) -> None:
    left = [number]

    def lacking(method: str) -> Fate:
        if method != "RunQuery":
            return Fate()
        left[0] -= 1
        return NO_INDEX if left[0] == -1 else Fate()

    proxy.oracle = lacking
    with pytest.raises(StorageError, match=r"lacks an index.*firebase-tools deploy --only"):
        await FirestoreRepository.open(project)


@pytest.mark.parametrize("number", range(3))
async def test_a_role_that_cannot_create_change_or_delete_is_named_at_the_start(
    proxy: Proxy, project: str, number: int
) -> None:
    left = [number]

    def forbidding(method: str) -> Fate:
        if method != "Commit":
            return Fate()
        left[0] -= 1
        return READ_ONLY if left[0] == -1 else Fate()

    proxy.oracle = forbidding
    with pytest.raises(StorageError, match=r"roles/datastore\.user"):
        await FirestoreRepository.open(project)


async def test_a_start_leaves_nothing_behind(proxy: Proxy, project: str) -> None:
    repository = await FirestoreRepository.open(project)
    openings = repository._store.client.collection("openings")
    assert [document async for document in openings.stream()] == []
    await repository.aclose()


async def test_a_start_outlives_answers_that_get_lost(proxy: Proxy, project: str) -> None:
    seen: set[str] = set()

    def losing(method: str) -> Fate:
        first = method not in seen
        seen.add(method)
        return Fate(after=grpc.StatusCode.UNAVAILABLE) if first else Fate()

    proxy.oracle = losing
    await (await FirestoreRepository.open(project)).aclose()


@pytest.mark.parametrize("access", [Access.LOOK, Access.MOVE])
async def test_a_command_asks_one_question_and_writes_nothing(
    proxy: Proxy, project: str, access: Access
) -> None:
    await (await FirestoreRepository.open(project)).aclose()
    proxy.seen.clear()
    await (await FirestoreRepository.open(project, access=access)).aclose()
    assert proxy.methods == ["BatchGetDocuments"]


async def test_looking_into_an_empty_database_leaves_it_empty(proxy: Proxy, project: str) -> None:
    await (await FirestoreRepository.open(project, access=Access.LOOK)).aclose()
    assert "Commit" not in proxy.methods


async def test_an_emulator_is_called_so_in_the_description_and_in_every_error(
    proxy: Proxy, project: str
) -> None:
    async with open_repository(f"firestore://{project}") as repository:
        assert f"emulator at {proxy.address}" in repository.description
        assert repository.emulator == proxy.address
        await proxy.stop()
        with pytest.raises(StorageError, match=f"emulator at {proxy.address}"):
            await repository.scan_sessions()
        await proxy.start()


@pytest.mark.parametrize("address", ["http://localhost:8080", "localhost"])
async def test_an_emulators_address_that_is_none_is_refused_with_a_good_one(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv(HOST_VARIABLE, address)
    with pytest.raises(StoreSettingsError, match=r"it takes HOST:PORT, such as localhost:8080"):
        await FirestoreRepository.open("demo")
