"""A question, a statement after it, and the evidence that the one answers the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.investigators.brief.asked import OpenQuestion
from bot.investigators.brief.circumstances import (
    of_its_words,
    of_people,
    of_place,
    of_putting_off,
    of_what_follows,
)
from bot.investigators.brief.counts import beyond
from bot.investigators.brief.evidence import Evidence, Measure, Sign
from bot.investigators.brief.fits import (
    ANY_SENTENCE,
    BESIDE,
    FITS,
    LACKS,
    NAMELESS,
    POINTS,
    chooses,
    echoes,
    is_deed_wanted,
    meets,
)
from bot.investigators.brief.questions import takes_back
from bot.investigators.brief.replies import Form
from bot.investigators.brief.statements import Statement
from bot.investigators.brief.talk import Talk
from bot.investigators.brief.terms import words_of
from bot.investigators.brief.wants import Wants

_FAR = 3
_SECOND = 2
_BARE_NO = re.compile(r"\W*(?:no|nope|nein|nah|no[tr] (?:me|us))\W*", re.IGNORECASE)
_FIGURE = re.compile(
    r"\W*\d[\d.,]* ?\w{0,3}(?: ?(?:left|more|to go|now|so far|remaining|noch|quedan))?\W*",
    re.IGNORECASE,
)
_HOW_LONG = Wants.AMOUNT | Wants.MOMENT


@dataclass(frozen=True, slots=True)
class Exchange:
    """A statement held against a question before it."""

    question: OpenQuestion
    said: Statement
    talk: Talk
    open_stems: frozenset[str] = frozenset()
    """The stems of all open questions."""

    @property
    def is_worth_weighing(self) -> bool:
        """Whether anything can speak for it; spares most pairs of a long thread."""
        asked, said = self.question, self.said
        return bool(
            asked.followed_by < _FAR
            or self.shares_a_word
            or self.shared_roots
            or said.author in asked.promised_by
            or said.author in asked.called
            or said.quoted
        )

    def evidence(self) -> Iterator[Sign]:
        """Tell all that speaks for the statement being the answer, and against it."""
        if self.said.author == self.question.author:
            answers = takes_back(self.said.text) or self._answers_oneself
            yield Evidence.TAKES_BACK if answers else Evidence.OWN
            return
        yield from self._of_what_never_answers()
        yield from self.question.alone
        yield from of_place(self.question, self.said, self.talk)
        yield from self._of_overtaking()
        yield from of_its_words(self.question, self.said)
        yield from of_putting_off(self.question, self.said, is_linked=self._is_linked)
        yield from of_what_follows(self.question, self.said, self.talk)
        yield from self._of_form()
        if self._is_next or self.shares_a_word or self._is_from_who_knows:
            yield from meets(self.question.wanted, self.said.forms)
        yield from self._of_words()
        yield from of_people(self.question, self.said, fits=self._fits)
        yield from self._of_another_matter()

    @property
    def shares_a_word(self) -> bool:
        """Whether both have a word or an indicator."""
        if self.question.named & self.said.named or self._shared_stems:
            return True
        return any(it in self.said.entry.text for it in self.question.values)

    @property
    def shared_roots(self) -> int:
        """How many words of both begin alike."""
        return len((self.question.roots & self.said.roots) - self.talk.common)

    @property
    def _shared_stems(self) -> frozenset[str]:
        return (self.question.stems & self.said.stems) - self.talk.common

    @property
    def _is_linked(self) -> bool:
        return self.shares_a_word or self.shared_roots > 0

    @property
    def _is_from_who_knows(self) -> bool:
        return self.said.author in self.question.promised_by | self.question.called

    @property
    def _is_next(self) -> bool:
        return self.question.followed_by == 0

    @property
    def _fits(self) -> bool:
        said, wanted = self.said, self.question.wanted
        is_beside = not self._is_linked and said.words > 1
        if is_beside and (said.text.lower().startswith("done,") or Form.NOTHING in said.forms):
            return False
        if Wants.LEAVE in wanted and said.forms & (Form.CHANGED | Form.STATE) == Form.CHANGED:
            return True
        if Form.CONDITION in said.forms and self.question.asks_state:
            return True
        return any(kind in wanted and said.forms & form for kind, form in FITS.items())

    @property
    def _chooses(self) -> bool:
        is_choice = self.question.wanted & (Wants.CHOICE | Wants.EITHER)
        return bool(is_choice) and chooses(self.question.text, self.said.text)

    @property
    def _answers_oneself(self) -> bool:
        wanted, forms = self.question.wanted & ~Wants.PERSON, self.said.forms
        fits = any(kind in wanted and forms & form for kind, form in FITS.items())
        # `who blocks it?`, `blocked it at the edge`.
        does_it = forms & (Form.DEED | Form.DONE_TO_IT) and self.shared_roots > 0
        answers = fits or self._chooses or does_it
        return bool(self._is_linked and answers) and not self.said.entry.asks

    @property
    def _lacks(self) -> Iterator[Evidence]:
        """What is wanted and missing; a fragment may be any name."""
        forms, wanted = self.said.forms, self.question.wanted
        # `how long`, `how old`: a figure does as well as a date.
        has_figure = _HOW_LONG in wanted and forms & (Form.AMOUNT | Form.MOMENT)
        for kind, lacks in LACKS.items():
            may_be_it = kind == Wants.PERSON and (forms & NAMELESS or self.shared_roots > 1)
            may_be_it = may_be_it or (kind in _HOW_LONG and has_figure)
            if kind in wanted and not forms & FITS[kind] and not may_be_it:
                yield lacks

    def _of_what_never_answers(self) -> Iterator[Evidence]:
        forms, wanted = self.said.forms, self.question.wanted
        is_no = _BARE_NO.fullmatch(self.said.text) and Wants.YES_OR_NO not in wanted
        is_yes = forms == Form.NOTHING | Form.YES_OR_NO and Wants.YES_OR_NO in wanted
        adds = self._is_linked and self.said.words > 4
        is_nothing = (
            Form.NOTHING in forms
            and not is_yes
            and not adds
            and not echoes(self.question.text, self.said.text)
        )
        if Form.VAGUE in forms or is_no or is_nothing:
            yield Evidence.SAYS_NOTHING
        if Form.AT_IT in forms and not wanted & (Wants.DEED | Wants.LEAVE):
            yield Evidence.AT_IT
        figures = Wants.AMOUNT | Wants.MOMENT | Wants.CHOICE | Wants.EITHER | Wants.EXPLANATION
        if _FIGURE.fullmatch(self.said.text) and not wanted & figures:
            yield Evidence.MERE_FIGURE
        if Form.PASTED in forms:
            yield Evidence.PASTED
        goes_on = self.said.continues is not None and self.said.continues < self.question.place
        if goes_on and not self._fits:
            yield Evidence.SERIES

    def _of_overtaking(self) -> Iterator[Evidence]:
        knows = self.said.author in self.question.promised_by | self.question.called
        keeps = knows and (self._fits or self._is_linked)
        if self.question.is_overtaken and not keeps:
            yield Evidence.ASKED_SINCE
        if self.said.place - self.question.place == _SECOND and not (knows or self._fits):
            yield Evidence.PASSED_OVER

    def _of_form(self) -> Iterator[Evidence]:
        forms, wanted = self.said.forms, self.question.wanted
        if self._fits:
            yield Evidence.FITS
            if self._is_linked:
                yield Evidence.FITS_AND_SHARES
        yield from self._lacks
        if self._is_next and wanted & ANY_SENTENCE and not forms & BESIDE:
            yield Evidence.EXPLAINS
        if self._is_next and Form.HEDGED in forms:
            yield Evidence.HEDGED
        if self._chooses:
            yield Evidence.CHOOSES
        if self.question.things & self.said.things:
            yield Evidence.NAMES_THE_THING

    def _of_words(self) -> Iterator[Sign]:
        yield from beyond(Measure.WORDS_SAID, words_of(self.said.text))
        yield from beyond(Measure.STEMS_SHARED, len(self._shared_stems))
        yield from beyond(Measure.ROOTS_SHARED, self.shared_roots)
        if self.shares_a_word:
            yield Evidence.SHARES_A_WORD
        asked = self.question.stems
        if asked and len(asked & self.said.quoted) * 2 > len(asked):
            yield Evidence.QUOTES

    def _of_another_matter(self) -> Iterator[Evidence]:
        asked, said = self.question, self.said
        if not self._is_linked and (said.stems & self.open_stems) - self.talk.common:
            yield Evidence.OF_ANOTHER_QUESTION
        is_tied = self.shares_a_word and (self._is_next or self._fits)
        if Form.NEWS in said.forms and not (is_tied or asked.things & said.things):
            yield Evidence.NEWS
        if (self._is_linked or self._chooses) and not any(self._lacks):
            return
        if said.forms & (Form.DEED | Form.PLAN) and not self._is_deed_wanted:
            yield Evidence.DEED
        is_judged = said.forms & (Form.HEDGED | Form.POINTS_BACK)
        if Form.STATE in said.forms and not is_judged and not asked.asks_state:
            yield Evidence.STATE
        if said.stems & asked.trail and not said.stems & asked.context:
            yield Evidence.OLD_TRAIL
        if self._is_next and not self._is_tied_by_form:
            yield from self._of_what_is_untied()

    @property
    def _is_deed_wanted(self) -> bool:
        return is_deed_wanted(self.question.wanted, self.said.forms)

    @property
    def _is_tied_by_form(self) -> bool:
        asked, said = self.question, self.said
        is_chosen = self._fits or self._chooses or bool(asked.things & said.things)
        return self._is_from_who_knows or is_chosen or bool(said.forms & POINTS)

    def _of_what_is_untied(self) -> Iterator[Evidence]:
        if Form.FRAGMENT in self.said.forms and Form.STATE not in self.said.forms:
            yield Evidence.UNTIED_FRAGMENT
            return
        yield Evidence.UNTIED
        if Wants.DEED in self.question.wanted:
            yield Evidence.NOT_DONE
        if self.said.finds:
            yield Evidence.NEW_FIND
