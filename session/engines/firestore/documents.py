"""Values to documents and back. The fields are listed in docs/firestore.md."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from google.cloud.firestore_v1 import AsyncDocumentReference
from google.cloud.firestore_v1.base_document import DocumentSnapshot

from session.models import (
    Claim,
    Lease,
    Message,
    MessageId,
    MessageKind,
    MessageState,
    Outcome,
    Session,
    SessionId,
    SessionSource,
    SlackThread,
    Turn,
    TurnId,
)

Fields = dict[str, Any]
Snapshot = DocumentSnapshot[AsyncDocumentReference]

NEVER = datetime.min.replace(tzinfo=UTC)
"""The token of a session that is not stored yet."""

_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A session document as it was last read or written."""

    session: Session
    turn: Turn | None = None
    """The last turn, running or ended; the next one moves it to a document of its own."""
    unended: tuple[Turn, ...] = ()
    """Earlier turns that nobody ended; the next turn to begin interrupts them."""
    lost_fence: int = 0
    """The last lease that was taken over after its end, instead of being released."""
    sealed: bool = False
    """Somebody is about to delete it: who stores a message must write to this document too."""
    write_id: str = ""
    """Names the write that made this version, to recognise our own after an unclear answer."""
    token: datetime = NEVER
    """The `update_time` of this version: the condition of the next write."""

    def moved(self, session: Session) -> "Stored":
        """Return the next version; whoever was about to delete the session is thereby refused."""
        return replace(self, session=session, sealed=False)

    def is_held_by(self, claim: Claim) -> bool:
        """Tell whether the claim's (holder, fence) is the stored pair."""
        lease = self.session.lease
        return lease is not None and (lease.holder_id, self.session.fence) == (
            claim.holder_id,
            claim.fence,
        )

    def has_released(self, claim: Claim) -> bool:
        """Tell whether the claim's lease ended by a release, not by being taken over."""
        if self.session.fence == claim.fence:
            return self.session.lease is None
        return self.session.fence > claim.fence > self.lost_fence


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


def session_fields(stored: Stored) -> Fields:
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
        "memory": _json(session.memory),
        "sealed": stored.sealed,
        "turn": stored.turn and turn_fields(stored.turn),
        "unended": [turn_fields(one) for one in stored.unended],
    }


def stored_session(fields: Mapping[str, Any], token: datetime) -> Stored:
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
        memory=json.loads(fields["memory"]),
    )
    return Stored(
        session=session,
        turn=turn and stored_turn(turn),
        unended=tuple(stored_turn(one) for one in fields["unended"]),
        lost_fence=fields["lost_fence"],
        sealed=fields["sealed"],
        write_id=fields["write_id"],
        token=token,
    )


def message_fields(message: Message) -> Fields:
    """Make a message's document, without `write_id` and `expire_at`."""
    return {
        "id": message.id,
        "session_id": message.session_id,
        "kind": message.kind.value,
        "author_id": message.author_id,
        "text": message.text,
        "sent_at": message.sent_at,
        "stored_at": message.stored_at,
        "request_id": message.request_id,
        "attributes": _json(message.attributes),
        "state": message.state.value,
        "turn_id": message.turn_id,
        "tries": message.tries,
        "outcome": message.outcome and message.outcome.value,
    }


def stored_message(fields: Mapping[str, Any]) -> Message:
    """Read a message's document."""
    return Message(
        id=MessageId(fields["id"]),
        session_id=SessionId(fields["session_id"]),
        kind=MessageKind(fields["kind"]),
        author_id=fields["author_id"],
        text=fields["text"],
        sent_at=plain_time(fields["sent_at"]),
        stored_at=plain_time(fields["stored_at"]),
        request_id=fields["request_id"],
        attributes=json.loads(fields["attributes"]),
        state=MessageState(fields["state"]),
        turn_id=fields["turn_id"] and TurnId(fields["turn_id"]),
        tries=fields["tries"],
        outcome=fields["outcome"] and Outcome(fields["outcome"]),
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
        "outcome": turn.outcome and turn.outcome.value,
        "note": turn.note,
    }


def stored_turn(fields: Mapping[str, Any]) -> Turn:
    """Read a turn."""
    return Turn(
        id=TurnId(fields["id"]),
        session_id=SessionId(fields["session_id"]),
        fence=fields["fence"],
        holder_id=fields["holder_id"],
        message_ids=tuple(MessageId(one) for one in fields["message_ids"]),
        started_at=plain_time(fields["started_at"]),
        ended_at=fields["ended_at"] and plain_time(fields["ended_at"]),
        outcome=fields["outcome"] and Outcome(fields["outcome"]),
        note=fields["note"],
    )


def _json(value: Mapping[str, Any]) -> str:
    """Keep JSON as text, for Firestore has no lists in lists and reserves some keys."""
    return json.dumps(dict(value), ensure_ascii=False)


def _thread_fields(thread: SlackThread) -> Fields:
    return {
        "team_id": thread.team_id,
        "channel_id": thread.channel_id,
        "thread_ts": thread.thread_ts,
    }
