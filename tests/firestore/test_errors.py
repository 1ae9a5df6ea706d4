"""What is wrong with a project, a database, a role or an index is said in one sentence."""

import asyncio

import grpc
import pytest
from google.api_core import exceptions

from bot.observe.presence import Presence
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
QUOTA_SPENT = Fate(before=grpc.StatusCode.RESOURCE_EXHAUSTED, details="Quota exceeded.")


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


async def test_a_spent_quota_is_said_by_every_kind_of_call_and_over_when_it_is_renewed(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    # RESOURCE_EXHAUSTED: https://cloud.google.com/firestore/docs/understand-error-codes
    proxy.oracle = lambda method: QUOTA_SPENT
    refusals = await asyncio.gather(
        repository.get_session(new_session().id),
        repository.scan_due(until=repository.now()),
        repository.take_in(new_session(), message()),
        repository.sign({}),
        return_exceptions=True,
    )
    for refusal in refusals:
        assert isinstance(refusal, StorageError)
        assert "is over its quota (Quota exceeded): raise it at https://" in str(refusal)
        assert "iam-admin/quotas?project=" in str(refusal)
        assert isinstance(refusal.__cause__, exceptions.ResourceExhausted)
    proxy.oracle = lambda method: Fate()
    receipt = await repository.take_in(new_session(), message())
    assert receipt.is_new, "nothing of what was refused is there"


async def test_a_bot_that_signs_into_a_store_over_its_quota_tells_its_probes_why(
    repository: FirestoreRepository, proxy: Proxy
) -> None:
    proxy.oracle = lambda method: QUOTA_SPENT
    presence = Presence(repository)
    signing = asyncio.create_task(presence.run())
    await asyncio.sleep(0.1)
    trouble = await presence.trouble()
    signing.cancel()
    assert trouble is not None
    assert "is over its quota (Quota exceeded): raise it" in trouble
