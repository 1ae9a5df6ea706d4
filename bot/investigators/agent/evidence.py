"""Checks an answer against its sources, and repairs the parts that have none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.investigators.agent.output import Evidence, Fact, Hypothesis, Report, Sentence
from bot.investigators.agent.sources import Source, Sources, Standing

_ELLIPSIS = re.compile(r"\s*(?:…|\.{3}|\[…\]|\[\.{3}\])\s*")
_LABEL = re.compile(r"([FH])\s?(\d{1,2})", re.IGNORECASE)
_PROBABLY = re.compile(
    "probably|wahrscheinlich|vermutlich|probablement|probablemente|probabilmente|provavelmente"
    "|waarschijnlijk|prawdopodobnie|sannolikt|troligen|muhtemelen|вероятно|おそらく|たぶん|可能"
    "|很可能|大概|아마",
    re.IGNORECASE,
)
PROBABLY = "Probably: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words that stand in a source; none where that is an image."""

    source: Source
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFact:
    """A fact with the quotations that hold it; never without one."""

    text: str
    quotations: tuple[Quotation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A hypothesis; `was_fact` if the model gave it as a fact that no source holds."""

    text: str
    confirm: str = ""
    was_fact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReport:
    """A report of which every fact has been found in its sources."""

    summary: tuple[str, ...]
    """Empty: inconclusive."""
    scope: str
    facts: tuple[HeldFact, ...]
    guesses: tuple[Guess, ...]
    unknown: tuple[str, ...]
    next_steps: tuple[str, ...]


def quotation_of(evidence: Evidence, sources: Sources) -> Quotation | None:
    """Find the words: in the source that is named, else in any other that the model saw.

    An image that is named needs none: nobody can look them up in it.
    """
    pieces = [piece for piece in _ELLIPSIS.split(evidence.quote) if piece.strip()]
    named = sources.find(evidence.source)
    if named is not None and named.standing is Standing.IMAGE:
        return Quotation(source=named, words="")
    for source in (named, *sources):
        if source is None or not source.is_evidence or not pieces:
            continue
        if all(source.holds(piece) for piece in pieces):
            return Quotation(source=source, words=evidence.quote.strip())
    return None


def problems(report: Report, sources: Sources) -> list[str]:
    """Say what keeps a report from being shown as it is, in words for the model."""
    return [*_problems_of_facts(report, sources), *_problems_of_summary(report)]


def _problems_of_facts(report: Report, sources: Sources) -> Iterator[str]:
    for number, fact in enumerate(report.facts, 1):
        if not fact.evidence:
            yield f"F{number}: it needs the handle of a source and words copied from it"
        for evidence in fact.evidence:
            if quotation_of(evidence, sources) is None:
                yield f"F{number}: {_why_not(evidence, sources)}"


def _why_not(evidence: Evidence, sources: Sources) -> str:
    source = sources.find(evidence.source)
    if source is None:
        return f"there is no source with that handle; {_handles(sources)}"
    if source.standing is Standing.FAILED:
        return f"{source.handle} failed, and a failed result shows nothing but that it is unknown"
    if source.standing is Standing.REPEATED:
        return f"{source.handle} only repeats messages: name the one that says it (m1)"
    if source.standing is Standing.OURS:
        return f"{source.handle} is your own message, and no source"
    if not evidence.quote.strip():
        return f"it needs words copied from {source.handle}"
    return f"the quoted words do not stand in {source.handle}: copy at least 12 characters exactly"


def _handles(sources: Sources) -> str:
    known = [it.handle for it in sources if it.is_evidence]
    return f"there are {', '.join(known[-12:])}" if known else "there are none yet"


def _problems_of_summary(report: Report) -> Iterator[str]:
    if not report.facts:
        if not (report.hypotheses or report.unknown):
            yield "without a fact the report says what is unknown, and what to look at next"
        return
    for number, sentence in enumerate(report.summary, 1):
        facts, guesses = rests_on(sentence, report.facts, report.hypotheses)
        if not (facts or guesses):
            yield f"summary sentence {number} must name the facts (F1) or hypotheses it rests on"


def rests_on(
    sentence: Sentence, facts: Sequence[Fact], hypotheses: Sequence[Hypothesis]
) -> tuple[set[int], set[int]]:
    """Return the numbers of the existing facts and hypotheses that a sentence names."""
    labels = [label for name in sentence.rests_on for label in _LABEL.findall(name)]
    numbers = {"F": len(facts), "H": len(hypotheses)}
    named: dict[str, set[int]] = {"F": set(), "H": set()}
    for kind, number in labels:
        if 1 <= int(number) <= numbers[kind.upper()]:
            named[kind.upper()].add(int(number))
    return named["F"], named["H"]


def checked(report: Report, sources: Sources) -> CheckedReport:
    """Keep what holds; facts that do not become guesses marked so.

    A sentence of the summary stays if it rests on a fact that holds; one that rests on a guess
    too begins as such. Without any, the summary is empty.
    """
    held: dict[int, HeldFact] = {}
    fallen: list[Guess] = []
    for number, fact in enumerate(report.facts, 1):
        found = [quotation_of(evidence, sources) for evidence in fact.evidence]
        quotations = tuple(it for it in found if it is not None)
        if quotations:
            held[number] = HeldFact(text=fact.text, quotations=quotations)
        else:
            fallen.append(Guess(text=fact.text, was_fact=True))
    return CheckedReport(
        summary=tuple(_sentences(report, held)),
        scope=report.scope,
        facts=tuple(held.values()),
        guesses=(*(Guess(text=it.text, confirm=it.confirm) for it in report.hypotheses), *fallen),
        unknown=tuple(report.unknown),
        next_steps=tuple(report.next_steps),
    )


def _sentences(report: Report, held: dict[int, HeldFact]) -> Iterator[str]:
    if not held:
        return
    for sentence in report.summary:
        facts, guesses = rests_on(sentence, report.facts, report.hypotheses)
        is_guess = bool(guesses) or bool(facts - held.keys())
        if is_guess:
            yield sentence.text if _is_hedged(sentence.text) else PROBABLY + sentence.text
        elif facts:
            yield sentence.text


def _is_hedged(text: str) -> bool:
    return _PROBABLY.match(text) is not None
