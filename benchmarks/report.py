"""What was measured, as a table for people and as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A figure against its target. `goal` is a stricter one, still to come."""

    what: str
    value: float
    target: float
    goal: float | None = None
    at_least: bool = False
    unit: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the target is reached."""
        return self._meets(self.target)

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        text = f"{self.what} {self.value:.2f}{self.unit} {sign} {self.target:g}"
        text += " ok" if self.is_met else " MISSED"
        if self.goal is not None:
            reached = "ok" if self._meets(self.goal) else "not yet"
            text += f" (goal {sign} {self.goal:g}: {reached})"
        return text

    def _meets(self, limit: float) -> bool:
        return self.value >= limit if self.at_least else self.value <= limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure of each column; a column without one shows a dash."""

    label: str
    values: Mapping[str, float]
    digits: int = 2
    checks: Sequence[Check] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One measurement."""

    title: str
    columns: Sequence[str]
    lines: Sequence[Line]
    notes: Sequence[str] = field(default_factory=list)

    def __str__(self) -> str:
        label = max(len(line.label) for line in self.lines)
        widths = [max(len(column), 9) for column in self.columns]
        rows = [self.title]
        head = "  ".join(f"{one:>{width}}" for one, width in self._wide(widths, self.columns))
        rows.append(f"  {'':{label}}  {head}   ratio and target")
        for line in self.lines:
            cells = [_cell(line.values.get(one), line.digits) for one in self.columns]
            shown = "  ".join(f"{one:>{width}}" for one, width in self._wide(widths, cells))
            checks = [str(check) for check in line.checks] or [""]
            rows.append(f"  {line.label:{label}}  {shown}   {checks[0]}".rstrip())
            rows += [f"  {'':{label}}  {'':{len(shown)}}   {check}" for check in checks[1:]]
        return "\n".join([*rows, *(f"  {note}" for note in self.notes)])

    @staticmethod
    def _wide(widths: Sequence[int], cells: Sequence[str]) -> list[tuple[str, int]]:
        return list(zip(cells, widths, strict=True))

    @property
    def missed(self) -> list[Check]:
        """The targets that were not reached."""
        return [check for line in self.lines for check in line.checks if not check.is_met]


def write_json(path: Path, machine: Mapping[str, Any], tables: Sequence[Table]) -> None:
    """Write everything that was measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    everything = {"machine": machine, "tables": [asdict(table) for table in tables]}
    path.write_text(json.dumps(everything, indent=2, ensure_ascii=False) + "\n")


def _cell(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"
