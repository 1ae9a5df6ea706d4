"""One thread, one session, one turn at a time: sessions, leases, inbox and turns.

Knows nothing of Slack's API; any program that talks in threads can use it.
"""

from session.access import Access
from session.errors import (
    LockLostError,
    MissingRequestIdError,
    SessionError,
    SessionNotFoundError,
    StorageError,
    StoreSettingsError,
    StoreUrlError,
)
from session.ids import answer_id, slack_message_id, slack_session_id
from session.lock import DEFAULT_LOCK_TTL, Lock, LockService
from session.models import (
    Claim,
    Lease,
    LeaseRequest,
    Message,
    MessageId,
    MessageKind,
    MessageState,
    NewMessage,
    Outcome,
    Receipt,
    Session,
    SessionId,
    SessionSource,
    SlackThread,
    Turn,
    TurnEnd,
    TurnId,
)
from session.open import open_repository
from session.repository import Repository
from session.request_id import current_request_id, new_request_id, request_scope
from session.resolver import Resolver

__all__ = [
    "DEFAULT_LOCK_TTL",
    "Access",
    "Claim",
    "Lease",
    "LeaseRequest",
    "Lock",
    "LockLostError",
    "LockService",
    "Message",
    "MessageId",
    "MessageKind",
    "MessageState",
    "MissingRequestIdError",
    "NewMessage",
    "Outcome",
    "Receipt",
    "Repository",
    "Resolver",
    "Session",
    "SessionError",
    "SessionId",
    "SessionNotFoundError",
    "SessionSource",
    "SlackThread",
    "StorageError",
    "StoreSettingsError",
    "StoreUrlError",
    "Turn",
    "TurnEnd",
    "TurnId",
    "answer_id",
    "current_request_id",
    "new_request_id",
    "open_repository",
    "request_scope",
    "slack_message_id",
    "slack_session_id",
]
