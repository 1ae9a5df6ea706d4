"""The work of a turn: the investigator runs, and whatever comes of it becomes an ending."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot import words
from bot.cards.reading import OpenCard
from bot.document.sentences import sentence
from bot.document.values import Document
from bot.investigators.contract import Case
from bot.investigators.loading import Steps
from bot.messages import STOP_ALL, is_taken_back, mentions_us
from bot.observe.series import APPROVALS
from bot.surfaces.sightings import SessionSightings
from bot.turns.card_ends import ends_of, parking, show_afterwards, with_card, withdrawn_by
from bot.turns.deeds.stop import card_withdrawn, stopped
from bot.turns.ending import Ending
from bot.turns.investigation import (
    Gathered,
    InvestigatorError,
    investigate,
)
from bot.turns.open_turn import OpenTurn
from bot.turns.reasons import described
from bot.turns.stop_watch import Cut, StopWatch, TurnTimeoutError
from bot.turns.stopping import ended_by
from bot.turns.views import Arrivals, SessionNotebook, SessionTimeline
from session import Message, Notebook, Outcome, Repository

log = structlog.get_logger(__name__)


class Work:
    """Runs the investigator. `name` is the INVESTIGATOR setting: its notebook's name."""

    def __init__(
        self,
        repository: Repository,
        steps: Steps,
        name: str,
        stop_watch: StopWatch,
        timeout: float,
    ) -> None:
        self._repository = repository
        self._steps = steps
        self._name = name
        self._stop_watch = stop_watch
        self._timeout = timeout

    async def ending(
        self,
        turn: OpenTurn,
        questions: Sequence[Message],
        opened: OpenCard | None = None,
        *,
        are_ours: bool = False,
    ) -> Ending:
        """Work on the questions, and say how the turn ends: whatever goes wrong is an answer.

        `opened` is the session's card; `are_ours`: this turn took up its decisions.
        """
        gathered = Gathered(self._name)
        try:
            ending = await self._investigated(turn, questions, gathered, opened, are_ours)
        except asyncio.CancelledError:
            turn.keep(gathered.notebook, gathered.audit, _card_with_ends(opened, gathered))
            raise
        if opened is not None and opened.is_handed_over:
            show_afterwards(turn, opened, ends=ends_of(opened, gathered.ends.values()))
        return ending if opened is None else with_card(ending, opened, gathered.ends.values())

    async def _investigated(
        self,
        turn: OpenTurn,
        questions: Sequence[Message],
        gathered: Gathered,
        opened: OpenCard | None,
        are_ours: bool,
    ) -> Ending:
        arrivals = Arrivals(self._repository, turn.lock)
        case = self._case(turn, questions, arrivals, opened, are_ours)
        work = investigate(self._steps, case, gathered, turn.progress.note)
        try:
            try:
                cut = await self._stop_watch.run(turn, questions, work, timeout=self._timeout)
            finally:
                await arrivals.close()
            if cut is not None:
                return await self._cut(turn, questions, gathered, cut, opened)
            questions = [*questions, *arrivals.taken]
            if gathered.ask is not None:
                return self._parked(turn, questions, gathered, opened)
        except TurnTimeoutError as error:
            log.warning("turn.timed_out", turn_id=turn.id, timeout_s=self._timeout)
            text, why = words.timed_out(self._timeout, turn.request_id), str(error)
        except Exception as error:
            log.exception("turn.failed", turn_id=turn.id)
            text, why = words.failed(turn.request_id), described(error)
        else:
            return self._answered(turn, questions, gathered)
        return self._failed([*questions, *arrivals.taken], gathered, text, why)

    async def _cut(
        self,
        turn: OpenTurn,
        questions: Sequence[Message],
        gathered: Gathered,
        cut: Cut,
        opened: OpenCard | None,
    ) -> Ending:
        """End what a stop ends; without one the questions are gone, and nothing is said."""
        if not cut.stops:
            return withdrawn(questions)
        everything = [stop for stop in cut.stops if stop.kind == STOP_ALL]
        parked = withdrawn_by(everything, opened)
        ended = [*questions, *cut.stops, *ended_by(cut.stops, cut.entries), *parked]
        each_once = list({entry.id: entry for entry in ended}.values())
        ending = await stopped(turn, each_once, gathered.has_found)
        assert ending.answer is not None, "the turn's questions end with it"
        ending = _remembering(gathered, ending, ending.answer + gathered.document)
        return card_withdrawn(turn, ending, opened, cut.stops[0]) if parked else ending

    def _parked(
        self,
        turn: OpenTurn,
        questions: Sequence[Message],
        gathered: Gathered,
        opened: OpenCard | None,
    ) -> Ending:
        """Ask people; raises where they could not see what would run."""
        assert gathered.ask is not None
        if opened is not None and opened.is_pending:
            raise InvestigatorError("it asks for an approval while another one is open")
        ending = parking(turn, self._repository, questions, gathered.ask.calls)
        turn.recorder.count(APPROVALS, "asked", by=len(gathered.ask.calls))
        return _remembering(gathered, ending, gathered.document or None)

    def _answered(
        self, turn: OpenTurn, questions: Sequence[Message], gathered: Gathered
    ) -> Ending:
        """Answer a mention always, and plain replies only if there is something new."""
        answer = None
        if gathered.is_worth_posting or any(map(mentions_us, questions)):
            found = gathered.document if gathered.has_found else sentence(words.NOTHING_FOUND)
            answer = _with_what_was_read(turn, found)
        ending = Ending(outcome=Outcome.ANSWERED, messages=questions)
        return _remembering(gathered, ending, answer)

    def _failed(
        self, questions: Sequence[Message], gathered: Gathered, text: str, why: str
    ) -> Ending:
        """One plain sentence and what was found until then; the reason is for operators."""
        answer = sentence(text)
        if gathered.has_found:
            answer = answer + sentence(words.FOUND_UNTIL_THEN) + gathered.document
        ending = Ending(outcome=Outcome.FAILED, messages=questions, note=why)
        return _remembering(gathered, ending, answer)

    def _case(
        self,
        turn: OpenTurn,
        questions: Sequence[Message],
        arrivals: Arrivals,
        opened: OpenCard | None,
        are_ours: bool,
    ) -> Case:
        session_id = turn.session.id
        is_handed_over = opened is not None and opened.is_handed_over
        return Case(
            session=turn.session,
            new=tuple(question for question in questions if not is_taken_back(question)),
            timeline=SessionTimeline(self._repository, session_id, questions),
            thread=turn.surface,
            inbox=arrivals,
            notebook=SessionNotebook(self._repository, session_id, self._name),
            sightings=SessionSightings(self._repository, turn.surface, session_id),
            decisions=opened.decisions(are_ours=are_ours) if opened and is_handed_over else (),
            pending=opened.pending_calls if opened else (),
        )


def withdrawn(questions: Sequence[Message]) -> Ending:
    """Their authors took them back: nothing is said."""
    return Ending(outcome=Outcome.STOPPED, messages=questions, note="taken back by its author")


def _with_what_was_read(turn: OpenTurn, found: Document) -> Document:
    """Say first that the answer rests on a part of the thread, where it does."""
    part = turn.surface.read_in_part()
    if part is None:
        return found
    return sentence(words.read_in_part(part.read, part.count)) + found


def _remembering(gathered: Gathered, ending: Ending, answer: Document | None) -> Ending:
    """Return the ending with an answer, and with what was gathered beside it."""
    return replace(
        ending,
        answer=answer,
        rest=gathered.rest,
        attachments=gathered.attachments,
        images=gathered.images,
        notebook=gathered.notebook,
        audit=gathered.audit,
        sightings=gathered.sightings,
    )


def _card_with_ends(opened: OpenCard | None, gathered: Gathered) -> Sequence[Notebook]:
    """Have a hand-back store what became of the calls until then."""
    if opened is None or not opened.is_handed_over or not gathered.ends:
        return ()
    ends = {end.call_id: end for end in (*opened.card.ends, *gathered.ends.values())}
    return (replace(opened.card, ends=tuple(ends.values())).as_notebook(),)
