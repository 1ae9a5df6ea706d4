"""A database says which version of Burrow it is of; another one's is left alone."""

import pytest

from session import MessageState, Outcome, StorageError, TurnEnd
from session.access import Access
from session.engines.firestore.client import close_client, open_client
from session.engines.firestore.documents import document_id
from session.engines.firestore.repository import DEFAULT_DATABASE, FirestoreRepository
from session.engines.firestore.versions import VERSION
from tests.conformance.examples import a_message, a_session, acquired, answer
from tests.support.grpc_proxy import Proxy


async def say_version(project: str, version: int | None) -> None:
    """Write which version the database is of, or forget it."""
    client = await open_client(project, DEFAULT_DATABASE, Access.SERVE)
    ref = client.collection("about").document("store")
    await (ref.delete() if version is None else ref.set({"version": version}))
    await close_client(client)


async def test_a_new_database_is_marked_and_opened_again(proxy: Proxy, project: str) -> None:
    for _ in range(2):
        await (await FirestoreRepository.open(project)).aclose()
    commits = [call for call in proxy.methods if call == "Commit"]
    assert len(commits) == 1 + 2 * 3, "the mark once, three writes of trial at each start"


async def test_who_only_looks_marks_nothing(proxy: Proxy, project: str) -> None:
    await (await FirestoreRepository.open(project, access=Access.LOOK)).aclose()
    assert "Commit" not in proxy.methods


@pytest.mark.parametrize("access", Access)
async def test_a_database_from_before_the_first_release_is_refused(
    repository: FirestoreRepository, project: str, access: Access
) -> None:
    await a_session(repository)
    await say_version(project, None)
    with pytest.raises(StorageError, match="from before its first release") as refused:
        await FirestoreRepository.open(project, access=access)
    assert "name another database, or delete its collections" in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_a_database_of_a_newer_version_is_refused(
    repository: FirestoreRepository, project: str
) -> None:
    await say_version(project, VERSION + 1)
    with pytest.raises(StorageError, match="written by a newer version of Burrow"):
        await FirestoreRepository.open(project)


async def test_fields_that_only_a_later_version_knows_survive_the_writes_of_this_one(
    repository: FirestoreRepository, project: str
) -> None:
    asked = await a_message(repository, "1712.0001")
    client = await open_client(project, DEFAULT_DATABASE)
    session = client.collection("sessions").document(asked.session_id)
    message = client.collection("messages").document(document_id(asked.id))
    for place in (session, message):
        await place.update({"mood": {"is": ["calm"]}})

    claim = await acquired(repository, asked.session_id)
    await repository.begin_turn(claim, [asked.id])
    await repository.amend_message(asked.id, text="why, really?")
    end = TurnEnd(outcome=Outcome.ANSWERED, message_ids=(asked.id,), answer=answer())
    await repository.finish_turn(claim, end)
    await repository.release_lease(claim, delivered=answer().id)
    await a_message(repository, "1712.0002")

    for place in (session, message):
        assert (await place.get()).get("mood") == {"is": ["calm"]}
    assert (await message.get()).get("state") == MessageState.CLOSED
    await close_client(client)
