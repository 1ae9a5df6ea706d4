"""Lines of every kind yield what a person finds in them, and nothing is printed live."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.investigators.brief.extract import extract
from bot.investigators.brief.indicators import defanged
from bot.investigators.brief.reading import defanged_text

PASTED: dict[str, list[dict[str, Any]]] = {
    f"{file}: {sort}": lines
    for file in ("pasted", "pasted_elsewhere", "pasted_last", "pasted_by_tools")
    for sort, lines in yaml.safe_load(
        (Path(__file__).parent / f"{file}.yaml").read_text(encoding="utf-8")
    ).items()
}


@pytest.mark.parametrize("sort", PASTED)
def test_each_line_yields_exactly_its_indicators(sort: str) -> None:
    wrong = {
        line["text"]: found ^ set(line["found"])
        for line in PASTED[sort]
        if (found := found_in(line["text"])) != set(line["found"])
    }
    assert wrong == {}


@pytest.mark.parametrize("sort", PASTED)
def test_nothing_in_them_is_printed_so_that_it_can_be_followed(sort: str) -> None:
    for text in (line["text"] for line in PASTED[sort]):
        shown = defanged_text(text)
        assert not re.search("https?://", shown), shown
        for hit in extract(text):
            value = hit.indicator.value
            if defanged(hit.indicator) != value and not hit.is_inside:
                whole = rf"(?<![\w.@-]){re.escape(value)}(?![\w-]|\.\w)"
                assert not re.search(whole, shown), (value, shown)


def found_in(text: str) -> set[str]:
    return {f"{hit.indicator.kind.value} {hit.indicator.value}" for hit in extract(text)}
