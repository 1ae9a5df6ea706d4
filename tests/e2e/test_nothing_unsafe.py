"""No secret, no ping, no hidden character and no forged link goes out, by any way."""

import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest

from bot.document.values import Code, Document, Heading, Link, Paragraph, Person, Table, Text, Time
from bot.investigators.contract import Case, Finding, Progress
from simulator import Slack
from simulator.values import ApiCall
from tests.e2e.conftest import StartBot
from tests.unit.redaction.secrets_corpus import SECRETS

TOKEN = "xoxb-" + "123456789012-1234567890123-abcDEF123456abcDEF123456"
UNSAFE = (
    f"<!channel> <!here|x> <!subteam^S1> pay\u200bpal \u202egpj.exe\u202c {TOKEN}"
    " [pay.bank.example](https://evil.example/a) <https://evil.example/b|pay.bank.example>"
)
SEEN = ("chat.postMessage", "chat.update", "chat.postEphemeral", "chat.startStream")
KINDS = ("mrkdwn", "markdown", "user", "usergroup", "broadcast", "channel")
PARSED = tuple(f'"type": "{kind}"' for kind in KINDS)
"""The kinds of nodes in which Slack reads markup, or that ping; in all others text is text."""
FORGED = re.compile(r"https://evil\.example/[ab][^{}]*\"text\": \"pay\.bank\.example\"")
Steps = Callable[[Case], AsyncIterator[Progress | Finding]]


def unsafe() -> Steps:
    """An investigator that says everything that it must not say, wherever it can."""

    async def investigate(case: Case) -> AsyncIterator[Progress | Finding]:
        yield Progress(text=UNSAFE)
        if "fail" in case.new[0].text:
            raise RuntimeError(UNSAFE)
        yield Finding(
            text=f"# {UNSAFE}\n\n{UNSAFE}\n\n- {UNSAFE}\n\n```\n{UNSAFE}\n```\n> {UNSAFE}"
        )
        yield Finding(text=f"| {TOKEN} | b |\n|---|---|\n| {TOKEN[:20]}**{TOKEN[20:]}** | 1 |")
        yield Finding(text="\n\n".join(text for text, _ in SECRETS))
        yield Finding(document=document())

    return investigate


def document() -> Document:
    return Document(
        (
            Heading(UNSAFE),
            Paragraph((Text(TOKEN[:9]), Text(TOKEN[9:], bold=True), Person("U1", UNSAFE))),
            Paragraph((Link(f"https://a.example/?token={TOKEN}", "here"),)),
            Paragraph((Link("https://evil.example/a", "pay.bank.example"),)),
            Paragraph((Time(datetime.now(UTC), url=f"https://a.example/{TOKEN}"),)),
            Code(UNSAFE, UNSAFE),
            Table(
                ((Text("user"),), (Text("password"),)), (((Text("ann"),), (Text("hunter2!"),)),)
            ),
        )
    )


def sent(calls: list[ApiCall]) -> str:
    """Everything that was sent to be seen."""
    return "\n".join(
        json.dumps([call.arguments.get("text"), call.arguments.get("blocks")], ensure_ascii=False)
        for call in calls
    )


@pytest.mark.parametrize("question", ["why?", "fail"])
async def test_whatever_an_investigator_says_goes_out_safely(
    slack: Slack, start_bot: StartBot, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.turns.progress.SHOW_AFTER", 0.0)
    await start_bot(investigator="tests.e2e.test_nothing_unsafe:unsafe")
    asked = await slack.user("ann").mention("#incidents", question)
    await slack.wait_for_replies(asked, count=2)
    await slack.wait_quiet()
    seen = [call for call in await slack.api_calls() if call.method in SEEN]
    said = sent(seen)
    assert "@channel" in said or question == "fail"
    for mark in (*PARSED, "\u202e", "\u200b", TOKEN[:20]):
        assert mark not in said
    assert not any(re.search("[<>]", str(call.arguments.get("text"))) for call in seen)
    assert "hunter2!" not in said
    assert not FORGED.search(said)
    assert [secret for _, secret in SECRETS if secret in said] == []
