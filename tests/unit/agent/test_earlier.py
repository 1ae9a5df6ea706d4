"""What was asked and answered before is found as the brief finds messages."""

from dataclasses import replace

import pytest

from bot.investigators.agent.earlier import found_earlier
from session import Message
from tests.unit.agent.cases import asked

ANSWERED = replace(asked(2, "Rolled back db-7 to release 4.2."), kind="answer")
SAID = (
    asked(1, "<@UB> why is checkout down?"),
    ANSWERED,
    asked(3, "<@UB> is the disk of 10.20.30.40 full?"),
    asked(4, "<@UB> checkoutのデータベースが落ちた原因は?"),
    asked(5, "<@UB> 为什么支付服务超时?"),
    asked(6, "<@UB> Warum ist die Zertifikatsprüfung fehlgeschlagen?"),
    replace(asked(7, "Disk usage above 90 %"), kind="alert", author_id="B1"),
)


def first_line(text: str) -> str:
    return found_earlier(text, SAID).partition("\n")[0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rollbacks of db-7", ANSWERED.text),
        ("hxxp://10[.]20[.]30[.]40/x", SAID[2].text),
        ("データベース", SAID[3].text),
        ("支付为什么慢", SAID[4].text),
        ("zertifikatsprüfung", SAID[5].text),
    ],
    ids=["another form of a word", "defanged", "Japanese", "Chinese", "German"],
)
def test_a_word_is_found_in_any_form_and_script(text: str, found: str) -> None:
    assert first_line(text).endswith(found)


def test_who_said_it_and_when_stands_beside_it() -> None:
    assert first_line("release") == f"2026-11-27T10:02+00:00 you answered: {ANSWERED.text}"
    assert "somebody asked: <@UB> is the disk" in found_earlier("disk", SAID)
    assert "an alert said: Disk usage" in found_earlier("disk", SAID)


def test_what_has_more_of_the_words_stands_first() -> None:
    many = [asked(10 + number, f"checkout note {number}") for number in range(40)]
    found = found_earlier("checkout deploy 4.2.1", [asked(1, "checkout, deploy 4.2.1"), *many])
    assert found.startswith("2026-11-27T10:01+00:00 somebody asked: checkout, deploy 4.2.1")
    assert found.count("somebody asked") == 8


def test_of_a_long_answer_the_place_is_shown_where_the_word_stands() -> None:
    long = replace(asked(2, "x " * 2_000 + "the certificate expired" + " y" * 2_000))
    found = found_earlier("certificates", [long])
    assert "the certificate expired" in found
    assert len(found) < 700


@pytest.mark.parametrize("text", ["", " ", "how is it", "nosuchthing", '" OR NEAR('])
def test_what_nobody_said_is_not_found(text: str) -> None:
    assert found_earlier(text, SAID) == ""


def test_an_entry_whose_text_is_gone_is_left_out() -> None:
    gone: Message = asked(1, "")
    assert found_earlier("checkout", [gone]) == ""
