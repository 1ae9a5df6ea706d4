"""Values to documents and back. The fields are listed in docs/firestore.md."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from google.cloud.firestore_v1 import AsyncDocumentReference
from google.cloud.firestore_v1.base_document import DocumentSnapshot

from session.engines.firestore.snapshot import SessionSnapshot
from session.messages import Message, MessageId, MessageState, SessionId, TurnId
from session.models import Audit, Lease, Notebook, Session, SessionSource, SlackThread, Turn
from session.seen_in import SeenIn
from session.sightings import Sighting
from session.storable import as_json

Fields = dict[str, Any]
Snapshot = DocumentSnapshot[AsyncDocumentReference]

_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def document_id(name: str) -> str:
    """Return a name that Firestore accepts: short plain ids as they are, others hashed.

    https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields
    """
    if _SAFE_ID.fullmatch(name):
        return name
    return "~" + hashlib.sha256(name.encode()).hexdigest()


def plain_time(value: Any) -> datetime:
    """Turn any of the client's timestamp classes into an aware UTC `datetime`."""
    if not isinstance(value, datetime):
        raise TypeError(f"expected a timestamp, got {value!r}")
    utc = value.astimezone(UTC)
    return datetime.combine(utc.date(), utc.time(), UTC)


def session_fields(stored: SessionSnapshot) -> Fields:
    """Make a session's document, without `write_id` and `expire_at`, which each write sets."""
    session, lease = stored.session, stored.session.lease
    return {
        "id": session.id,
        "source": session.source.value,
        "thread": session.thread and _thread_fields(session.thread),
        "ticket_id": session.ticket_id,
        "user_id": session.user_id,
        "created_at": session.created_at,
        "last_active_at": session.last_active_at,
        "lease": lease
        and {
            "holder_id": lease.holder_id,
            "acquired_at": lease.acquired_at,
            "expires_at": lease.expires_at,
        },
        "fence": session.fence,
        "lost_fence": stored.lost_fence,
        "notice_owed": session.notice_owed,
        "muted": session.muted,
        "provisional": session.provisional,
        "sealed": stored.sealed,
        "turn": stored.turn and turn_fields(stored.turn),
        "unended": [turn_fields(turn) for turn in stored.unended],
    }


def stored_session(fields: Mapping[str, Any], version: datetime) -> SessionSnapshot:
    """Read a session's document."""
    lease, thread, turn = fields["lease"], fields["thread"], fields["turn"]
    session = Session(
        id=SessionId(fields["id"]),
        source=SessionSource(fields["source"]),
        thread=thread and SlackThread(**thread),
        ticket_id=fields["ticket_id"],
        user_id=fields["user_id"],
        created_at=plain_time(fields["created_at"]),
        last_active_at=plain_time(fields["last_active_at"]),
        lease=lease
        and Lease(
            holder_id=lease["holder_id"],
            fence=fields["fence"],
            acquired_at=plain_time(lease["acquired_at"]),
            expires_at=plain_time(lease["expires_at"]),
        ),
        fence=fields["fence"],
        notice_owed=fields["notice_owed"],
        muted=fields["muted"],
        provisional=fields["provisional"],
    )
    return SessionSnapshot(
        session=session,
        turn=turn and stored_turn(turn),
        unended=tuple(stored_turn(turn) for turn in fields["unended"]),
        lost_fence=fields["lost_fence"],
        sealed=fields["sealed"],
        write_id=fields["write_id"],
        version=version,
    )


def message_fields(message: Message) -> Fields:
    """Make a message's document, without `write_id` and `expire_at`."""
    return {
        "id": message.id,
        "session_id": message.session_id,
        "kind": message.kind,
        "author_id": message.author_id,
        "text": message.text,
        "sent_at": message.sent_at,
        "stored_at": message.stored_at,
        "request_id": message.request_id,
        "attributes": as_json(message.attributes),
        "state": message.state.value,
        "turn_id": message.turn_id,
        "joined": message.joined,
        "tries": message.tries,
        "outcome": message.outcome,
        "due_at": message.due_at,
        "look_at": message.look_at,
    }


def stored_message(fields: Mapping[str, Any]) -> Message:
    """Read a message's document."""
    return Message(
        id=MessageId(fields["id"]),
        session_id=SessionId(fields["session_id"]),
        kind=fields["kind"],
        author_id=fields["author_id"],
        text=fields["text"],
        sent_at=plain_time(fields["sent_at"]),
        stored_at=plain_time(fields["stored_at"]),
        request_id=fields["request_id"],
        attributes=json.loads(fields["attributes"]),
        state=MessageState(fields["state"]),
        turn_id=fields["turn_id"] and TurnId(fields["turn_id"]),
        joined=fields.get("joined", False),
        tries=fields["tries"],
        outcome=fields["outcome"],
        due_at=fields["due_at"] and plain_time(fields["due_at"]),
    )


def turn_fields(turn: Turn) -> Fields:
    """Make a turn's document, or the map inside its session's."""
    return {
        "id": turn.id,
        "session_id": turn.session_id,
        "fence": turn.fence,
        "holder_id": turn.holder_id,
        "message_ids": list(turn.message_ids),
        "started_at": turn.started_at,
        "ended_at": turn.ended_at,
        "outcome": turn.outcome,
        "note": turn.note,
    }


def stored_turn(fields: Mapping[str, Any]) -> Turn:
    """Read a turn."""
    return Turn(
        id=TurnId(fields["id"]),
        session_id=SessionId(fields["session_id"]),
        fence=fields["fence"],
        holder_id=fields["holder_id"],
        message_ids=tuple(MessageId(name) for name in fields["message_ids"]),
        started_at=plain_time(fields["started_at"]),
        ended_at=fields["ended_at"] and plain_time(fields["ended_at"]),
        outcome=fields["outcome"],
        note=fields["note"],
    )


def notebook_fields(notebook: Notebook) -> Fields:
    """Make a notebook's document, without `expire_at`."""
    return {"name": notebook.name, "value": as_json(notebook.value)}


def audit_fields(audit: Audit) -> Fields:
    """Make the document of a turn's audit, without `expire_at`."""
    return {"turn_id": audit.turn_id, "value": as_json(audit.value)}


def sightings_fields(session: Session, sightings: Sequence[Sighting]) -> Fields:
    """Make the document of what a session saw, without `expire_at`; there is at least one."""
    return {
        "id": session.id,
        "thread": session.thread and _thread_fields(session.thread),
        "keys": [sighting.key for sighting in sightings],
        "seen_at": [sighting.seen_at for sighting in sightings],
        "last_seen_at": max(sighting.seen_at for sighting in sightings),
    }


def stored_sightings(fields: Mapping[str, Any]) -> tuple[Sighting, ...]:
    """Read what a session saw, by key."""
    seen = zip(fields["keys"], fields["seen_at"], strict=True)
    found = [Sighting(key=key, seen_at=plain_time(when)) for key, when in seen]
    return tuple(sorted(found, key=lambda sighting: sighting.key))


def stored_seen_in(fields: Mapping[str, Any]) -> SeenIn:
    """Read who saw something, and what that session saw in all."""
    thread = fields["thread"]
    return SeenIn(
        session_id=SessionId(fields["id"]),
        thread=thread and SlackThread(**thread),
        sightings=stored_sightings(fields),
    )


def stored_notebook(fields: Mapping[str, Any]) -> Notebook:
    """Read a notebook's document."""
    return Notebook(name=fields["name"], value=stored_value(fields))


def stored_audit(fields: Mapping[str, Any]) -> Audit:
    """Read an audit's document."""
    return Audit(turn_id=TurnId(fields["turn_id"]), value=stored_value(fields))


def stored_value(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read what a notebook or an audit says."""
    value: Mapping[str, Any] = json.loads(fields["value"])
    return value


def fields_of(snapshot: Snapshot) -> Fields:
    """Return a document's fields; a missing one has none."""
    return snapshot.to_dict() or {}


def _thread_fields(thread: SlackThread) -> Fields:
    return {
        "team_id": thread.team_id,
        "channel_id": thread.channel_id,
        "thread_ts": thread.thread_ts,
    }


def difference(old: Fields, new: Fields) -> Fields:
    """Return the fields of `new` that `old` has not, or has otherwise."""
    return {key: new[key] for key in new if key not in old or new[key] != old[key]}
