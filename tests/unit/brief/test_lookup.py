"""What a question is about is found in the thread, best first, and quoted where it stands."""

import pytest

from bot.investigators.brief.lookup import Lookup, look_up
from bot.investigators.brief.reading import read_entries
from tests.unit.brief.incident import thread

TALK = [
    "checkout is slow since the deploy",
    "the database on db-3.prod.internal has 400 connections",
    "team, the ticket is open",
    "evil-shop[.]net resolves to 203.0.113.9",
    "東京のデータベースは正常です",
    "rolled back to 3f9c2ab1e5d4, checkout is still slow, database next",
    "lunch",
]


def looked_up(question: str, texts: list[str] = TALK) -> Lookup:
    spoken = thread(*((minute, "Ann Keller", text) for minute, text in enumerate(texts)))
    found = look_up(question, read_entries(spoken, frozenset()), frozenset({"burrow"}))
    assert found is not None
    return found


def found(question: str, texts: list[str] = TALK) -> list[str]:
    return [match.text for match in looked_up(question, texts).matches]


def test_the_message_that_has_most_in_common_comes_first() -> None:
    assert found("why is checkout slow, the database?")[0] == TALK[5]


def test_a_form_of_a_word_is_the_word() -> None:
    assert found("is it the databases' connection?")[0] == TALK[1]


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("what is evil-shop.net?", 3),
        ("who saw hxxp://evil-shop[.]net/x?", 3),
        ("what about 203.0.113[.]9?", 3),
        ("is 3f9c2ab1 the commit?", 5),
        ("is anything on prod.internal?", 1),
        ("データベースはどうですか？", 4),
    ],
)
def test_indicators_and_unspaced_words_are_found(question: str, place: int) -> None:
    assert found(question)[0] == TALK[place].replace("[.]", ".")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("数据库怎么了？", "数据库在凌晨两点重启，原因是磁盘满"),
        ("数据库为什么重启？", "数据库在凌晨两点重启，原因是磁盘满"),
        ("证书过期了吗？", "支付网关的证书已过期，正在更换"),
        ("谁在更换证书？", "支付网关的证书已过期，正在更换"),
        ("移行は完了しましたか？", "移行が完了"),
        ("데이터베이스는 어때요?", "데이터베이스가 정상입니다"),
        ("что с базой данных?", "база данных упала"),
        ("ماذا عن قاعدة البيانات؟", "قاعدة البيانات لا تستجيب"),
    ],
)
def test_words_of_many_scripts_are_found(question: str, text: str) -> None:
    assert found(question, [*TALK, text, "午餐时间", "점심시간", "обед"])[0] == text


@pytest.mark.parametrize("question", ["is the team open?", "any news from marketing?"])
def test_a_common_word_alone_is_no_match(question: str) -> None:
    spoken = thread(*((minute, "Ann", text) for minute, text in enumerate(TALK)))
    looked = look_up(question, read_entries(spoken, frozenset()), frozenset())
    assert looked is None or not looked.matches


def test_a_word_that_is_all_over_the_thread_is_no_match_alone() -> None:
    texts = [f"checkout pod {number} restarted" for number in range(40)] + ["checkout invoices"]
    assert found("are checkout invoices lost?", texts) == ["checkout invoices"]


def test_a_match_is_quoted_around_what_was_asked() -> None:
    text = "x " * 300 + "and then evil-shop[.]net answered" + " y" * 300
    lookup = looked_up("what did evil-shop.net do?", [text])
    quote = lookup.quote(lookup.matches[0], 80)
    assert "evil-shop[.]net" in quote
    assert quote.startswith("…")
    assert quote.endswith("…")
    assert len(quote) < 100


def test_a_quote_never_cuts_an_indicator_open() -> None:
    text = "slow " * 20 + "https://a-very-long-host.evil-shop.net/with/a/path " + "slow " * 60
    lookup = looked_up("slow path?", [text])
    for limit in range(20, 200, 7):
        assert "shop.net" not in lookup.quote(lookup.matches[0], limit)


def test_nothing_found_names_what_was_looked_for() -> None:
    assert looked_up("was the mailserver touched?").terms == ("mailserver", "touched")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("was there a rollback?", "I rolled the release back at nine"),
        ("when is the failover?", "failing over to eu-west in five"),
        ("did we have timeouts?", "the payment calls timed out"),
    ],
)
def test_a_verb_of_two_words_is_found_by_its_noun(question: str, text: str) -> None:
    assert text in found(question, [*TALK, text])
