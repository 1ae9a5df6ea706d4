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
