"""What is weighed of a question and a reply besides the evidence of phrases."""

import math

import pytest

from bot.investigators.brief.answers import Conversation
from bot.investigators.brief.counts import beyond
from bot.investigators.brief.digest import digest
from bot.investigators.brief.evidence import InReply, Measure, MoreThan, Sign
from bot.investigators.brief.reading import read_entries
from bot.investigators.brief.replies import Form, forms_of
from bot.investigators.brief.wants import Wants
from tests.unit.brief.incident import thread

Spoken = tuple[float, str, str]


def conversation(*spoken: Spoken) -> Conversation:
    """The questions of a thread, none answered."""
    heard = Conversation.of(read_entries(thread(*spoken), frozenset()))
    heard.enough = math.inf
    for statement in heard.statements:
        heard.take_in(statement)
    return heard


def signs_of_the_last(*spoken: Spoken) -> frozenset[Sign]:
    """What is weighed of the last statement, held against the only question."""
    heard = conversation(*spoken[:-1])
    last = Conversation.of(read_entries(thread(*spoken), frozenset())).statements[-1]
    (exchange,) = heard.candidates(last)
    return frozenset(exchange.evidence())


@pytest.mark.parametrize(
    "question",
    [
        "who broke it, and must the bank be told?",
        "wie viele fehlen uns, und ist die Menge gefährdet?",
    ],
)
def test_each_part_of_a_question_is_held_against_the_reply(question: str) -> None:
    known = digest(read_entries(thread((0, "Ben", question)), frozenset()))
    assert [it.text for it in known.questions] == [question]
    assert len(conversation((0, "Ben", question)).asked) == 2


def test_not_knowing_all_may_tell_something() -> None:
    assert forms_of("dunno") & Form.NOTHING
    assert not forms_of("dunno, but it stands in the old config") & Form.NOTHING


def test_a_count_has_a_sign_for_each_bound_that_it_goes_beyond() -> None:
    signs = list(beyond(Measure.PERCENT_BEFORE, 45))
    assert signs == [MoreThan(Measure.PERCENT_BEFORE, 20), MoreThan(Measure.PERCENT_BEFORE, 40)]


def test_a_form_counts_where_the_statement_is_next_or_tied() -> None:
    question, reply = (0, "Ben", "who did it?"), (2, "Ann", "me")
    other = (1, "Zoe", "the shop is slow")
    wanted = InReply(Wants.PERSON, Form.PERSON)
    assert wanted in signs_of_the_last(question, reply)
    assert wanted not in signs_of_the_last(question, other, reply)
    called = (0, "Ben", "Ann: who did it?")
    assert wanted in signs_of_the_last((0, "Ann", "hi"), called, other, reply)
