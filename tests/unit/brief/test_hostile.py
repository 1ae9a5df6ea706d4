"""Whatever is repeated in a message, reading it takes time in proportion to its length."""

import pytest

from bot.investigators.brief.checks import next_checks
from bot.investigators.brief.digest import digest
from bot.investigators.brief.lookup import look_up
from bot.investigators.brief.reading import read_entries
from bot.investigators.brief.timeline import condense
from tests.unit.brief.incident import thread


@pytest.mark.parametrize(
    "fragment",
    [
        *(" ", "\n", "|", "a ", "a: ", "Host: ", "Host: a,", "a_", "A-1 ", "a-1", "a-api "),
        *("C:\\a\\", "/etc/a", "HKLM\\", "S-1-5-", "?", "a? ", "who? ", "*a*", "_a_ ", "か"),
        *("？", "no ", "`", "> ", "@Ben ", "1:", "down ", "e.g. ", "(dot) ", "a [at] ", "\\/"),
        *("x=1 ", "in 7abcdef ", "a'", "a@-", "web-1, ", "-"),
        *("ａ．", "怎么了", "not ", "user a.b ", "a+b="),
        *("```\n", '"host":"', "index 1a2b3c4..5d6e7f8\n"),
    ],
)  # fmt: skip
def test_a_hostile_message_is_dealt_with(fragment: str) -> None:
    text = (fragment * 20_000)[:20_000]
    entries = read_entries(
        thread((0, "Pager", text), (1, "Ann", text), (2, "Ben", f"what? {text}")), frozenset()
    )
    known = digest(entries)
    assert condense(entries, known, 14).left_out >= 0
    assert len(next_checks(known.sightings, 9, entries)) <= 9
    look_up(text[:2_000], entries, frozenset())
