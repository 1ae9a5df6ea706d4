"""A missing TTL policy is named at the start, as far as it can be known."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import pytest
from google.cloud.firestore_admin_v1.types import Field, firestore_admin

from session.engines.firestore import ttl
from session.engines.firestore.client import close_client, open_client
from session.engines.firestore.ttl import EXPIRING, FIELD, warn_of_missing_ttl
from tests.firestore.test_layout import COLLECTIONS, DEPLOY
from tests.support.firestore_emulator import HOST_VARIABLE

GROUPS = "projects/acme/databases/(default)/collectionGroups"


class Admin(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Answers ListFields with Google's own messages."""

    def __init__(self, groups: list[str] | grpc.StatusCode, *, after: float = 0.0) -> None:
        self._groups = groups
        self._after = after
        self.asked: list[firestore_admin.ListFieldsRequest] = []

    def service(self, details: Any) -> Any:
        assert details.method == "/google.firestore.admin.v1.FirestoreAdmin/ListFields"

        async def list_fields(
            request: firestore_admin.ListFieldsRequest, context: Any
        ) -> firestore_admin.ListFieldsResponse:
            self.asked.append(request)
            await asyncio.sleep(self._after)
            if isinstance(self._groups, grpc.StatusCode):
                await context.abort(self._groups, "no")
            active = Field.TtlConfig(state=Field.TtlConfig.State.ACTIVE)
            names = [f"{GROUPS}/{group}/fields/{FIELD}" for group in self._groups]
            fields = [Field(name=name, ttl_config=active) for name in names]
            return firestore_admin.ListFieldsResponse(fields=fields)

        return grpc.unary_unary_rpc_method_handler(
            list_fields,
            request_deserializer=firestore_admin.ListFieldsRequest.deserialize,
            response_serializer=firestore_admin.ListFieldsResponse.serialize,
        )


@pytest.fixture
async def warn(
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Callable[[Admin], Any]]:
    """Has a client ask a server that answers so."""
    servers = []

    async def ask(admin: Admin) -> None:
        server = grpc.aio.server()
        server.add_generic_rpc_handlers((admin,))
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        servers.append(server)
        monkeypatch.setenv(HOST_VARIABLE, f"127.0.0.1:{port}")
        client = await open_client("acme", "(default)")
        await warn_of_missing_ttl(client)
        await close_client(client)

    yield ask
    for server in servers:
        await server.stop(None)


async def test_collections_without_a_policy_are_named_with_the_command_that_makes_it(
    warn: Callable[[Admin], Any], caplog: pytest.LogCaptureFixture
) -> None:
    admin = Admin([group for group in EXPIRING if group not in ("turns", "audits")])
    await warn(admin)
    [asked] = admin.asked
    assert (asked.parent, asked.filter) == (f"{GROUPS}/-", "ttlConfig:*")
    [told] = caplog.messages
    assert (
        "(project acme, database (default)) has no TTL policy on expire_at of turns, audits:"
        in told
    )
    assert "npx firebase-tools deploy --only firestore:indexes --project acme" in told


async def test_a_database_with_all_policies_says_nothing(
    warn: Callable[[Admin], Any], caplog: pytest.LogCaptureFixture
) -> None:
    await warn(Admin([*EXPIRING, "somebody_elses"]))
    assert caplog.messages == []


@pytest.mark.parametrize(
    "status", [grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNIMPLEMENTED]
)
async def test_a_role_that_may_not_look_says_nothing_wrong(
    warn: Callable[[Admin], Any], caplog: pytest.LogCaptureFixture, status: grpc.StatusCode
) -> None:
    await warn(Admin(status))
    assert caplog.messages == []


async def test_a_server_that_does_not_answer_holds_up_no_start(
    warn: Callable[[Admin], Any],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ttl, "_SECONDS", 0.2)
    await warn(Admin([], after=30))
    assert caplog.messages == []


def test_the_collections_are_those_of_the_index_file() -> None:
    overrides = json.loads((DEPLOY / "firestore.indexes.json").read_text())["fieldOverrides"]
    in_file = {it["collectionGroup"] for it in overrides if it.get("ttl")}
    assert in_file == set(EXPIRING) == set(COLLECTIONS)
