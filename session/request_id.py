"""The current request id: who is acting, for leases and for every log line."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str | None] = ContextVar("burrow_request_id", default=None)


def new_request_id() -> str:
    """Make a random id, fresh for each delivery: `req_` and 16 hex digits."""
    return f"req_{secrets.token_hex(8)}"


def current_request_id() -> str | None:
    """Return the id of the innermost `request_scope`, or None outside of one."""
    return _current.get()


@contextmanager
def request_scope(request_id: str | None = None) -> Iterator[str]:
    """Make `request_id` (or a fresh one) the current request id inside the `with` block."""
    request_id = request_id or new_request_id()
    token = _current.set(request_id)
    try:
        yield request_id
    finally:
        _current.reset(token)
