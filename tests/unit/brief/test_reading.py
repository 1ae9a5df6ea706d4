"""What one message shows of another, and what is never printed live."""

from dataclasses import replace

import pytest

from bot.investigators.brief.digest import digest
from bot.investigators.brief.indicators import Kind
from bot.investigators.brief.reading import Entry, read_entries
from tests.unit.brief.incident import thread


def read(*texts: str, own: frozenset[str] = frozenset()) -> list[Entry]:
    spoken = [(minute, "Ann", text) for minute, text in enumerate(texts)]
    return read_entries(thread(*spoken), frozenset(), own)


def values(entry: Entry) -> list[str]:
    return [indicator.value for indicator in entry.indicators]


def test_a_name_that_was_defanged_once_is_a_host_everywhere() -> None:
    defanged, bare = read("blocked evil-login[.]app", "who opened evil-login.app and deploy.sh?")
    assert values(defanged) == values(bare) == ["evil-login.app"]
    assert bare.excerpt == "who opened evil-login[.]app and deploy.sh?"


def test_what_an_alert_calls_a_host_is_no_ticket_in_the_thread() -> None:
    alert, bare = read("Malware found\nHost: QX-4471", "QX-4471 again, as in QX-4470")
    assert (values(alert), values(bare)) == ([], ["QX-4470"])


def test_what_somebody_called_a_ticket_is_one_in_the_thread_whatever_its_form() -> None:
    first, later = read("New issue API-9KQ: events", "API-9KQ is escalating, API-9KR is not")
    assert values(first) == ["API-9KQ"]
    assert values(later) == ["API-9KQ"]


def test_what_is_one_of_several_is_no_ticket_in_the_thread() -> None:
    first, later = read("field is TL-480 mostly", "I tested OPS-480 on a real TL-480")
    assert (values(first), values(later)) == ([], ["OPS-480"])


def test_the_beginning_of_a_digest_is_the_whole_digest_that_the_thread_has() -> None:
    whole = "9c4e71b20d5f77af4d6b9913e693e8d0b4b294fa62ade6054e6b2f1ffb617ac9"
    short, full, other = read(
        "image: base@sha256:9c4e71b20d5f", f"sha256:{whole}", "was sha256:1f8a03c6e7d9"
    )
    assert values(short) == values(full) == [whole]
    assert other.indicators[0].note == "SHA-256, its beginning"


def test_a_url_with_and_without_its_last_slash_is_one() -> None:
    bare, slash = read("see https://evil.net/a", "https://evil.net/a/ again")
    assert values(bare)[0] == values(slash)[0] == "https://evil.net/a/"


def test_a_host_of_a_url_is_a_host_everywhere() -> None:
    _, bare = read("see https://invoice.zip/a", "invoice.zip again")
    assert bare.excerpt == "invoice[.]zip again"


@pytest.mark.parametrize(
    "text",
    [
        *("blocked evil-login[.]app", "got setup[.]exe and x[.]notatld", "hxxps://evil[.]sh/a.sh"),
        *(
            "mail pay[at]evil[.]zip",
            "ping 203[.]0[.]113[.]9",
            "www(.)evil(.)md",
            "https://bad_x/a",
        ),
    ],
)
def test_nothing_that_was_defanged_is_shown_live(text: str) -> None:
    (entry,) = read(text)
    for live in ("http:", "https:", "login.app", "setup.exe", "x.not", "evil.", "0.113", "pay@e"):
        assert live not in entry.excerpt


def test_a_question_shows_its_names_defanged() -> None:
    (entry,) = read("ok. who clicked evil-login[.]app first?")
    assert entry.question == "who clicked evil-login[.]app first?"


def test_the_short_and_the_long_form_of_a_commit_are_one() -> None:
    long = "3f9c2ab1e5d4708192a3b4c5d6e7f8091a2b3c4d"
    known = digest(read("fixed in 3f9c2ab1", f"Value: {long}", "image at 3f9c2ab1e5d4"))
    (commit,) = known.sightings
    assert (commit.indicator.kind, commit.indicator.value) == (Kind.COMMIT, long)
    assert commit.messages == 3


def test_own_domains_are_no_indicators_and_stay_as_they_are() -> None:
    own = frozenset({"shop.example"})
    entries = read("see https://wiki.shop.example/a, not shop.example.evil.net", own=own)
    assert entries[0].excerpt == "see https://wiki.shop.example/a, not shop[.]example[.]evil[.]net"
    assert [one.indicator.value for one in digest(entries).sightings] == ["shop.example.evil.net"]


def test_a_link_that_names_another_host_is_noted() -> None:
    (entry,) = read("<https://login-shop.net/a|pay.shop-bank.com>")
    (url, _) = entry.hits
    assert (url.indicator.value, url.label) == ("https://login-shop.net/a", "pay.shop-bank.com")


def test_a_label_from_slack_is_no_indicator() -> None:
    (message,) = thread((0, "Ann", "see RUN-12 (https://wiki.shop-bank.com/x) and RUN-13"))
    labelled = replace(message, labels=(("RUN-12", "https://wiki.shop-bank.com/x"),))
    (entry,) = read_entries([labelled], frozenset())
    assert [one.value for one in entry.indicators if one.kind is Kind.TICKET] == ["RUN-13"]


def test_only_what_was_written_defanged_is_suspect() -> None:
    live, defanged = read("https://shop-bank.com/a", "hxxps://login-shop.net/a")
    assert not live.suspects
    assert [one.value for one in defanged.suspects] == ["login-shop.net"]


def test_links_into_the_workspace_itself_are_no_indicators() -> None:
    link = "https://northwind.slack.com/archives/C0INC/p1"
    (entry,) = read(f"see {link}")
    assert entry.excerpt == f"see {link}"
    assert not digest([entry]).sightings
