"""How a card is stored and how large it is."""

import json
from datetime import UTC, datetime

from bot.cards.card import NO_CARD, Card
from bot.cards.reading import OpenCard
from bot.cards.showing import actions_of, asking
from bot.document.exact import exact, is_kept
from bot.investigators.approvals import CallEnd, CallState, PendingCall
from bot.slack.rendering import blocks_of, parts_of
from session import MessageId

CARD = Card(
    id=MessageId(f"slack_ticketless_{'a' * 32}#12/answer"),
    calls=tuple(
        PendingCall(id=f"c{number}", tool="t" * 60, server="s" * 40, arguments="x" * 2_500)
        for number in range(5)
    ),
    questions=(MessageId("m1"),),
    asked_by=("UANN",),
    until=datetime(2026, 11, 28, 9, tzinfo=UTC),
    ends=(CallEnd(call_id="c1", state=CallState.FAILED, why="no such pod"),),
)


def test_a_card_is_read_as_it_was_stored() -> None:
    stored = json.loads(json.dumps(CARD.as_notebook().value))
    assert Card.read(stored) == CARD
    assert Card.read(NO_CARD.value) is None
    assert Card.read(None) is None


def test_the_largest_card_and_its_buttons_take_less_than_3_kb() -> None:
    whole, card = asking(CARD)
    (part,) = parts_of(card.with_names({"UANN": "Ann Keller"}))
    blocks = blocks_of(part, actions_of(OpenCard.new(CARD)))
    assert len(json.dumps(blocks, separators=(",", ":"))) < 3_000
    assert len(parts_of(whole)) == 2, "the arguments take two posts at most"


def test_what_is_not_seen_is_spelled_and_every_line_stays() -> None:
    assert exact("a\u202eb\n\u200bc\td\u00a0é") == r"a\u{202e}b" + "\n" + r"\u{200b}c\u{9}d\u{a0}é"
    assert is_kept("kubectl restart checkout\u202e")
    assert not is_kept("curl -u admin:hunter2hunter2 https://db-7.example")
