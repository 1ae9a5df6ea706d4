"""What each deed picks from an inbox, and which one comes first."""

from collections.abc import AsyncIterator

import pytest

from bot.config import Settings
from bot.intake.commands import COMMANDS, NOT_STORED
from bot.investigators.brief import BriefInvestigator
from bot.investigators.contract import Case, Finding
from bot.messages import APPROVAL, KINDS, QUESTION, WITHDRAWAL
from bot.surfaces.memory import MemorySurface
from bot.turns.building import build_turns
from bot.turns.deeds.contract import MAX_TRIES, Deed
from bot.turns.stopping import ended_by, stops_of
from session import ANSWER, Message
from session.engines.memory import MemoryRepository
from tests.unit.bot.stories import ids, message, turn

OURS, EARLIER = turn(7), turn(6)


def deeds() -> tuple[Deed, ...]:
    """All deeds, in the order in which they are looked at."""

    async def steps(_: Case) -> AsyncIterator[Finding]:
        yield Finding(text="x")

    settings = Settings.isolated()
    surface, brief = MemorySurface(), BriefInvestigator()
    turns = build_turns(
        settings, MemoryRepository(), steps, lambda _: surface, brief, call_seconds=1
    )
    return tuple(turns._deeds)


def of_ben(ts: str, **changes: object) -> Message:
    return message(ts, author_id="UBEN", **changes)


CASES: list[tuple[str, list[Message], str | None, list[str]]] = [
    ("nothing", [], None, []),
    ("one question", [message("1")], "Investigate", ["1"]),
    ("two questions go together", [message("1"), message("2")], "Investigate", ["1", "2"]),
    (
        "an answer is delivered, no deed picks it",
        [message("0", kind=ANSWER), message("1")],
        "Investigate",
        ["1"],
    ),
    (
        "a stop ends its author's older questions, and not the younger",
        [message("1"), message("2", kind="stop"), message("3")],
        "Stop",
        ["1", "2"],
    ),
    (
        "others' questions stay",
        [of_ben("1"), message("2"), message("3", kind="stop")],
        "Stop",
        ["2", "3"],
    ),
    (
        "a stop ends the questions of the turn that it names",
        [
            of_ben("1", turn_id=EARLIER, tries=1),
            of_ben("2"),
            message("3", kind="stop", attributes={"ts": "3", "stops": EARLIER}),
        ],
        "Stop",
        ["1", "3"],
    ),
    (
        "stop all ends everybody's",
        [of_ben("1"), message("2"), message("3", kind="stop all"), of_ben("4")],
        "Stop",
        ["1", "2", "3"],
    ),
    ("a stop alone", [message("1", kind="stop")], "Stop", ["1"]),
    (
        "a stop does not close an answer",
        [message("0", kind=ANSWER), message("1", kind="stop")],
        "Stop",
        ["1"],
    ),
    (
        "muting comes before questions",
        [message("1", kind="mute"), message("2"), message("3", kind="unmute")],
        "Mute",
        ["1", "3"],
    ),
    (
        "indicators and an export come before questions, which may take long",
        [message("1"), message("2", kind="export"), message("3", kind="indicators")],
        "Indicators",
        ["3"],
    ),
    (
        "a stop ends an export as it ends a question",
        [message("1", kind="export"), message("2", kind="stop")],
        "Stop",
        ["1", "2"],
    ),
    (
        "an export that was tried too often is given up",
        [message("1", kind="export", tries=MAX_TRIES, turn_id=EARLIER)],
        "GiveUp",
        ["1"],
    ),
    (
        "a question on its last try waits until the others are through",
        [message("1", tries=MAX_TRIES - 1, turn_id=EARLIER), message("2")],
        "Investigate",
        ["2"],
    ),
    (
        "then it goes alone",
        [message(ts, tries=MAX_TRIES - 1, turn_id=EARLIER) for ts in ("1", "2")],
        "Investigate",
        ["1"],
    ),
    (
        "a question that was tried too often is given up",
        [message("1", tries=MAX_TRIES, turn_id=EARLIER), message("2")],
        "GiveUp",
        ["1"],
    ),
    (
        "the try of the turn about to run does not count",
        [message("1", tries=MAX_TRIES - 1, turn_id=OURS), message("2", tries=1, turn_id=OURS)],
        "Investigate",
        ["1", "2"],
    ),
    (
        "on its last try even if that is counted already",
        [message("1", tries=MAX_TRIES, turn_id=OURS), message("2", tries=1, turn_id=OURS)],
        "Investigate",
        ["2"],
    ),
    (
        "a stop closes what is hopeless too",
        [message("1", tries=MAX_TRIES, turn_id=EARLIER), message("2", kind="stop")],
        "Stop",
        ["1", "2"],
    ),
]


@pytest.mark.parametrize(
    ("inbox", "deed", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_each_inbox_leads_to_one_deed(
    inbox: list[Message], deed: str | None, expected: list[str]
) -> None:
    picks = [(type(each).__name__, ids(each.pick(inbox, OURS))) for each in deeds()]
    first = next(((name, picked) for name, picked in picks if picked), (None, list[str]()))
    assert first == (deed, expected)


def test_every_kind_that_intake_stores_has_a_deed() -> None:
    stored = {QUESTION, APPROVAL, WITHDRAWAL, *COMMANDS.values()} - NOT_STORED
    assert stored <= {kind for deed in deeds() for kind in deed.kinds}


def test_the_kinds_that_are_known_are_those_that_have_a_deed() -> None:
    assert {kind for deed in deeds() for kind in deed.kinds} == KINDS


def test_a_question_of_the_same_instant_as_the_stop_is_closed_by_it() -> None:
    stop = message("2", kind="stop")
    together = message("1", sent_at=stop.sent_at)
    assert ids(ended_by([stop], [together, stop])) == ["1"]


def test_a_running_turn_heeds_the_stops_that_name_it_and_no_others() -> None:
    asked = [message("1", turn_id=OURS)]
    named = of_ben("2", kind="stop", attributes={"ts": "2", "stops": OURS})
    other = of_ben("3", kind="stop", attributes={"ts": "3", "stops": EARLIER})
    anybodys = of_ben("4", kind="stop all")
    of_nobody_here = of_ben("5", kind="stop")
    of_the_asker = message("6", kind="stop")
    entries = [*asked, named, other, anybodys, of_nobody_here, of_the_asker]
    assert ids(stops_of(entries, OURS, asked)) == ["2", "4", "6"]
