"""docs/bounds.md has the figures of the code, and a line for each of its queues and caches."""

import re
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "bounds.md").read_text()
_ROW = re.compile(
    r"^\| (?P<what>.+?) \| (?P<bound>[^|]+) \| .*? ?\| `(?P<path>\S+)` `(?P<name>\w+)` \|$"
)
_BOUND = re.compile(r"(?P<number>[\d,.]+)(?: (?P<unit>\w+))?")
_UNITS = {None: 1, "s": 1, "min": 60, "h": 3600, "KiB": 1024, "MiB": 1024**2}
_GROWS = re.compile(
    r"\bBounded\(|\bQueue\(|\bSimpleQueue\(|\bSemaphore\(|\bdeque\(|@lru_cache|@cache\b"
)

_BEGINS_EMPTY = re.compile(
    r"self\.\w+(: [^=\n]+)? = (\{\}|\[\]|(set|dict|Counter|OrderedDict)\(\)|defaultdict\()"
)
_DOUBLES = ("bot/surfaces/memory.py", "session/engines/memory/")
"""They keep everything: they are for tests and a quick try."""


def rows() -> Iterator[tuple[str, str, str, str]]:
    for line in PAGE.splitlines():
        if found := _ROW.match(line):
            yield found["what"], found["bound"], found["path"], found["name"]


def test_the_page_has_its_tables() -> None:
    assert len(list(rows())) > 60


@pytest.mark.parametrize(("what", "bound", "path", "name"), list(rows()))
def test_a_bound_on_the_page_is_the_one_in_the_code(
    what: str, bound: str, path: str, name: str
) -> None:
    module = import_module(path.removesuffix(".py").replace("/", "."))
    value = getattr(module, name)
    in_code = value.total_seconds() if isinstance(value, timedelta) else value
    said = _BOUND.fullmatch(bound)
    assert said is not None, f"{what}: `{bound}` is no number with a unit"
    assert float(said["number"].replace(",", "")) * _UNITS[said["unit"]] == in_code, what


def test_every_row_of_a_table_with_a_place_in_the_code_is_read() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and ".py` `" in line]
    assert [line for line in lines if not _ROW.match(line)] == []


def unnamed(growing: re.Pattern[str]) -> list[str]:
    """Return the files in which something can grow, and which the page does not name."""
    folders = (ROOT / "bot", ROOT / "session")
    files = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    return [
        str(file.relative_to(ROOT))
        for file in files
        if growing.search(file.read_text())
        and file.name != "bounded.py"
        and str(file.relative_to(ROOT)) not in PAGE
        and f"`{file.name}`" not in PAGE
        and f"{file.parent.name}/{file.name}" not in PAGE
    ]


def test_every_queue_and_cache_in_the_code_is_on_the_page() -> None:
    missing = unnamed(_GROWS)
    assert missing == [], "add a row to docs/bounds.md, with the constant that bounds it"


def test_every_object_that_fills_a_list_or_a_table_is_on_the_page() -> None:
    missing = [file for file in unnamed(_BEGINS_EMPTY) if not file.startswith(_DOUBLES)]
    assert missing == [], "say in docs/bounds.md what keeps it from growing for ever"
