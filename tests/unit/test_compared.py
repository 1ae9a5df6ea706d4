"""docs/compared.md claims nothing without a test of ours or a source of theirs."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "compared.md").read_text()
TABLE, _, SOURCES = PAGE.partition("## Sources")
_SAYS_WHY_NOT = ("(no test: ", "not measured")
_NOTHING_CLAIMED = ("not stated", "theirs", "does not arise", "yours", "none for the")


def cells() -> list[list[str]]:
    rows = [line for line in TABLE.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_no_cell_is_empty_and_seven_things_stand_side_by_side() -> None:
    head, *rows = cells()
    assert len(head) == 8
    assert len(rows) == 21
    assert all(len(row) == 8 and all(row) for row in rows)


def test_what_we_claim_names_a_test_that_exists_or_says_why_there_is_none() -> None:
    for what, ours, *_ in cells()[1:]:
        named = re.findall(r"`(tests/[\w/.]+)`", ours)
        assert named or any(word in ours for word in _SAYS_WHY_NOT), what
        for path in named:
            assert (ROOT / path).is_file(), f"{what}: {path}"


def test_what_we_say_of_others_names_its_source() -> None:
    known = set(re.findall(r"^\| ([A-Z]\d) \|", SOURCES, re.MULTILINE))
    for what, _, *theirs in cells()[1:]:
        for cell in theirs:
            named = set(re.findall(r"\[([A-Z]\d)\]", cell))
            assert named or cell.startswith(_NOTHING_CLAIMED), f"{what}: {cell}"
            assert named <= known, f"{what}: {named - known}"


def test_every_source_is_used_and_has_an_address_and_a_date() -> None:
    rows = [line for line in SOURCES.splitlines() if re.match(r"\| [A-Z]\d \|", line)]
    for row in rows:
        key, what, date = (cell.strip() for cell in row.strip("|").split("|"))
        assert f"[{key}]" in TABLE, key
        assert "](https://" in what, key
        assert date == "undated" or re.fullmatch(r"20\d\d-\d\d-\d\d", date), key
