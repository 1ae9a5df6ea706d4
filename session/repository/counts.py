"""The contract for numbers by name and day, such as tokens used."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from session.counts import Count, CountId


class CountRepository(Protocol):
    """One record for each name, day and repository, which that repository alone writes.

    So writing is never refused by anybody else's write, and nobody adds up twice: a number is
    replaced, not raised.
    """

    async def put_count(self, name: str, day: date, value: int) -> None:
        """Replace this repository's own number. Raises `NotStorableError`."""
        ...

    async def total(self, name: str, day: date) -> int:
        """Sum up all repositories' numbers, those that are closed too; 0 where there are none."""
        ...

    async def scan_counts(
        self, *, after: CountId | None = None, limit: int = 100
    ) -> Sequence[Count]:
        """A page of all records in the order of their ids; pass the last id to go on."""
        ...

    async def delete_counts(self, *, before: date) -> int:
        """Delete the records of earlier days, and say how many."""
        ...

    async def restore_count(self, count: Count) -> bool:
        """Store a record as it is, for moving between stores; False if one is there already."""
        ...
