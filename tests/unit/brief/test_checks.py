"""A check has a reason in the thread, and nobody has done it yet."""

import pytest

from bot.investigators.brief.checks import Check, next_checks
from bot.investigators.brief.digest import digest
from bot.investigators.brief.reading import read_entries
from tests.unit.brief.incident import thread

HASH = "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"


def checks(*texts: str) -> list[Check]:
    spoken = [(float(minute), "Ann", text) for minute, text in enumerate(texts)]
    known = digest(read_entries(thread(*spoken), frozenset()))
    return next_checks(known.sightings, 9, known.entries)


def rules(*texts: str) -> list[str]:
    return [check.rule for check in checks(*texts)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("brute force from 45.83.64.11", "public_ip"),
        ("talks to 45.83.64[.]11", "public_ip"),
        ("evil-shop[.]net loads a script", "suspect_name"),
        (f"malware sample {HASH}", "hash"),
        ("CVE-2026-20931 is in the news", "cve"),
        ("3f9c2ab1 broke the cart", "commit"),
        ("[redacted: GitHub token] is in the log", "secret"),
        ("AKIAZ7EXAMPLEKEY0001 was found on GitHub", "access_key"),
        ("something asked 169.254.169.254", "metadata_ip"),
        ("10.2.3.4 sends the beacon", "private_ip"),
        ("i-0abcd1234ef567890 mines coins, it was compromised", "aws"),
    ],
)
def test_each_check_has_its_reason(text: str, rule: str) -> None:
    assert rules(text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "the resolver is 8.8.8.8, netmask 255.255.255.0, parsley 3.14.2.7",
        "db is 10.2.3.4, docs at https://docs.fernshop.dev/x",
        f"image digest sha256:{HASH}",
        "deployed to i-0abcd1234ef567890",
        "T1059.001 and OPS-12",
        "an IOError once",
    ],
)
def test_without_a_reason_there_is_no_check(text: str) -> None:
    assert not rules(text)


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("[redacted: GitHub token] is in the log", "rotated the token"),
        ("AKIAZ7EXAMPLEKEY0001 was found", "AKIAZ7EXAMPLEKEY0001 is inactive now"),
        ("CVE-2026-20931 is in the news", "we are not affected by CVE-2026-20931"),
        ("3f9c2ab1 broke the cart", "reverted 3f9c2ab1"),
        ("brute force from 45.83.64.11", "45.83.64.11 is our VPN"),
        ("attack from 45.83.64.11", "flow logs: 45.83.64.11 talked to nobody else"),
        ("TimeoutError, again TimeoutError", "the root cause is the pool"),
    ],
)
def test_what_is_done_is_not_suggested(text: str, later: str) -> None:
    assert not rules(text, later)


def test_an_error_that_comes_again_is_worth_a_look() -> None:
    assert rules("TimeoutError in the cart", "TimeoutError again") == ["error"]


def test_a_question_whether_it_is_done_does_not_make_it_done() -> None:
    assert rules("[redacted: GitHub token] is in the log", "was the token rotated?") == ["secret"]


def test_a_check_names_the_message_that_gives_its_reason() -> None:
    (check,) = checks("45.83.64.11 is in the log", "45.83.64.11 scans us")
    assert check.reason.text == "45.83.64.11 scans us"


def test_nobody_is_asked_what_was_changed_where_somebody_has_told_it() -> None:
    error = "Error: connection refused to 10.20.3.17:5432"
    assert "error" in rules(error, error)
    assert "error" in rules(error, error, "nothing changed here")
    assert "error" not in rules(error, error, "SEC-42 changed the firewall at 9 this morning")


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("185.1.2.3 scans us", "that is our pentest"),
        ("login from 185.1.2.3", "false alarm, it was me"),
        ("CVE-2024-3094 here?", "not affected, we have 5.4"),
        ("key AKIAZ7EXAMPLEKEY0001 leaked", "the key is deactivated"),
        ("deploy 3f9c2ab1 broke it", "rolled back, all fine"),
        ("deploy 3f9c2ab1 broke it", "fixed forward in 77aa01bc"),
        ("phish from evil-shop[.]net", "proxy logs: nobody visited it"),
        ("i-0a1b2c3d4e5f67890 runs a miner", "terminated it"),
        ("Angriff von 185.1.2.3", "sonst niemand betroffen"),
        ("8.8.8.8 answers, login works", "ok"),
    ],
)
def test_a_reply_that_must_be_about_it_ends_a_check(text: str, later: str) -> None:
    assert not rules(text, later)


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        (("key AKIAZ7EXAMPLEKEY0001 leaked", "I rotated the database password"), ["access_key"]),
        (("185.1.2.3 scans us", "185.9.9.9 attacks too", "that is our pentest"), ["public_ip"]),
        (("phish from evil-shop[.]net", "blocked at the proxy"), ["suspect_name"]),
        (("the attack used arn:aws:iam::123456789012:user/etl", "rotated the secret"), ["arn"]),
    ],
)
def test_a_reply_about_something_else_ends_none(texts: tuple[str, ...], left: list[str]) -> None:
    assert rules(*texts) == left
