"""What is new in a thread since a moment; nothing that was there before."""

from dataclasses import dataclass
from datetime import datetime

from bot.investigators.brief.answers import Question
from bot.investigators.brief.digest import Digest, Sighting
from bot.investigators.brief.reading import Entry


@dataclass(frozen=True, slots=True)
class Developments:
    """What a follow-up has to tell."""

    entries: tuple[Entry, ...]
    """The messages that are not addressed to Burrow."""
    sightings: tuple[Sighting, ...]
    answered: tuple[Question, ...]
    """The questions that were open then and have an answer now."""
    asked: tuple[Question, ...]
    """The questions asked since that are open."""


def developments_since(known: Digest, when: datetime) -> Developments:
    """Tell apart what came after a moment."""
    return Developments(
        entries=known.entries_since(when),
        sightings=tuple(seen for seen in known.sightings if seen.first.when > when),
        answered=tuple(
            question
            for question in known.questions
            if question.answer and question.asked.when <= when < question.answer.when
        ),
        asked=tuple(question for question in known.open_questions if question.asked.when > when),
    )
