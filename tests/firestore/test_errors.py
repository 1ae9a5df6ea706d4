"""What is wrong with a project, a database, a role or an index is said in one sentence."""

import grpc
import pytest
from google.api_core import exceptions

from session import StorageError, StoreUrlError, open_repository
from session.engines.firestore.errors import explain
from session.engines.firestore.repository import FirestoreRepository
from tests.conformance.examples import message, new_session
from tests.support.grpc_proxy import Fate, Proxy

# As Google words them: code, details, and what our sentence must name.
TROUBLES = [
    (
        grpc.StatusCode.PERMISSION_DENIED,
        "Missing or insufficient permissions.",
        ["roles/datastore.user", "add-iam-policy-binding"],
    ),
    (
        grpc.StatusCode.PERMISSION_DENIED,
        "Cloud Firestore API has not been used in project demo before or it is disabled. Enable"
        " it by visiting https://console.developers.google.com/apis/api/firestore.googleapis.com",
        ["gcloud services enable firestore.googleapis.com"],
    ),
    (
        grpc.StatusCode.PERMISSION_DENIED,
        "Permission denied on resource project no-such-project.",
        ["knows no project", "URL"],
    ),
    (
        grpc.StatusCode.NOT_FOUND,
        "The database (default) does not exist for project demo Please visit"
        " https://console.cloud.google.com/datastore/setup?project=demo to add a database",
        ["no such database", "gcloud firestore databases create"],
    ),
    (
        grpc.StatusCode.FAILED_PRECONDITION,
        "The Cloud Firestore API is not available for Firestore in Datastore Mode database"
        " projects/demo/databases/(default).",
        ["Datastore mode", "native mode"],
    ),
    (
        grpc.StatusCode.UNAUTHENTICATED,
        "Request had invalid authentication credentials.",
        ["credentials", "GOOGLE_APPLICATION_CREDENTIALS", "gcloud auth application-default login"],
    ),
]


@pytest.mark.parametrize(("code", "details", "named"), TROUBLES)
async def test_opening_says_what_is_wrong_and_what_to_do(
    proxy: Proxy, project: str, code: grpc.StatusCode, details: str, named: list[str]
) -> None:
    proxy.oracle = lambda method: Fate(before=code, details=details)
    with pytest.raises(StorageError) as raised:
        async with open_repository(f"firestore://{project}"):
            pass
    sentence = str(raised.value)
    assert all(part in sentence for part in [*named, project]), sentence
    assert isinstance(raised.value.__cause__, exceptions.GoogleAPICallError)
    assert len(proxy.seen) == 1, "asking again would not help"


async def test_a_missing_index_is_named_with_the_command_that_makes_it(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    details = "The query requires an index. You can create it here: https://console.firebase…"
    proxy.oracle = lambda method: Fate(before=grpc.StatusCode.FAILED_PRECONDITION, details=details)
    with pytest.raises(StorageError, match=r"lacks an index.*firebase-tools deploy --only"):
        await repository.timeline(new_session().id)


async def test_a_commit_that_can_never_succeed_is_given_up_at_once(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    invalid = Fate(before=grpc.StatusCode.INVALID_ARGUMENT, details="longer than it may be")
    proxy.oracle = lambda method: invalid if method == "Commit" else Fate()
    with pytest.raises(StorageError, match="refused") as raised:
        await repository.take_in(new_session(), message())
    assert isinstance(raised.value.__cause__, exceptions.InvalidArgument)
    assert len(proxy.seen) <= 4


async def test_missing_permission_in_mid_flight_is_a_storage_error(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    proxy.oracle = lambda method: Fate(
        before=grpc.StatusCode.PERMISSION_DENIED, details="Missing or …"
    )
    with pytest.raises(StorageError, match=r"datastore\.user"):
        await repository.take_in(new_session(), message())


def test_credentials_that_cannot_be_refreshed_are_named() -> None:
    text = "Getting metadata from plugin failed with error: Reauthentication is needed."
    error = exceptions.from_grpc_status(grpc.StatusCode.UNAVAILABLE, text)
    assert "gcloud auth application-default login" in explain(error, "demo", "(default)")


@pytest.mark.parametrize(
    ("url", "description"),
    [
        ("firestore://{project}", "database (default)"),
        ("firestore://{project}/", "database (default)"),
        ("firestore://{project}/burrow-eu", "database burrow-eu"),
    ],
)
async def test_a_url_names_project_and_database(
    proxy: Proxy, project: str, url: str, description: str
) -> None:
    async with open_repository(url.format(project=project)) as repository:
        assert repository.description == (
            f"emulator at {proxy.address}, project {project}, {description}"
        )
        assert not repository.is_local


@pytest.mark.parametrize(
    "url", ["firestore://", "firestore:///db", "firestore://p/db/more", "firestore://P q"]
)
async def test_a_bad_url_is_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(StoreUrlError, match="firestore://project"):
        async with open_repository(url):
            pass


async def test_databases_of_one_project_are_apart(proxy: Proxy, project: str) -> None:
    async with (
        open_repository(f"firestore://{project}") as one,
        open_repository(f"firestore://{project}/other") as other,
    ):
        await one.take_in(new_session(), message())
        assert list(await other.scan_sessions()) == []
