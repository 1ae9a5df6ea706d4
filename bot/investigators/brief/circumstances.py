"""What the circumstances say about an answer: the question alone, place and time, what follows."""

from collections.abc import Iterator
from datetime import timedelta

from bot.investigators.brief import phrases_beside as beside
from bot.investigators.brief import phrases_to_it as to_it
from bot.investigators.brief.asked import OpenQuestion
from bot.investigators.brief.evidence import Evidence
from bot.investigators.brief.replies import without_ack
from bot.investigators.brief.statements import Statement
from bot.investigators.brief.talk import Talk

_AT_ONCE = timedelta(minutes=2.5)
_PROMPT = timedelta(minutes=4)
_IN_TIME = timedelta(minutes=9)
_LONG_AFTER = timedelta(minutes=30)
_FOLLOWED_SOON = timedelta(minutes=2)
_READ = 200
"""How much of a statement shows whether its author knows."""
_BEGINNINGS = {
    Evidence.BEGINS_WITH_YES: to_it.BEGINS_WITH_YES,
    Evidence.BEGINS_WITH_AMOUNT: to_it.BEGINS_WITH_AMOUNT,
}


def of_place(question: OpenQuestion, said: Statement, talk: Talk) -> Iterator[Evidence]:
    """Tell how far the statement is from the question, and from whom it comes."""
    if question.followed_by == 0:
        yield Evidence.NEXT
        yield from _of_time((said.entry.when - question.asked.when) / talk.pace)
        if question.came_after == said.author:
            yield Evidence.FROM_WHO_SPOKE


def _of_time(elapsed: timedelta) -> Iterator[Evidence]:
    if elapsed <= _AT_ONCE:
        yield Evidence.AT_ONCE
    if elapsed <= _PROMPT:
        yield Evidence.PROMPT
    if elapsed <= _IN_TIME:
        yield Evidence.IN_TIME
    if elapsed > _LONG_AFTER:
        yield Evidence.NEXT_BUT_LONG_AFTER


def of_its_words(question: OpenQuestion, said: Statement) -> Iterator[Evidence]:
    """Tell how the statement begins, and whether its author knows."""
    rest = without_ack(said.text)
    if question.followed_by == 0:
        yield from (it for it, pattern in _BEGINNINGS.items() if pattern.match(rest))
    if beside.UNSURE.search(said.text[:_READ]):
        yield Evidence.UNSURE
    if beside.PUTS_OFF.search(said.text[:_READ]):
        yield Evidence.PUTS_OFF


def of_what_follows(question: OpenQuestion, said: Statement, talk: Talk) -> Iterator[Evidence]:
    """Tell who speaks after the statement, and of what."""
    following = said.following
    if following is None:
        return
    if following.entry.when - said.entry.when <= _FOLLOWED_SOON * talk.pace:
        yield Evidence.SOON_FOLLOWED
    if following.author == question.author:
        yield Evidence.ASKER_GOES_ON
        if (following.all_stems & said.stems) - talk.common:
            yield Evidence.TAKEN_UP
