"""Numbers by name and day: each repository keeps its own, and their sum is everybody's."""

from dataclasses import dataclass
from datetime import date
from typing import NewType

CountId = NewType("CountId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The number that one repository counted on one day."""

    name: str
    day: date
    instance_id: str
    """The repository's own id: each opening of a store has another."""
    value: int

    @property
    def id(self) -> CountId:
        """The record's id; days come in order."""
        return CountId(f"{self.day.isoformat()}:{self.name}:{self.instance_id}")
