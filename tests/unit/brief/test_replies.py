"""What people say right after a question: to it, or beside it."""

import pytest

from bot.investigators.brief.digest import digest
from bot.investigators.brief.reading import read_entries
from tests.unit.brief.incident import thread


def is_open(question: str, minutes: int, reply: str) -> bool:
    spoken = thread((0, "Ben", question), (minutes, "Ann", reply))
    return bool(digest(read_entries(spoken, frozenset())).open_questions)


@pytest.mark.parametrize(
    ("question", "minutes", "reply"),
    [
        ("what should I do with the old key?", 2, "delete it"),
        ("is it them or us?", 3, "us, I broke the route"),
        ("are the logs complete?", 4, "auth logs are fine, proxy logs miss an hour"),
        ("is the tape ok?", 20, "yes, restored a test file"),
        ("how did he get the password?", 2, "phishing, the mail from Monday"),
        ("why is memory growing?", 3, "the cache has no limit since 2.4"),
        ("who calls the customer?", 4, "sales does"),
        ("which hosts have the package?", 3, "web-1 to web-4, and ci-2"),
        ("can you send me the pcap?", 5, "it's in the bucket now"),
        ("should we wake up the CTO?", 2, "I'd wait until 7"),
        ("is the exploit public?", 3, "there is a PoC on GitHub since yesterday"),
        ("is somebody on the firewall?", 1, "Tom is"),
        ("anything in the VPN logs?", 6, "nothing after 02:00"),
        ("do customers notice?", 5, "support sees a few tickets"),
        ("was that planned?", 2, "change 4711, announced on Friday"),
        ("where does the traffic come from?", 3, "mostly AS12345, Brazil"),
        ("what's next?", 2, "waiting for the DBA"),
        ("wie kam er rein?", 3, "über das alte VPN"),
        ("Ist das Backup vom Sonntag brauchbar?", 15, "ja, getestet"),
        ("バックアップは無事ですか？", 3, "無事です"),
    ],
)
def test_what_is_said_to_a_question_answers_it(question: str, minutes: int, reply: str) -> None:
    assert not is_open(question, minutes, reply)


@pytest.mark.parametrize(
    ("question", "minutes", "reply"),
    [
        ("what do we tell the press?", 5, "proxy was on 2.1, CVE-2026-1111 fits"),
        ("what should I do with the old key?", 6, "the dashboard is back"),
        ("is the tape ok?", 20, "second alert just came in"),
        ("how did he get the password?", 9, "isolating WKS-9 now"),
        ("why is memory growing?", 8, "scaled to 12 pods"),
        ("who calls the customer?", 4, "error rate is at 2%"),
        ("which hosts have the package?", 3, "inventory is slow today"),
        ("did the mail get through?", 3, "blocked the sender"),
        ("do we have a backup of the config?", 4, "joining the call"),
        ("when did the certificate expire?", 3, "ordering a new one"),
        ("how many accounts were hit?", 3, "MFA is on for everybody now"),
        ("should we wake up the CTO?", 2, "p99 at 3 s"),
        ("is the exploit public?", 3, "patched web-1"),
        ("what's the blast radius?", 10, "opened OPS-9"),
        ("has the vendor replied?", 30, "closing the bridge for now"),
        ("where does the traffic come from?", 7, "rate limit is on"),
        ("wie kam er rein?", 9, "Host ist isoliert"),
        ("Müssen wir die Kunden informieren?", 4, "Vorgang ITS-7 angelegt"),
        ("バックアップは無事ですか？", 3, "再起動しました"),
    ],
)
def test_what_is_said_beside_a_question_leaves_it_open(
    question: str, minutes: int, reply: str
) -> None:
    assert is_open(question, minutes, reply)
