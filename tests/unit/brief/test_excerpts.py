"""An excerpt shows the point: of pasted code the line that has it, and code as code."""

import pytest

from bot.document.values import Text
from bot.investigators.brief.excerpts import excerpt_around, with_code
from bot.investigators.brief.reading import read_entries
from tests.unit.brief.incident import message

LOG = (
    "```\n"
    + "INFO  pool: fine\n" * 20
    + "ERROR pool: 10.20.3.17 is away\n"
    + "INFO  ok\n" * 9
    + "```"
)


def excerpt(text: str, limit: int = 80) -> str:
    (entry,) = read_entries([message(0, "Ann Keller", text)], frozenset())
    return excerpt_around(entry, [hit.start for hit in entry.hits], limit)


def test_of_pasted_code_the_line_with_the_indicator_is_shown() -> None:
    assert excerpt(f"the pods say:\n{LOG}") == "…`ERROR pool: 10.20.3.17 is away`…"
    assert excerpt(f"the pods say:\n{LOG}", 20).startswith("…`")


def test_what_stands_before_pasted_code_is_shown_if_the_point_is_there() -> None:
    assert excerpt(f"8.8.8.8 is it, I think, see here\n{LOG}").startswith("8[.]8[.]8[.]8 is it")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("logs `NXDOMAIN x` since", ["NXDOMAIN x"]),
        ("logs `NXDOMAIN…", ["NXDOMAIN"]),
        ("…`line 3`…", ["line 3"]),
        ("```a b``` and `c`", ["a b", "c"]),
        ("don`t `x", []),
        ("x ```", []),
    ],
)
def test_code_is_shown_as_code(said: str, code: list[str]) -> None:
    nodes = [node for node in with_code(said) if isinstance(node, Text)]
    assert [node.text for node in nodes if node.code] == code
    words = "".join(node.text for node in nodes).split()
    assert words == (said.replace("`", "") if code else said).split()
