"""Stored records that cannot be read: skipped alone, and named once in the log."""

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from session.bounded import Bounded
from session.errors import UnreadableError

T = TypeVar("T")
log = logging.getLogger(__name__)

_MEMORY = 1000
WRONG_SHAPE = (KeyError, IndexError, TypeError, ValueError, AttributeError)
"""What a decoder raises for a record of another shape."""


class Reading:
    """Decodes what a store gave; of a record that it cannot, the others know nothing."""

    def __init__(self) -> None:
        self._named: Bounded[str, None] = Bounded(_MEMORY)

    def all(self, raw: Iterable[Any], decode: Callable[[Any], T]) -> list[T]:
        """Decode those that can be; the first time that one cannot, it is logged."""
        found: list[T] = []
        for record in raw:
            try:
                found.append(decode(record))
            except WRONG_SHAPE as error:
                self._log(str(unreadable(record, error)))
        return found

    def _log(self, text: str) -> None:
        if text not in self._named:
            self._named[text] = None
            log.error("record.unreadable %s", text)


def decoded(record: Any, decode: Callable[[Any], T]) -> T:
    """Decode one record. Raises `UnreadableError`."""
    try:
        return decode(record)
    except WRONG_SHAPE as error:
        raise unreadable(record, error) from error


def unreadable(record: Any, error: Exception) -> UnreadableError:
    """Make the error that names a record which cannot be read, and why."""
    return UnreadableError(f"{_name(record)} cannot be read: {type(error).__name__}: {error}")


def _name(record: Any) -> str:
    """Name a record by its id, if it has one."""
    try:
        return str(record["id"])
    except WRONG_SHAPE:
        return "a record without an id"
