"""What asks something, and what answers it."""

import pytest

from bot.investigators.brief.digest import Digest, digest
from bot.investigators.brief.reading import read_entries
from tests.unit.brief.incident import thread

Spoken = tuple[float, str, str]
QUESTION = (0, "Ben", "Morning. who changed the firewall yesterday?")


def read(*spoken: Spoken) -> Digest:
    return digest(read_entries(thread(*spoken), frozenset()))


def open_ones(*spoken: Spoken) -> list[str]:
    return [question.text for question in read(*spoken).open_questions]


def asked(text: str, author: str = "Ben") -> list[str]:
    return [question.text for question in read((0, author, text)).questions]


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("same attacker?", ["same attacker?"]),
        ("ETA?", ["ETA?"]),
        ("who did it, and why?! when?", ["who did it, and why?!", "when?"]),
        ("is it up? since when is it up?", ["is it up?", "since when is it up?"]),
        ("ログインは成功しましたか？次は？", ["ログインは成功しましたか？", "次は？"]),
        ("再起動はいつですか。", ["再起動はいつですか。"]),
        ("does it hit e.g. the EU shop, i.e. all of it?", [
            "does it hit e.g. the EU shop, i.e. all of it?"
        ]),
        ("It is down. Is it DNS?", ["Is it DNS?"]),
        ("(is it DNS?) no", ["is it DNS?"]),
        ("*who* owns shop-bank.com?", ["who owns shop-bank[.]com?"]),
        ("and does somebody know the name of our rep", [
            "and does somebody know the name of our rep"
        ]),
        ("wondering who owns that account", ["wondering who owns that account"]),
        ("does not help much here", []),
        ("do the rollback now please", []),
        ("Kim, Lee: what did you see?", ["Kim, Lee: what did you see?"]),
        ("@Kim Lee pls pull the events", ["@Kim Lee pls pull the events"]),
        ("was fehlt zwischen 14. und 26.11.?", ["was fehlt zwischen 14. und 26.11.?"]),
        ("nils why was the job off", ["nils why was the job off"]),
        ("Kim can you check that please", ["Kim can you check that please"]),
        ("are the mails of today lost", ["are the mails of today lost"]),
        ("I go now, pls somebody get the log", ["pls somebody get the log"]),
        ("did it again on prod", []),
        ("checking why is the job off", []),
        ("really?", []),
        ("right?? ok?", []),
        ("see https://a.com/?q=1 and `a ? b : c`", []),
        ("```\nis this code?\n```", []),
        ("> who asked that?\nnot me", []),
        ("@Burrow who is on call now?", []),
        ("??? !?", []),
    ],
)  # fmt: skip
def test_each_question_is_found_with_its_sentence(text: str, questions: list[str]) -> None:
    assert asked(text) == questions


def test_the_template_of_an_alert_asks_nothing() -> None:
    assert not asked("Have you checked the runbook?", author="Pager")


@pytest.mark.parametrize(
    "reply",
    [
        (1, "Ann", "that was me"),
        (300, "Ann", "Chloe changed the firewall, I think"),
        (2, "Ann", "me, at 17:00"),
        (2, "Ann", "netops, change 331"),
        (40, "Ben", "never mind, it was the cron job"),
    ],
)
def test_a_reply_answers_a_question(reply: Spoken) -> None:
    assert not open_ones(QUESTION, reply)


@pytest.mark.parametrize(
    "reply",
    [
        (1, "Ben", "anyone"),
        (1, "Pager", "yes: firewall changed"),
        (2, "Ann", "the deploy is through"),
        (90, "Ann", "no"),
        (1, "Ann", "noted"),
        (1, "Ann", "noted, thanks"),
        (1, "Ann", "+1"),
        (1, "Ann", "no idea"),
        (5, "Ann", "no idea, the firewall team perhaps"),
        (3, "Ann", "NET-12 for that"),
        (300, "Ann", "@Ben ask the network people"),
        (1, "Ann", "12 pods are up again"),
        (1, "Ann", "done, service restarted"),
        (1, "Ann", "the firewall looks strange"),
        (1, "Ann", "good question, who changed the firewall?"),
        (1, "Ann", "2026-11-23T02:00:07Z api WARN took=12"),
    ],
)
def test_other_messages_leave_it_open(reply: Spoken) -> None:
    assert "who changed the firewall yesterday?" in open_ones(QUESTION, reply)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("is it only the EU shop?", "no, all regions"),
        ("how much of it is gone?", "all of it"),
        ("how many cards are affected?", "about 40"),
        ("since when?", "since Thursday"),
        ("can someone rotate the key?", "on it"),
        ("rotate the key?", "done"),
        ("kill it?", "killed pid 4711"),
        ("us or them?", "them"),
        ("why did it fail?", "the image had no curl"),
        ("which version runs there?", "3.2.1"),
        ("did anybody click it?", "two people did, both reset"),
        ("Wer patcht die Hosts?", "Ich, heute Abend"),
        ("ist das behoben?", "noch nicht"),
        ("対応できますか？", "はい、対応します"),
        ("did we lose events?", "we did, but is that a problem?"),
        ("can we restart it?", "go ahead"),
        ("can we restart it?", "please don't, we lose the heap dump"),
        ("ok to deploy the fix?", "👍"),
        ("did the restart help?", "p99 is down to 300 ms, so yes"),
        ("which regions are down?", "eu-west-1 is down, the others look fine"),
        ("do we know the entry point?", "the VPN, contractor account"),
        ("status?", "all green"),
        ("what about mobile?", "mobile is fine"),
        ("have we rotated all keys?", "all but two"),
        ("any customer reports?", "none yet"),
        ("who can look at the logs?", "taking it"),
        ("could someone post on the status page?", "posted"),
        ("is web-7 clean?", "reimaged it"),
        ("Können wir neu starten?", "mach mal"),
        ("いつからですか？", "14時ごろからです"),
    ],
)
def test_each_kind_of_question_has_its_kind_of_answer(question: str, reply: str) -> None:
    assert question not in open_ones((0, "Ben", question), (2, "Ann", reply))


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("did we lose events?", "checking the offsets"),
        ("were orders lost?", "DATA-88 for the follow-up"),
        ("which mails were forwarded?", "reset the password at 09:14"),
        ("who takes the night shift?", "let me get a coffee"),
        ("do we tell the customers?", "3 of 4 nodes are back"),
        ("did anyone rotate the key?", "done, service restarted"),
        ("should we fail over?", "ok"),
        ("who is IC?", "not me"),
        ("when did it start?", "restarting web-1 right now"),
        ("where are the logs?", "still on the call"),
        ("any idea why?", "nope"),
        ("do we know the entry point?", "still unclear"),
        ("what is evil[.]net?", "blocked it anyway"),
        ("影響範囲は？", "確認中です"),
        ("has anyone called the provider?", "the provider has an incident page"),
    ],
)
def test_what_is_said_about_something_else_answers_nothing(question: str, reply: str) -> None:
    assert open_ones((0, "Ben", question), (6, "Ann", reply)) == [question]


def test_a_yes_and_a_no_answer_two_questions() -> None:
    assert not open_ones((0, "Ben", "is X down? is Y down?"), (2, "Ann", "X no, Y yes"))


def test_a_no_answers_one_question_only() -> None:
    questions = (0, "Ben", "is the EU shop affected?"), (1, "Zoe", "is the mail affected?")
    assert open_ones(*questions, (2, "Ann", "no")) == ["is the EU shop affected?"]


def test_whoever_is_asked_by_name_answers_with_whatever_comes_next() -> None:
    question = (0, "Ben", "@Ann can you take this one?")
    assert not open_ones(question, (3, "Ann", "in five minutes"))
    assert open_ones(question, (3, "Chloe", "in five minutes"))


def test_an_answer_may_come_late_if_it_speaks_of_the_same() -> None:
    question = (0, "Ben", "did the replica lose any events?")
    talk = [(n, "Zoe", "still looking") for n in range(5, 50, 5)]
    assert open_ones(question, *talk)
    assert not open_ones(question, *talk, (55, "Ann", "yes, 11 minutes of events on the replica"))
