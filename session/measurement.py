"""Any repository, with each of its operations timed: the same repository otherwise."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, cast

from session.repository import Repository
from session.writes import Ended, UnderWay

NoteOperation = Callable[[str, float, BaseException | None], None]
"""Is told an operation's name, its seconds and what it raised, a cancellation too."""

_CONTRACTS = tuple(
    contract for contract in Repository.__mro__[1:] if contract.__module__ != Repository.__module__
)
OPERATIONS = tuple(
    name
    for contract in _CONTRACTS
    for name, member in vars(contract).items()
    if callable(member) and not name.startswith("_")
)
"""The names of all operations of a store: each method of the contract that asks it."""


def measured(
    repository: Repository,
    note: NoteOperation,
    *,
    seconds: Callable[[], float] = time.perf_counter,
) -> Repository:
    """Return the repository with `note` called at the end of each operation.

    What an operation returns keeps its kind, for `ShieldedTasks` treats each kind differently:
    what is under way stays so, and what has ended already too.
    """
    return cast(Repository, _Measured(repository, note, seconds))


class _Measured:
    """Each operation is an attribute of its own; all else is the repository's."""

    def __init__(
        self, repository: Repository, note: NoteOperation, seconds: Callable[[], float]
    ) -> None:
        self._repository = repository
        self._note = note
        self._seconds = seconds
        for name in OPERATIONS:
            setattr(self, name, partial(self._call, name, getattr(repository, name)))
        # Read for every message: not by way of `__getattr__`.
        self.tasks, self.now, self.date = repository.tasks, repository.now, repository.date

    def __getattr__(self, name: str) -> Any:
        return getattr(self._repository, name)

    def _call(
        self, name: str, operation: Callable[..., Awaitable[Any]], *args: Any, **options: Any
    ) -> Awaitable[Any]:
        began_at = self._seconds()
        result = operation(*args, **options)
        if isinstance(result, UnderWay):
            result.at_its_end(partial(self._is_done, name, began_at))
            return result
        if isinstance(result, Ended):
            self._note(name, self._seconds() - began_at, result.error)
            return result
        return self._awaited(name, began_at, result)

    async def _awaited(self, name: str, began_at: float, result: Awaitable[Any]) -> Any:
        try:
            value = await result
        except BaseException as error:
            self._note(name, self._seconds() - began_at, error)
            raise
        self._note(name, self._seconds() - began_at, None)
        return value

    def _is_done(self, name: str, began_at: float, future: "asyncio.Future[Any]") -> None:
        error = asyncio.CancelledError() if future.cancelled() else future.exception()
        self._note(name, self._seconds() - began_at, error)
