"""The weight of each kind of evidence: fitted to the labelled threads, kept as a plain table.

A question counts as answered when the weights of one statement sum up to `ENOUGH`. What `NEVER`
holds ends the matter. `python -m tests.evals.fitting` prints the table anew; how it is found, and
how well it does, is told in docs/decisions/0310-weights-that-are-fitted.md.
"""

from collections.abc import Iterable, Mapping

from bot.investigators.brief.evidence import Evidence

NEVER = frozenset({
    Evidence.SAYS_NOTHING, Evidence.AT_IT, Evidence.MERE_FIGURE, Evidence.PASTED, Evidence.SERIES,
    Evidence.OWN,
})  # fmt: skip
CIRCUMSTANCES = frozenset({
    Evidence.ASKED_EARLY, Evidence.ASKED_LATE, Evidence.FEW_LEFT, Evidence.ASKED_SHORTLY,
    Evidence.ONE_OF_SEVERAL, Evidence.ASKS_FOR_A_DECISION, Evidence.ASKS_FOR_LATER,
    Evidence.ASKER_GOES_ON, Evidence.ASKER_TAKES_NOTE, Evidence.SOON_FOLLOWED, Evidence.AT_LENGTH,
    Evidence.SHOWS_WHERE,
})  # fmt: skip
"""What never makes an answer alone: nothing of it ties the statement to the question."""
ENOUGH = 1.07
WEIGHTS: Mapping[Evidence, float] = {
    Evidence.NEXT: 1.2,
    Evidence.AT_ONCE: 0.9,
    Evidence.PROMPT: 0.6,
    Evidence.IN_TIME: 0.7,
    Evidence.NEXT_BUT_LONG_AFTER: -1.0,
    Evidence.PASSED_OVER: -0.7,
    Evidence.ASKED_SINCE: -1.1,
    Evidence.ASKED_EARLY: 1.2,
    Evidence.ASKED_LATE: -0.7,
    Evidence.FEW_LEFT: -0.6,
    Evidence.ASKED_SHORTLY: 0.8,
    Evidence.ONE_OF_SEVERAL: -0.2,
    Evidence.ASKS_FOR_A_DECISION: -0.2,
    Evidence.ASKS_FOR_LATER: -0.5,
    Evidence.FITS: 0.8,
    Evidence.LACKS_AMOUNT: -0.8,
    Evidence.LACKS_PLACE: -0.2,
    Evidence.LACKS_MOMENT: -0.3,
    Evidence.LACKS_PERSON: -1.0,
    Evidence.LACKS_REASON: -0.6,
    Evidence.EXPLAINS: 0.4,
    Evidence.HEDGED: -0.4,
    Evidence.CHOOSES: 0.3,
    Evidence.NAMES_THE_THING: 0.2,
    Evidence.SHARES_A_WORD: 0.4,
    Evidence.SHARES_ROOTS: 0.6,
    Evidence.FITS_AND_SHARES: 0.5,
    Evidence.QUOTES: 2.0,
    Evidence.CALLED: 0.7,
    Evidence.OTHER_CALLED: -2.0,
    Evidence.TO_ANOTHER: -1.3,
    Evidence.NAMES_THE_ASKER: 0.3,
    Evidence.PROMISED: -0.3,
    Evidence.KEEPS_THE_PROMISE: 1.0,
    Evidence.FROM_WHO_SPOKE: 0.4,
    Evidence.TAKEN_UP: 0.1,
    Evidence.ASKER_GOES_ON: 0.5,
    Evidence.ASKER_TAKES_NOTE: 0.3,
    Evidence.SOON_FOLLOWED: 0.3,
    Evidence.TAKES_BACK: 5.0,
    Evidence.BEGINS_WITH_YES: 0.6,
    Evidence.BEGINS_WITH_AMOUNT: 0.5,
    Evidence.UNSURE: -1.3,
    Evidence.PUTS_OFF: -0.4,
    Evidence.SENDS_ELSEWHERE: -0.9,
    Evidence.AWAY: -0.2,
    Evidence.LEAVES_IT_OPEN: -1.0,
    Evidence.LEAVES_IT_OPEN_UNTIED: -0.9,
    Evidence.GUESSES: -0.6,
    Evidence.AT_LENGTH: 0.7,
    Evidence.SHOWS_WHERE: 0.6,
    Evidence.FILES_A_TICKET: -0.8,
    Evidence.OF_ANOTHER_QUESTION: -0.7,
    Evidence.UNTIED: -1.1,
    Evidence.UNTIED_FRAGMENT: -0.2,
    Evidence.NOT_DONE: -0.3,
    Evidence.OLD_TRAIL: -0.3,
    Evidence.DEED: -1.0,
    Evidence.STATE: -1.2,
    Evidence.NEWS: -1.4,
    Evidence.NEW_FIND: 0.0,
}


def weight_of(
    evidence: Iterable[Evidence], weights: Mapping[Evidence, float] = WEIGHTS
) -> float | None:
    """Sum up the weights; None if it is no answer whatever else speaks for it."""
    found = frozenset(evidence)
    if found & NEVER or found <= CIRCUMSTANCES:
        return None
    return sum(weights[it] for it in found)
