"""How much each evidence weighs: fitted to the labelled threads, kept as a plain table.

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
ENOUGH = 1.4
WEIGHTS: Mapping[Evidence, float] = {
    Evidence.NEXT: 1.2,
    Evidence.AT_ONCE: 0.5,
    Evidence.PROMPT: 0.6,
    Evidence.IN_TIME: 0.7,
    Evidence.NEXT_BUT_LONG_AFTER: -1.0,
    Evidence.ASKED_SINCE: -0.9,
    Evidence.ASKED_EARLY: 0.8,
    Evidence.ASKED_LATE: -0.9,
    Evidence.ASKED_SHORTLY: 0.5,
    Evidence.ONE_OF_SEVERAL: -0.1,
    Evidence.ASKS_FOR_A_DECISION: -0.3,
    Evidence.ASKS_FOR_LATER: -0.5,
    Evidence.FITS: 1.0,
    Evidence.LACKS_AMOUNT: -0.4,
    Evidence.LACKS_PLACE: -0.3,
    Evidence.LACKS_MOMENT: -0.5,
    Evidence.LACKS_PERSON: -0.4,
    Evidence.LACKS_REASON: -0.6,
    Evidence.EXPLAINS: 0.6,
    Evidence.HEDGED: 0.3,
    Evidence.CHOOSES: 0.5,
    Evidence.NAMES_THE_THING: 0.2,
    Evidence.SHARES_A_WORD: 0.6,
    Evidence.SHARES_ROOTS: 0.7,
    Evidence.FITS_AND_SHARES: 0.4,
    Evidence.QUOTES: 2.0,
    Evidence.CALLED: 0.8,
    Evidence.OTHER_CALLED: -2.0,
    Evidence.TO_ANOTHER: -1.3,
    Evidence.NAMES_THE_ASKER: 0.8,
    Evidence.PROMISED: 0.1,
    Evidence.KEEPS_THE_PROMISE: 0.5,
    Evidence.FROM_WHO_SPOKE: 0.7,
    Evidence.TAKEN_UP: 0.5,
    Evidence.ASKER_GOES_ON: 0.4,
    Evidence.SOON_FOLLOWED: 1.0,
    Evidence.TAKES_BACK: 5.0,
    Evidence.BEGINS_WITH_YES: 0.5,
    Evidence.BEGINS_WITH_AMOUNT: 0.4,
    Evidence.UNSURE: -0.6,
    Evidence.PUTS_OFF: -0.4,
    Evidence.UNTIED: -1.3,
    Evidence.UNTIED_FRAGMENT: 0.0,
    Evidence.NOT_DONE: -0.3,
    Evidence.OLD_TRAIL: -0.6,
    Evidence.DEED: -1.1,
    Evidence.STATE: -0.7,
    Evidence.NEWS: -2.1,
    Evidence.NEW_FIND: -0.2,
}


def weight_of(
    evidence: Iterable[Evidence], weights: Mapping[Evidence, float] = WEIGHTS
) -> float | None:
    """Sum up the weights; None if it is no answer whatever else speaks for it."""
    found = frozenset(evidence)
    if found & NEVER:
        return None
    return sum(weights[it] for it in found)
