"""Evidence from an answer's circumstances: its question, place and time, later messages."""

import re
from collections.abc import Iterator
from datetime import timedelta

from bot.investigators.brief import phrases_put_off as put_off
from bot.investigators.brief import phrases_to_it as to_it
from bot.investigators.brief.asked import OpenQuestion
from bot.investigators.brief.evidence import Evidence
from bot.investigators.brief.replies import says_nothing, without_ack
from bot.investigators.brief.statements import Statement
from bot.investigators.brief.talk import Talk
from bot.investigators.brief.wants import Wants

_AT_ONCE = timedelta(minutes=2.5)
_PROMPT = timedelta(minutes=4)
_IN_TIME = timedelta(minutes=9)
_LONG_AFTER = timedelta(minutes=30)
_FOLLOWED_SOON = timedelta(minutes=2)
_READ = 200
"""How much of a statement shows whether its author knows."""
_LINK_OR_CODE = re.compile(r"https?://|`")
_SHORT = 8
_TICKET = "ticket"
_BEGINNINGS = {
    Evidence.BEGINS_WITH_YES: to_it.BEGINS_WITH_YES,
    Evidence.BEGINS_WITH_AMOUNT: to_it.BEGINS_WITH_AMOUNT,
}

_PUT_OFF = {
    Evidence.UNSURE: put_off.UNSURE,
    Evidence.PUTS_OFF: put_off.PUTS_OFF,
    Evidence.SENDS_ELSEWHERE: put_off.ELSEWHERE,
    Evidence.AWAY: put_off.AWAY,
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
    if Wants.PERSON not in question.wanted and put_off.GUESSES.search(said.text[:_READ]):
        yield Evidence.GUESSES
    if said.entry.asks:
        yield Evidence.ASKS_TOO
    if _LINK_OR_CODE.search(said.text):
        yield Evidence.SHOWS_WHERE
    if _TICKET in said.things - question.things and said.words <= _SHORT:
        yield Evidence.FILES_A_TICKET


def of_putting_off(
    question: OpenQuestion, said: Statement, *, is_linked: bool
) -> Iterator[Evidence]:
    """Tell how the statement leaves the question open; `is_linked` if they share a word."""
    found = [it for it, pattern in _PUT_OFF.items() if pattern.search(said.text[:_READ])]
    yield from found
    is_news = question.asks_state or bool(question.wanted & (Wants.DEED | Wants.LEAVE))
    if found and not is_news:
        yield Evidence.LEAVES_IT_OPEN
    if found and not is_linked:
        yield Evidence.LEAVES_IT_OPEN_UNTIED


def of_people(question: OpenQuestion, said: Statement, *, fits: bool) -> Iterator[Evidence]:
    """Tell whom both call by name, and whether the statement keeps a promise."""
    if question.called:
        yield Evidence.CALLED if said.author in question.called else Evidence.OTHER_CALLED
    if question.author in said.called:
        yield Evidence.NAMES_THE_ASKER
    elif said.called:
        yield Evidence.TO_ANOTHER
    if said.author in question.promised_by:
        yield Evidence.PROMISED
        if question.promise & said.stems or fits:
            yield Evidence.KEEPS_THE_PROMISE


def of_what_follows(question: OpenQuestion, said: Statement, talk: Talk) -> Iterator[Evidence]:
    """Tell who speaks after the statement, and of what."""
    following = said.following
    if following is None:
        return
    if following.entry.when - said.entry.when <= _FOLLOWED_SOON * talk.pace:
        yield Evidence.SOON_FOLLOWED
    if following.author == question.author:
        yield Evidence.ASKER_GOES_ON
        if says_nothing(following.text) and not following.entry.asks:
            yield Evidence.ASKER_TAKES_NOTE
        if (following.all_stems & said.stems) - talk.common:
            yield Evidence.TAKEN_UP
