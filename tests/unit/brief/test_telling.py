"""What a case is remembered by."""

from bot.investigators.brief.reading import read_entries
from bot.investigators.brief.telling import worth_asking, worth_keeping
from tests.unit.brief.incident import thread

HASH = "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"


def kept(*texts: str, own: frozenset[str] = frozenset()) -> list[str]:
    spoken = thread(*((float(minute), "Ann", text) for minute, text in enumerate(texts)))
    return [it.value for it in worth_keeping(read_entries(spoken, frozenset(), own))]


def test_what_is_most_telling_comes_first() -> None:
    text = f"OPS-7, TimeoutError, CVE-2026-20931, 45.83.64.11, {HASH}, shady-shop.net, evil[.]top"
    assert kept(text) == [
        *("evil.top", HASH, "shady-shop.net", "45.83.64.11", "CVE-2026-20931", "OPS-7"),
        "TimeoutError",
    ]


def test_own_domains_private_addresses_and_what_everybody_uses_are_left_out() -> None:
    text = (
        "https://wiki.lark.io/x, 10.0.0.5, fe80::1, 127.0.0.1, db-1.prod.internal, 8.8.8.8,"
        " https://github.com/lark/api, ann@evil.net, i-0abcd1234ef567890, T1059"
    )
    assert not kept(text, own=frozenset({"lark.io"}))


def test_the_host_of_a_url_is_remembered() -> None:
    assert kept("hxxps://login.evil-shop[.]net/a") == ["login.evil-shop.net"]


def test_two_hundred_are_kept_and_sixty_asked_for() -> None:
    texts = [f"host-{number}.evil-shop.net answers" for number in range(300)]
    spoken = thread(*((float(minute), "Ann", text) for minute, text in enumerate(texts)))
    found = worth_keeping(read_entries(spoken, frozenset()))
    assert len(found) == 200
    assert len(worth_asking(found)) == 60


def test_a_status_is_kept_but_asked_of_nobody() -> None:
    spoken = thread((0, "Ann", "HTTP 503 and TimeoutError"))
    found = worth_keeping(read_entries(spoken, frozenset()))
    assert [it.value for it in worth_asking(found)] == ["TimeoutError"]
