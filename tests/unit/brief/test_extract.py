"""What counts as an indicator, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.investigators.brief.extract import extract
from bot.investigators.brief.indicators import Indicator, Kind, defanged
from tests.unit.brief.labelled import LABELLED
from tests.unit.brief.tricky_lookalikes import NO_HOSTS, PASTED
from tests.unit.brief.tricky_places import DEFANGED, LINKS, SCRIPTS
from tests.unit.brief.tricky_values import ADDRESSES, AWS, COMMITS, HASHES, TICKETS


def found_in(text: str) -> set[tuple[str, str]]:
    return {(hit.indicator.kind.value, hit.indicator.value) for hit in extract(text)}


TRICKY = [
    *(COMMITS + HASHES + AWS + TICKETS + ADDRESSES),
    *(SCRIPTS + DEFANGED + LINKS + NO_HOSTS + PASTED),
]


@pytest.mark.parametrize(("text", "expected"), LABELLED + TRICKY)
def test_a_text_yields_exactly_its_indicators(text: str, expected: set[tuple[str, str]]) -> None:
    assert found_in(text) == expected


@pytest.mark.parametrize(
    ("address", "note"),
    [
        ("8.8.8.8", "public"),
        ("10.1.2.3", "private"),
        ("172.31.0.1", "private"),
        ("fd12:3456::1", "private"),
        ("169.254.10.1", "link-local"),
        ("169.254.169.254", "cloud metadata"),
        ("100.64.0.1", "CGNAT"),
        ("203.0.113.7", "documentation"),
        ("2001:db8::5", "documentation"),
        ("198.18.0.1", "benchmarking"),
        ("224.0.0.251", "multicast"),
        ("255.255.255.255", "broadcast"),
        ("240.0.0.1", "reserved"),
        ("2606:4700:4700::1111", "public"),
        ("::ffff:10.0.0.1", "private"),
    ],
)
def test_an_address_is_named_by_its_class(address: str, note: str) -> None:
    (hit,) = extract(f"from {address} again")
    assert hit.indicator.note == note


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("8.8.8.8", "8[.]8[.]8[.]8"),
        ("10.1.2.3", "10.1.2.3"),
        ("2606:4700:4700::1111", "2606[:]4700:4700::1111"),
        ("acme.com", "acme[.]com"),
        ("db-1.prod.internal", "db-1.prod.internal"),
        ("https://acme.com/a.b", "hxxps://acme[.]com/a.b"),
        ("http://10.1.2.3/x", "hxxp://10.1.2.3/x"),
        ("ann@acme.com", "ann[@]acme[.]com"),
        ("CVE-2024-3094", "CVE-2024-3094"),
    ],
)
def test_an_indicator_is_shown_so_that_nobody_follows_it(text: str, shown: str) -> None:
    assert defanged(extract(text)[0].indicator) == shown


@given(
    st.from_regex(
        r"(http://)?[a-z]{2}-[a-z]{1,9}\.(com|net|co\.uk)(/[a-z.]{1,9})?", fullmatch=True
    )
)
def test_what_was_defanged_is_found_again(text: str) -> None:
    first = extract(text)[:1]
    assert [hit.indicator for hit in extract(defanged(first[0].indicator))][:1] == [
        hit.indicator for hit in first
    ]


@pytest.mark.parametrize(
    "fragment",
    [
        *("a.", "a@", "1.", ":", "ab:", "http://", "http://a.b/", "(", "[.]", "hxxp", "[", "i-0"),
        *(
            "arn:aws:",
            "A-1",
            "AB-",
            "0f",
            "x.Error",
            "Error",
            "status ",
            "T1059",
            "é.",
            "@a.b",
            "-",
        ),
    ],
)
def test_a_hostile_text_is_done_in_linear_time(fragment: str) -> None:
    """Quadratic work on 100 kB would take minutes here."""
    extract((fragment * 100_000)[:100_000])


@given(st.text())
def test_any_text_is_dealt_with_and_each_hit_stands_where_it_says(text: str) -> None:
    for hit in extract(text):
        assert 0 <= hit.start < hit.end
        assert isinstance(hit.indicator, Indicator)
        assert hit.indicator.kind in Kind
