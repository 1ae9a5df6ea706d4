"""An answer is written in the script of the question; quotations stay as they are."""

from typing import Any

import pytest

from bot.investigators.agent.language import is_of_another_script
from tests.unit.agent.cases import OUTAGE, asked, case_of, said
from tests.unit.agent.reports import reply, report
from tests.unit.agent.scripted import Script, agent_with, answer

QUOTE = "too many connections for role app"
ENGLISH = reply("The database refuses connections.", "m2", QUOTE)
JAPANESE = reply("データベースが接続を拒否しています。", "m2", QUOTE)
CHINESE = report(("数据库拒绝连接", "m2", QUOTE), summary="数据库拒绝连接。")
RUSSIAN = reply("База отказывает в соединениях.", "m2", QUOTE)
GERMAN = reply("Die Datenbank lehnt Verbindungen ab.", "m2", QUOTE)


async def told(question: str, *answers: Any) -> tuple[Script, str]:
    script = Script(answers)
    case = case_of([*OUTAGE, said(3, question)], [asked(3, f"<@UB> {question}")], fence=2)
    return script, (await answer(agent_with(script), case)).text


@pytest.mark.parametrize(
    ("question", "wrong", "right", "text"),
    [
        ("checkoutが落ちた原因は何ですか?", ENGLISH, JAPANESE, "データベースが接続を拒否"),
        ("why is checkout down?", CHINESE, ENGLISH, "The database refuses"),
        ("Почему не работает checkout?", ENGLISH, RUSSIAN, "База отказывает"),
    ],
    ids=["Japanese", "English", "Russian"],
)
async def test_an_answer_in_another_script_is_sent_back(
    question: str, wrong: Any, right: Any, text: str
) -> None:
    script, said_then = await told(question, wrong, right)
    assert "write it in the language of the question" in str(script.requests[1])
    assert text in said_then
    assert "language of the question" not in said_then


async def test_a_model_that_goes_on_in_its_own_language_is_heard() -> None:
    script, text = await told("checkoutが落ちた原因は何ですか?", ENGLISH)
    assert "The database refuses connections." in text
    assert len(script.requests) == 3


async def test_an_answer_in_the_language_of_the_question_is_taken_at_once() -> None:
    script, text = await told("Warum ist checkout nicht erreichbar?", GERMAN)
    assert "Die Datenbank lehnt Verbindungen ab." in text
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("question", "said_then"),
    [
        ("why?", "The database refuses."),
        ("checkoutのDBが落ちた?", "DBは接続を拒否しています"),
        ("데이터베이스 왜 죽었어?", "연결이 거부되었습니다"),
        ("is サーバー-3 up?", "サーバー-3 is up since 10:02"),
        ("what does 接続エラー mean?", "It is a connection error."),
        ("なぜ?", "ok"),
        ("why is checkout down?", "“接続エラーが発生しました” is what the log says"),
        ("why is checkout down?", "`接続エラーが発生しました接続エラーが発生しました` fails"),
        ("почему db-7 упала?", "db-7 упала: too many connections for role app"),
        ("?", "anything"),
        ("", "что угодно"),
    ],
)
def test_names_and_quotations_of_another_script_are_fine(question: str, said_then: str) -> None:
    assert not is_of_another_script(question, said_then)


@pytest.mark.parametrize(
    ("question", "said_then"),
    [
        ("なぜ落ちたのですか?", "数据库拒绝连接"),
        ("checkoutが10:02に落ちた原因は?", "The database refuses connections."),
        ("почему упала база?", "The database refuses connections."),
        ("لماذا توقف الدفع؟", "The database refuses connections."),
        ("why is it down?", "数据库拒绝连接, db-7 too"),
        ("why is it down?", "база отказывает"),
    ],
)
def test_another_script_is_seen(question: str, said_then: str) -> None:
    assert is_of_another_script(question, said_then)
