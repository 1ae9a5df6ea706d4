"""What a look at the inbox leads to."""

import pytest

from bot.events import Kind
from bot.turns.choose import MAX_TRIES, Choice, choose, stopped_by
from session import ANSWER, Message
from tests.unit.bot.stories import ids, message, turn

STOP, MUTE, UNMUTE, APPROVAL = Kind.STOP, Kind.MUTE, Kind.UNMUTE, "approval"
OURS, EARLIER = turn(7), turn(6)

CASES: list[tuple[str, list[Message], dict[str, list[str]]]] = [
    ("nothing", [], {}),
    ("one question", [message("1")], {"questions": ["1"]}),
    ("two questions go together", [message("1"), message("2")], {"questions": ["1", "2"]}),
    ("an approval is for nobody yet", [message("1", kind=APPROVAL)], {}),
    (
        "an answer is posted besides the rest",
        [message("0", kind=ANSWER), message("1")],
        {"unposted": ["0"], "questions": ["1"]},
    ),
    (
        "a stop closes what is older, and not what is younger",
        [message("1"), message("2", kind=STOP), message("3")],
        {"stopped": ["1", "2"], "questions": ["3"]},
    ),
    (
        "the last of several stops counts",
        [message("1", kind=STOP), message("2"), message("3", kind=STOP), message("4")],
        {"stopped": ["2", "1", "3"], "questions": ["4"]},
    ),
    ("a stop alone", [message("1", kind=STOP)], {"stopped": ["1"]}),
    (
        "a stop does not close an answer",
        [message("0", kind=ANSWER), message("1", kind=STOP)],
        {"unposted": ["0"], "stopped": ["1"]},
    ),
    (
        "muting stands beside questions",
        [message("1", kind=MUTE), message("2"), message("3", kind=UNMUTE)],
        {"muting": ["1", "3"], "questions": ["2"]},
    ),
    (
        "a question on its last try waits until the others are through",
        [message("1", tries=MAX_TRIES - 1, turn_id=EARLIER), message("2")],
        {"questions": ["2"]},
    ),
    (
        "then it goes alone",
        [message(ts, tries=MAX_TRIES - 1, turn_id=EARLIER) for ts in ("1", "2")],
        {"questions": ["1"]},
    ),
    (
        "a question that was tried too often is given up",
        [message("1", tries=MAX_TRIES, turn_id=EARLIER), message("2")],
        {"hopeless": ["1"], "questions": ["2"]},
    ),
    (
        "the try of the turn about to run does not count",
        [message("1", tries=MAX_TRIES - 1, turn_id=OURS), message("2", tries=1, turn_id=OURS)],
        {"questions": ["1", "2"]},
    ),
    (
        "on its last try even if that is counted already",
        [message("1", tries=MAX_TRIES, turn_id=OURS), message("2", tries=1, turn_id=OURS)],
        {"questions": ["2"]},
    ),
    (
        "a stop closes what is hopeless too",
        [message("1", tries=MAX_TRIES, turn_id=EARLIER), message("2", kind=STOP)],
        {"stopped": ["1", "2"]},
    ),
]


@pytest.mark.parametrize(("inbox", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_each_inbox_leads_to_one_choice(
    inbox: list[Message], expected: dict[str, list[str]]
) -> None:
    choice = choose(inbox, OURS)
    found = {name: ids(getattr(choice, name)) for name in Choice.__slots__}
    assert {name: found for name, found in found.items() if found} == expected
    assert choice.is_nothing is (not expected)


def test_a_question_of_the_same_instant_as_the_stop_is_closed_by_it() -> None:
    stop = message("2", kind=STOP)
    together = message("1", sent_at=stop.sent_at)
    assert ids(stopped_by([together, stop])) == ["1", "2"]


def test_without_a_stop_nothing_is_stopped() -> None:
    assert stopped_by([message("1"), message("2", kind=MUTE)]) == []
