"""The engine on Google's emulator, with a proxy between them."""

from collections.abc import AsyncIterator, Iterator

import pytest

from session.engines.firestore.repository import FirestoreRepository
from tests.support.firestore_emulator import HOST_VARIABLE, new_project, running_emulator
from tests.support.grpc_proxy import Proxy


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The emulator's address."""
    with running_emulator(tmp_path_factory.mktemp("firestore")) as address:
        yield address


@pytest.fixture
async def proxy(emulator: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """What every client that is opened in this test talks to."""
    async with Proxy(emulator) as proxy:
        monkeypatch.setenv(HOST_VARIABLE, proxy.address)
        yield proxy


@pytest.fixture
def project() -> str:
    """A project of this test's own."""
    return new_project()


@pytest.fixture
async def repository(proxy: Proxy, project: str) -> AsyncIterator[FirestoreRepository]:
    """A connection to an empty store, through the proxy."""
    repository = await FirestoreRepository.open(project)
    proxy.seen.clear()
    yield repository
    await repository.aclose()
