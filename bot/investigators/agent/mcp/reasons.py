"""Why a tool server cannot be used, in words for people."""

import errno
from collections.abc import Iterator

from bot.investigators.agent import words

_WHATEVER_FAILED = "client failed to connect: "
"""The library says so of every start, in front of what it was."""


class FolderMissingError(Exception):
    """The folder in which a server is to start is not there."""


def reason_of(error: BaseException, *, seconds: float) -> str:
    """Say why, from what the client raised; never the server's own text."""
    causes = list(_causes(error))
    if any(isinstance(it, FolderMissingError) for it in causes):
        return words.FOLDER_MISSING
    if any(isinstance(it, FileNotFoundError) for it in causes):
        return words.COMMAND_MISSING
    if any(isinstance(it, PermissionError) for it in causes):
        return words.COMMAND_FORBIDDEN
    if any(isinstance(it, TimeoutError) or "timed out" in str(it).lower() for it in causes):
        return words.no_answer_in(seconds)
    if any(_is_no_connection(it) for it in causes):
        return words.NO_CONNECTION
    return words.STARTED_BADLY


def is_gone(error: BaseException) -> bool:
    """Tell whether the connection itself ended: the process died, or the session is unknown."""
    return any(
        sign in str(it).lower()
        for it in _causes(error)
        for sign in (
            "connection closed",
            "session not found",
            "session terminated",
            "not connected",
        )
    )


def is_unknown_session(error: BaseException) -> bool:
    """Tell whether a server was replaced by another that does not know our session."""
    return any(
        sign in str(it).lower()
        for it in _causes(error)
        for sign in ("session not found", "session terminated")
    )


def _is_no_connection(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in {errno.ECONNREFUSED, errno.EHOSTUNREACH}:
        return True
    text = f"{type(error).__name__} {error}".lower().replace(_WHATEVER_FAILED, "")
    return ("connect" in text and "closed" not in text) or "name or service" in text


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that stands behind it, each once."""
    known: set[int] = set()
    pending = [error]
    while pending:
        current = pending.pop(0)
        if id(current) in known:
            continue
        known.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            pending += current.exceptions
        pending += [it for it in (current.__cause__, current.__context__) if it is not None]
