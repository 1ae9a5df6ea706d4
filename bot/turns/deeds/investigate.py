"""Investigate: the investigator works on everybody's open questions, and the thread is told."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot import words
from bot.document.sentences import sentence
from bot.document.values import Document
from bot.investigators.contract import Case
from bot.investigators.loading import Steps
from bot.messages import QUESTION, mentions_us
from bot.turns.deeds.contract import MAX_TRIES, Deed, tries_before
from bot.turns.deeds.stop import stopped
from bot.turns.ending import Ending
from bot.turns.investigation import (
    Gathered,
    SessionInbox,
    SessionNotebook,
    SessionTimeline,
    investigate,
)
from bot.turns.open_turn import OpenTurn
from bot.turns.stop_watch import StopWatch, TurnTimeoutError
from bot.turns.stopping import ended_by
from session import Message, Outcome, Repository, TurnId

log = structlog.get_logger(__name__)


class Investigate(Deed):
    """The work. `name` is the INVESTIGATOR setting, under which its notebook is kept."""

    kinds = frozenset({QUESTION})

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

    def pick(self, entries: Sequence[Message], turn_id: TurnId) -> Sequence[Message]:
        """Return the questions; one on its last try goes alone, sparing its neighbours."""
        questions = super().pick(entries, turn_id)
        last = [q for q in questions if tries_before(q, turn_id) == MAX_TRIES - 1]
        calm = [q for q in questions if tries_before(q, turn_id) < MAX_TRIES - 1]
        return calm or last[:1]

    async def do(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Run the investigator; whatever goes wrong in it becomes an answer that says so."""
        await turn.begin(picked)
        if any(question.text or question.attributes for question in picked):
            await turn.end(await self._investigated(turn, picked))
        else:
            await turn.end(_withdrawn(picked))

    async def _investigated(self, turn: OpenTurn, questions: Sequence[Message]) -> Ending:
        gathered = Gathered(self._name)
        work = investigate(self._steps, self._case(turn, questions), gathered, turn.progress.note)
        try:
            cut = await self._stop_watch.run(turn, questions, work, timeout=self._timeout)
        except asyncio.CancelledError:
            turn.keep(gathered.notebook, gathered.audit)
            raise
        except TurnTimeoutError as error:
            log.warning("turn.timed_out", turn_id=turn.id, timeout_s=self._timeout)
            text = words.timed_out(self._timeout, turn.request_id)
            return self._failed(questions, gathered, text, str(error))
        except Exception as error:
            log.exception("turn.failed", turn_id=turn.id)
            text = words.failed(turn.request_id)
            return self._failed(questions, gathered, text, f"{type(error).__name__}: {error}")
        if cut is None:
            return self._answered(turn, questions, gathered)
        if not cut.stops:
            return _withdrawn(questions)
        ended = [*questions, *cut.stops, *ended_by(cut.stops, cut.entries)]
        each_once = list({entry.id: entry for entry in ended}.values())
        ending = await stopped(turn, each_once, bool(gathered.document.blocks))
        assert ending.answer is not None, "the turn's questions end with it"
        return _remembering(ending.saying(ending.answer + gathered.document), gathered)

    def _answered(
        self, turn: OpenTurn, questions: Sequence[Message], gathered: Gathered
    ) -> Ending:
        """Whoever mentions us gets an answer; plain replies only if there is something new."""
        ending = Ending(outcome=Outcome.ANSWERED, messages=questions)
        if gathered.is_worth_posting or any(map(mentions_us, questions)):
            found = (
                gathered.document if gathered.document.blocks else sentence(words.NOTHING_FOUND)
            )
            ending = ending.saying(_with_what_was_read(turn, found))
        return _remembering(ending, gathered)

    def _failed(
        self, questions: Sequence[Message], gathered: Gathered, text: str, why: str
    ) -> Ending:
        """One plain sentence and what was found until then; the reason is for operators."""
        answer = sentence(text)
        if gathered.document.blocks:
            answer = answer + sentence(words.FOUND_UNTIL_THEN) + gathered.document
        ending = Ending(outcome=Outcome.FAILED, messages=questions, answer=answer, note=why)
        return _remembering(ending, gathered)

    def _case(self, turn: OpenTurn, questions: Sequence[Message]) -> Case:
        session_id = turn.session.id
        return Case(
            session=turn.session,
            new=tuple(question for question in questions if question.text or question.attributes),
            timeline=SessionTimeline(self._repository, session_id, questions),
            thread=turn.surface,
            inbox=SessionInbox(self._repository, session_id, turn.id),
            notebook=SessionNotebook(self._repository, session_id, self._name),
        )


def _with_what_was_read(turn: OpenTurn, found: Document) -> Document:
    """Say first that the answer rests on a part of the thread, where it does."""
    part = turn.surface.read_in_part()
    if part is None:
        return found
    return sentence(words.read_in_part(part.read, part.count)) + found


def _remembering(ending: Ending, gathered: Gathered) -> Ending:
    return replace(
        ending,
        rest=gathered.rest,
        attachments=gathered.attachments,
        notebook=gathered.notebook,
        audit=gathered.audit,
    )


def _withdrawn(questions: Sequence[Message]) -> Ending:
    """Their authors deleted them: nothing is said."""
    return Ending(outcome=Outcome.STOPPED, messages=questions, note="deleted by its author")
