"""The errors of the library, under one root."""


class SessionError(Exception):
    """The root of every error this library raises on its own account."""


class MissingRequestIdError(SessionError):
    """A lock was asked for outside `request_scope`; an anonymous lock could not be diagnosed."""

    def __init__(self) -> None:
        super().__init__("no current request id: wrap the call in `with request_scope():`")


class SessionNotFoundError(SessionError, LookupError):
    """There is no session with this id."""

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        super().__init__(f"there is no session {session_id!r}")


class LockLostError(SessionError):
    """The lease is no longer the caller's; whatever it still wanted to write was refused."""

    def __init__(self, session_id: str, holder_id: str, fence: int) -> None:
        self.session_id, self.holder_id, self.fence = session_id, holder_id, fence
        super().__init__(f"{holder_id} (fence {fence}) no longer holds session {session_id}")


class StorageError(SessionError):
    """The store failed or did not answer in time: worth trying again, with the cause attached.

    The driver's error is `__cause__`.
    """


class FileInUseError(StorageError):
    """Another process has the store's file open, and must end before it is carried forward."""


class StorePlaceError(StorageError):
    """There can be no store at the place that a URL names, or none that this version can use.

    Trying again is of no use: the text says what to do, such as naming another place.
    """


class UnreadableError(StorageError):
    """A stored record is not of a shape that this version can read."""


class NotStorableError(SessionError):
    """A value that no store takes, now or later. Nothing was written."""


class StoreUrlError(SessionError, ValueError):
    """A store's URL is not one of the good forms, which the text shows."""


class StoreSettingsError(StorageError):
    """A setting of the environment for a store cannot be used, such as a credentials file."""
