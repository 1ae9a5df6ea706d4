"""Awaitables of writes: one has ended already, another ends in the writer's thread."""

import asyncio
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar, cast

from session.errors import SessionError

T = TypeVar("T")


class Ended(Generic[T]):
    """A write that has ended already: there is nothing to wait for and nothing to shield."""

    __slots__ = ("_result", "error")

    def __init__(self, result: T | None = None, *, error: SessionError | None = None) -> None:
        self._result = result
        self.error = error

    def __await__(self) -> Generator[Any, None, T]:
        if self.error is not None:
            raise self.error
        return cast(T, self._result)
        yield  # never reached: it makes this the generator that `await` asks for


class UnderWay(asyncio.Future[T]):
    """A write that another thread carries out, and whose end is noted in the very step of it.

    A future's own callbacks come a round of the loop later, each in a handle of its own. A write
    has two or three to note its end, which would cost more than what they do.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self._notes: list[Callable[[UnderWay[T]], object]] = []

    def at_its_end(self, note: Callable[["UnderWay[T]"], object]) -> None:
        """Have `note` called once this has ended, in whatever way."""
        self._notes.append(note)

    def end(self, result: Any, error: Exception | None) -> None:
        """End it, unless it was given up; for its writer, on the loop."""
        if self.done():
            return
        if error is None:
            self.set_result(result)
        else:
            self.set_exception(error)
        self._tell()

    def cancel(self, msg: Any = None) -> bool:
        """Give it up: nobody waits for its end any more."""
        is_given_up = super().cancel(msg)
        if is_given_up:
            self._tell()
        return is_given_up

    def _tell(self) -> None:
        for note in self._notes:
            try:
                note(self)
            except Exception as error:  # noqa: BLE001 - as the loop does with a future's callbacks
                context = {"message": "a note of a write's end failed", "exception": error}
                self.get_loop().call_exception_handler(context)
