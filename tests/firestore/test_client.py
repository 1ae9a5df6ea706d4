"""The two private names of Google's client that we lean on, and the channel we give it."""

import asyncio
import os
import sys
from importlib.metadata import version

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore_v1 import AsyncClient
from google.cloud.firestore_v1.services.firestore import FirestoreAsyncClient

from session.engines.firestore.client import CHANNEL_OPTIONS, close_client, open_client
from session.engines.firestore.repository import FirestoreRepository
from tests.conformance.examples import a_session, message, new_session
from tests.e2e.processes import ROOT
from tests.firestore.forking import CHILDREN
from tests.support.firestore_emulator import HOST_VARIABLE
from tests.support.grpc_proxy import Proxy

CHECKED_VERSION = "2.34.1"


def test_the_private_names_are_those_of_the_version_they_were_checked_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After an upgrade: read `base_client.py` again, then move CHECKED_VERSION."""
    assert version("google-cloud-firestore") == CHECKED_VERSION
    monkeypatch.setenv(HOST_VARIABLE, "127.0.0.1:1")
    client = AsyncClient(project="p", credentials=AnonymousCredentials())
    assert client._emulator_host == "127.0.0.1:1"
    assert client._firestore_api_internal is None


async def test_the_client_talks_through_the_channel_we_gave_it(proxy: Proxy, project: str) -> None:
    client = await open_client(project, "(default)")
    ours = client._firestore_api_internal
    assert isinstance(ours, FirestoreAsyncClient)
    assert client._firestore_api is ours, "the client makes no channel of its own"
    assert client._database == "(default)"
    await client.document("any/thing").get()
    assert proxy.methods == ["BatchGetDocuments"]
    await close_client(client)


def test_the_channel_comes_back_within_seconds_and_takes_large_answers() -> None:
    options = dict(CHANNEL_OPTIONS)
    assert options["grpc.max_reconnect_backoff_ms"] <= 2000
    assert options["grpc.max_receive_message_length"] == -1


async def test_closing_twice_is_harmless_and_awaits_what_is_under_way(
    proxy: Proxy, project: str
) -> None:
    repository = await FirestoreRepository.open(project)
    writing = asyncio.ensure_future(
        repository.tasks.run(repository.take_in(new_session(), message()))
    )
    await asyncio.sleep(0)
    await repository.aclose()
    assert (await writing).is_new
    await repository.aclose()


async def test_time_is_the_servers(repository: FirestoreRepository) -> None:
    before = repository.now()
    session = await a_session(repository)
    assert before <= repository.now()
    assert abs((session.created_at - before).total_seconds()) < 5


async def test_a_child_that_is_forked_while_we_talk_to_firestore_runs_its_program(
    emulator: str, project: str
) -> None:
    """With gRPC's own preparations for it about a tenth die of a signal before they do."""
    forking = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.firestore.forking", project),
        cwd=ROOT,
        env={**os.environ, HOST_VARIABLE: emulator},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await forking.communicate()
    assert (forking.returncode, int(told)) == (0, CHILDREN)
