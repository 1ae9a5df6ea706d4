"""Says in words for people why a tool server cannot be used."""

import errno
from collections.abc import Iterator

from fastmcp.exceptions import McpError

from bot.investigators.agent import words
from bot.investigators.agent.mcp.lines import UNREADABLE

_WHATEVER_FAILED = "client failed to connect: "
"""The library says so of every start, in front of what it was."""

_UNREADABLE = (UNREADABLE, "Failed to parse ", "Unexpected content type")
_ERROR_PAGE = "Server returned an error response"


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


def is_unreadable(error: BaseException) -> bool:
    """Tell whether an answer came, and the client could make nothing of it."""
    return any(it.startswith(_UNREADABLE) for it in _said_by_protocol(error))


def is_error_page(error: BaseException) -> bool:
    """Tell whether all that came was an HTTP error: of the server, or of a gateway before it."""
    return any(it.startswith(_ERROR_PAGE) for it in _said_by_protocol(error))


def _said_by_protocol(error: BaseException) -> list[str]:
    return [it.message for it in _causes(error) if isinstance(it, McpError)]


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
