"""One thread, one session, one turn at a time: sessions, leases, inbox and turns.

Knows nothing of Slack's API; any program that talks in threads can use it.
"""

from session.access import Access
from session.alerts import (
    AlertFate,
    AlertId,
    AlertKey,
    AlertReceipt,
    AlertRecord,
    NewAlert,
)
from session.bounded import Bounded
from session.copy import Copied, Stage, StoreInUseError, copy_sessions
from session.counts import Count, CountId
from session.errors import (
    FileInUseError,
    LockLostError,
    MissingRequestIdError,
    NotStorableError,
    SessionError,
    SessionNotFoundError,
    StorageError,
    StorePlaceError,
    StoreSettingsError,
    StoreUrlError,
    UnreadableError,
)
from session.ids import answer_id, slack_message_id, slack_session_id
from session.instances import SIGN_EVERY, SIGN_LASTS, Instance
from session.lock import Lock
from session.locks import DEFAULT_LOCK_TTL, LockService
from session.measurement import OPERATIONS, measured
from session.messages import (
    ANSWER,
    Message,
    MessageId,
    MessageState,
    NewMessage,
    SessionId,
    TurnId,
)
from session.models import (
    Claim,
    Lease,
    LeaseRequest,
    Notebook,
    Outcome,
    Receipt,
    Session,
    SessionChange,
    SessionSource,
    SlackThread,
    Turn,
    TurnEnd,
)
from session.open import (
    FirestoreStore,
    MemoryStore,
    SQLiteStore,
    open_repository,
    parse_store_url,
)
from session.repository import Repository
from session.request_id import current_request_id, new_request_id, request_scope
from session.resolver import Resolver
from session.seen_in import SeenIn
from session.sightings import Sighting
from session.storable import check_audit, check_notebook, check_sightings, storable_text
from session.transitions.alerts import MOST_BEGIN

__all__ = [
    "ANSWER",
    "DEFAULT_LOCK_TTL",
    "MOST_BEGIN",
    "OPERATIONS",
    "SIGN_EVERY",
    "SIGN_LASTS",
    "Access",
    "AlertFate",
    "AlertId",
    "AlertKey",
    "AlertReceipt",
    "AlertRecord",
    "Bounded",
    "Claim",
    "Copied",
    "Count",
    "CountId",
    "FileInUseError",
    "FirestoreStore",
    "Instance",
    "Lease",
    "LeaseRequest",
    "Lock",
    "LockLostError",
    "LockService",
    "MemoryStore",
    "Message",
    "MessageId",
    "MessageState",
    "MissingRequestIdError",
    "NewAlert",
    "NewMessage",
    "NotStorableError",
    "Notebook",
    "Outcome",
    "Receipt",
    "Repository",
    "Resolver",
    "SQLiteStore",
    "SeenIn",
    "Session",
    "SessionChange",
    "SessionError",
    "SessionId",
    "SessionNotFoundError",
    "SessionSource",
    "Sighting",
    "SlackThread",
    "Stage",
    "StorageError",
    "StoreInUseError",
    "StorePlaceError",
    "StoreSettingsError",
    "StoreUrlError",
    "Turn",
    "TurnEnd",
    "TurnId",
    "UnreadableError",
    "answer_id",
    "check_audit",
    "check_notebook",
    "check_sightings",
    "copy_sessions",
    "current_request_id",
    "measured",
    "new_request_id",
    "open_repository",
    "parse_store_url",
    "request_scope",
    "slack_message_id",
    "slack_session_id",
    "storable_text",
]
