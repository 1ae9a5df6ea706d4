"""Atomic steps: writes that have ended when they are called."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from session.errors import SessionError
from session.writes import Ended

P = ParamSpec("P")
T = TypeVar("T")


def at_once(step: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """Make an atomic step a write that has ended when it is called."""

    @wraps(step)
    def write(*args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        try:
            return Ended(step(*args, **kwargs))
        except SessionError as error:
            return Ended(error=error)

    return write
