"""The weight of each kind of evidence: fitted to the labelled threads, kept as a plain table.

A question counts as answered when the weights of one statement sum up to `ENOUGH`. What `NEVER`
holds ends the matter. `python -m tests.evals.fitting` prints the table anew; how it is found, and
how well it does, is told in docs/decisions/0390-what-is-wanted-by-form.md.
"""

from collections.abc import Iterable, Mapping

from bot.investigators.brief.evidence import Evidence, Sign
from bot.investigators.brief.weights_of_forms import OF_COUNTS, OF_FORMS

NEVER = frozenset({
    Evidence.SAYS_NOTHING, Evidence.AT_IT, Evidence.MERE_FIGURE, Evidence.PASTED, Evidence.SERIES,
    Evidence.OWN,
})  # fmt: skip
CIRCUMSTANCES = frozenset({
    Evidence.ONE_OF_SEVERAL, Evidence.ASKS_FOR_A_DECISION, Evidence.ASKS_FOR_LATER,
    Evidence.ASKER_GOES_ON, Evidence.ASKER_TAKES_NOTE, Evidence.SOON_FOLLOWED,
    Evidence.SHOWS_WHERE, Evidence.ASKS_TOO,
})  # fmt: skip
"""What never makes an answer alone: nothing of it ties the statement to the question."""
ENOUGH = 0.12
OF_EVIDENCE: Mapping[Sign, float] = {
    Evidence.NEXT: 0.7,
    Evidence.AT_ONCE: 0.8,
    Evidence.PROMPT: 0.6,
    Evidence.IN_TIME: 0.9,
    Evidence.NEXT_BUT_LONG_AFTER: -1.0,
    Evidence.PASSED_OVER: -0.3,
    Evidence.ASKED_SINCE: -1.0,
    Evidence.ONE_OF_SEVERAL: -0.3,
    Evidence.ASKS_FOR_A_DECISION: -0.2,
    Evidence.ASKS_FOR_LATER: -0.4,
    Evidence.FITS: 0.4,
    Evidence.LACKS_AMOUNT: -0.2,
    Evidence.LACKS_PLACE: 0.0,
    Evidence.LACKS_MOMENT: -0.1,
    Evidence.LACKS_PERSON: -1.0,
    Evidence.LACKS_REASON: -0.1,
    Evidence.EXPLAINS: 0.1,
    Evidence.HEDGED: -0.1,
    Evidence.CHOOSES: 1.0,
    Evidence.NAMES_THE_THING: 0.6,
    Evidence.SHARES_A_WORD: 0.4,
    Evidence.FITS_AND_SHARES: 0.1,
    Evidence.QUOTES: 2.0,
    Evidence.CALLED: 1.0,
    Evidence.OTHER_CALLED: -2.0,
    Evidence.TO_ANOTHER: -2.0,
    Evidence.NAMES_THE_ASKER: 0.2,
    Evidence.PROMISED: -0.1,
    Evidence.KEEPS_THE_PROMISE: 1.0,
    Evidence.FROM_WHO_SPOKE: 0.6,
    Evidence.TAKEN_UP: 0.1,
    Evidence.ASKER_GOES_ON: 0.8,
    Evidence.ASKER_TAKES_NOTE: 0.4,
    Evidence.SOON_FOLLOWED: 0.3,
    Evidence.TAKES_BACK: 5.0,
    Evidence.BEGINS_WITH_YES: 0.1,
    Evidence.BEGINS_WITH_AMOUNT: 0.1,
    Evidence.UNSURE: -1.0,
    Evidence.PUTS_OFF: -0.3,
    Evidence.SENDS_ELSEWHERE: -0.2,
    Evidence.AWAY: -0.1,
    Evidence.GUESSES: -0.2,
    Evidence.LEAVES_IT_OPEN: -0.4,
    Evidence.LEAVES_IT_OPEN_UNTIED: -0.5,
    Evidence.ASKS_TOO: 0.3,
    Evidence.SHOWS_WHERE: 0.1,
    Evidence.FILES_A_TICKET: -0.3,
    Evidence.OF_ANOTHER_QUESTION: -0.3,
    Evidence.UNTIED: -0.3,
    Evidence.UNTIED_FRAGMENT: -0.1,
    Evidence.NOT_DONE: 0.0,
    Evidence.OLD_TRAIL: -0.1,
    Evidence.DEED: -1.0,
    Evidence.STATE: -1.0,
    Evidence.NEWS: -0.5,
    Evidence.NEW_FIND: -0.1,
}
WEIGHTS: Mapping[Sign, float] = {**OF_EVIDENCE, **OF_COUNTS, **OF_FORMS}


def weight_of(signs: Iterable[Sign], weights: Mapping[Sign, float] = WEIGHTS) -> float | None:
    """Sum up the weights; None if it is no answer whatever else speaks for it."""
    found = frozenset(signs)
    evidence = {it for it in found if isinstance(it, Evidence)}
    if evidence & NEVER or evidence <= CIRCUMSTANCES:
        return None
    return sum(weights.get(it, 0.0) for it in found)
