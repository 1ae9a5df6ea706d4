"""Checks the TTL policies by which the database deletes old documents by itself."""

import logging

import grpc
import proto
from google.api_core.gapic_v1 import routing_header
from google.cloud.firestore_v1 import AsyncClient

from session.engines.firestore.errors import DEPLOY

log = logging.getLogger(__name__)

FIELD = "expire_at"
EXPIRING = (
    *("sessions", "messages", "turns", "notebooks", "audits"),
    *("sightings", "alerts", "counts", "instances"),
)
"""The collection groups whose documents have that field for good."""

_METHOD = "/google.firestore.admin.v1.FirestoreAdmin/ListFields"
_SECONDS = 3.0
_MOST = 1000


# https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.admin.v1, as far as it is
# needed: to import Google's client for it takes half a second and 12 MiB.
class ListFieldsRequest(proto.Message):  # type: ignore[misc]
    """Asks for the fields that have settings of their own."""

    parent = proto.Field(proto.STRING, number=1)
    filter = proto.Field(proto.STRING, number=2)
    page_size = proto.Field(proto.INT32, number=3)


class TtlField(proto.Message):  # type: ignore[misc]
    """A field by its whole name, `projects/…/collectionGroups/GROUP/fields/FIELD`."""

    name = proto.Field(proto.STRING, number=1)


class ListFieldsResponse(proto.Message):  # type: ignore[misc]
    """The fields that were found."""

    fields = proto.RepeatedField(TtlField, number=1)


async def warn_of_missing_ttl(client: AsyncClient) -> None:
    """Log which collection groups have no TTL policy; nothing if that cannot be told.

    It takes the permission to list indexes, which roles/datastore.user has
    (https://cloud.google.com/firestore/docs/security/iam).
    """
    database = f"projects/{client.project}/databases/{client._database}"
    try:
        found = await _with_ttl(client, f"{database}/collectionGroups/-")
    except grpc.RpcError as error:
        log.debug("store.ttl_unknown %s", error)
        return
    groups = f"{database}/collectionGroups"
    missing = [group for group in EXPIRING if f"{groups}/{group}/fields/{FIELD}" not in found]
    if missing:
        log.warning(
            "store.ttl_missing Firestore (project %s, database %s) has no TTL policy on %s of %s:"
            " what no running bot deletes stays for ever. %s %s).",
            client.project,
            client._database,
            FIELD,
            ", ".join(missing),
            DEPLOY,
            client.project,
        )


async def _with_ttl(client: AsyncClient, parent: str) -> set[str]:
    """Return the whole names of the fields that have a TTL policy."""
    ask = client._firestore_api.transport.grpc_channel.unary_unary(
        _METHOD,
        request_serializer=ListFieldsRequest.serialize,
        response_deserializer=ListFieldsResponse.deserialize,
    )
    request = ListFieldsRequest(parent=parent, filter="ttlConfig:*", page_size=_MOST)
    metadata = [routing_header.to_grpc_metadata((("parent", parent),))]
    answer = await ask(request, timeout=_SECONDS, metadata=metadata)
    return {field.name for field in answer.fields}
