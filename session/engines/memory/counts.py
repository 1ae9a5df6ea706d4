"""Numbers by name and day."""

from collections.abc import Sequence
from datetime import date

from session import storable
from session.counts import Count, CountId
from session.engines.memory.tables import Tables
from session.repository import CountRepository

_OURS = "memory"


class Counts(CountRepository):
    """The part of the engine that adds up."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def put_count(self, name: str, day: date, value: int) -> None:
        count = Count(name=name, day=day, instance_id=_OURS, value=value)
        storable.check_count(count)
        self._tables.counts[count.id] = count

    async def total(self, name: str, day: date) -> int:
        counts = self._tables.counts.values()
        return sum(count.value for count in counts if (count.name, count.day) == (name, day))

    async def scan_counts(
        self, *, after: CountId | None = None, limit: int = 100
    ) -> Sequence[Count]:
        ids = sorted(found for found in self._tables.counts if after is None or found > after)
        return [self._tables.counts[found] for found in ids[: max(0, limit)]]

    async def delete_counts(self, *, before: date) -> int:
        old = [count.id for count in self._tables.counts.values() if count.day < before]
        for found in old:
            del self._tables.counts[found]
        return len(old)

    async def restore_count(self, count: Count) -> bool:
        storable.check_count(count)
        return self._tables.counts.setdefault(count.id, count) is count
