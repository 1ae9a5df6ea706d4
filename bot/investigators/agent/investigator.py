"""The investigator: reads the case, asks the model, remembers."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import structlog
from pydantic_ai import DeferredToolRequests

from bot.document.sentences import sentence
from bot.document.values import Document
from bot.investigators.agent import words
from bot.investigators.agent.answering import document_of_what_there_is
from bot.investigators.agent.beginning import prompt_of
from bot.investigators.agent.budget import Budget
from bot.investigators.agent.images import beside_images, images_of, with_images
from bot.investigators.agent.memory import Memory, read_memory
from bot.investigators.agent.pending import Pending
from bot.investigators.agent.prompt import Telling
from bot.investigators.agent.record import Record
from bot.investigators.agent.remembering import remembered
from bot.investigators.agent.resuming import ends_of, notes_of, results_of, resumed_run
from bot.investigators.agent.seen import Seen
from bot.investigators.agent.sources import Sources
from bot.investigators.agent.spending import Spending, spending_on
from bot.investigators.agent.steps import Latest, ended, progress_of
from bot.investigators.agent.tools import search_earlier_turns
from bot.investigators.agent.turn import Asking, ModelFailedError, Turn
from bot.investigators.agent.work import Work
from bot.investigators.approvals import Ask
from bot.investigators.brief import BriefInvestigator
from bot.investigators.brief.telling import asked_elsewhere, sightings_of
from bot.investigators.contract import Case, Finding, Progress, Step
from bot.investigators.scene import Scene, scene_of
from bot.messages import ts_of
from bot.observe.recorder import NO_RECORDER, Recorder
from session import TurnId

log = structlog.get_logger(__name__)

SPARE_SECONDS = 30.0
"""What a turn keeps to store and post its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentInvestigator:
    """Answers with a model; where that fails, says so and gives the brief."""

    asking: Asking
    turn_seconds: float
    """How long a turn may take in all (TURN_TIMEOUT_SECONDS)."""
    spending: Spending
    brief: BriefInvestigator = field(default_factory=BriefInvestigator)
    """Answers where the model fails; it knows the runbooks and the operator's own domains."""
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    monotonic: Callable[[], float] = time.monotonic
    recorder: Recorder = NO_RECORDER

    async def investigate(self, case: Case) -> AsyncIterator[Step]:
        """Run one turn; whatever happens, what was found and said is remembered."""
        began_at = self.monotonic()
        memory = read_memory(await case.notebook.read())
        read_up_to = memory.channel_read_up_to
        scene = await scene_of(case, was_channel=read_up_to is not None, since=read_up_to)
        resumed = resumed_run(memory, case)
        now = self.now()
        refusal = resumed is None and await self.spending.refusal(memory.usage, case.tally, now)
        if refusal:
            for end_of_it in ends_of(None, case.decisions):
                yield end_of_it
            async for step in self._without_model(case, scene, refusal, memory):
                yield step
            return
        latest = Latest()
        turn = await self._turn(case, scene, memory, resumed, latest, began_at)
        task = asyncio.create_task(turn.run(), name="agent-turn")
        try:
            async for text, goes_on in progress_of(task, latest):
                yield Progress(text=text, plan=turn.work.plan, goes_on=goes_on)
            end = task.result()
        except asyncio.CancelledError:
            await ended(task)
            for end_of_it in ends_of(resumed, case.decisions, turn.work):
                yield end_of_it
            looked_at = document_of_what_there_is(turn.work, words.STOPPED)
            has_looked = bool(turn.work.record.calls)
            yield self._finding(turn, memory, resumed, looked_at if has_looked else Document())
            raise
        except ModelFailedError as error:
            for end_of_it in ends_of(resumed, case.decisions, turn.work):
                yield end_of_it
            known = self._remembered(turn, memory, resumed)
            async for step in self._without_model(case, scene, error.sentence, known):
                yield step
            return
        finally:
            await ended(task)
        for end_of_it in ends_of(resumed, case.decisions, turn.work):
            yield end_of_it
        yield self._last_step(turn, memory, resumed, end)

    async def _turn(
        self,
        case: Case,
        scene: Scene,
        memory: Memory,
        resumed: Pending | None,
        latest: Latest,
        began_at: float,
    ) -> Turn:
        work = self._work(case, scene, memory, resumed, latest, began_at)
        images = (
            await images_of(case, scene.messages)
            if self.asking.sees_images and not resumed
            else ()
        )
        work.files = beside_images(work.files, images)
        # In a thread: a thousand messages take half a second.
        asked = await asyncio.to_thread(asked_elsewhere, await asyncio.to_thread(work.entries))
        before = None if resumed else await case.sightings.seen_before(list(asked))
        zone = None if resumed else await case.thread.zone(case.new[-1].author_id)
        prompt = await asyncio.to_thread(
            prompt_of, work, before, zone=zone, goes_on=resumed is not None
        )
        return Turn(
            self.asking,
            work,
            TurnId(f"{case.session.id}#{case.session.fence}"),
            prompt and with_images(prompt, images, work.sources, work.telling.seen),
            memory.history if resumed is None else resumed.messages,
            results_of(resumed, case.decisions, work) if resumed else None,
        )

    def _work(
        self,
        case: Case,
        scene: Scene,
        memory: Memory,
        resumed: Pending | None,
        latest: Latest,
        began_at: float,
    ) -> Work:
        sources = Sources(results=memory.results)
        for source in memory.sources():
            sources.add(source)
        seen = memory.seen.joined(resumed.seen if resumed else Seen())
        asking = {ts_of(it) or it.id: it for it in case.new}
        seconds = max(self.turn_seconds - SPARE_SECONDS, self.turn_seconds / 2)
        return Work(
            case=case,
            sources=sources,
            telling=Telling(sources=sources, seen=seen, asking=asking),
            record=Record(),
            budget=Budget(
                began_at=began_at,
                ends_at=began_at + seconds,
                monotonic=self.monotonic,
                spend=spending_on(case),
            ),
            say=latest.say,
            now=self.now,
            context_tokens=self.asking.context_tokens,
            messages=scene.messages,
            around=scene.around,
            files=scene.files,
            is_shared=any(it.attributes.get("shared") for it in case.new),
            runbooks=self.brief.runbooks,
            own_domains=self.brief.own_domains,
            is_whole=scene.is_whole,
            recorder=self.recorder,
            notes=notes_of(memory, case),
            looked_before=resumed is not None,
            # In a session's first turn there is nothing to search.
            hidden_tools={search_earlier_turns.__name__} if case.session.fence <= 1 else set(),
        )

    def _last_step(
        self,
        turn: Turn,
        memory: Memory,
        resumed: Pending | None,
        end: Document | DeferredToolRequests | None,
    ) -> Step:
        """Answer, or ask people; a run that nobody could keep meanwhile cannot ask."""
        if not isinstance(end, DeferredToolRequests):
            return self._finding(turn, memory, resumed, end)
        asked = [turn.work.asked[it.tool_call_id] for it in end.approvals]
        pending = Pending(
            turns=(*(resumed.turns if resumed else ()), turn.id),
            messages=tuple(turn.messages),
            calls=tuple(asked),
            seen=turn.work.telling.seen,
        )
        if not pending.fits:
            log.warning("pending.too_large", messages=len(pending.messages))
            said = document_of_what_there_is(turn.work, words.CANNOT_ASK)
            return self._finding(turn, memory, resumed, said)
        known = self._remembered(turn, memory, resumed, pending)
        return Ask(
            calls=tuple(asked),
            notebook=known.as_json(window=self.asking.context_tokens),
            audit=turn.work.audit(),
        )

    def _finding(
        self, turn: Turn, memory: Memory, resumed: Pending | None, document: Document | None
    ) -> Finding:
        """Make the turn's finding; silence is worth remembering, not posting."""
        known = self._remembered(turn, memory, resumed)
        return Finding(
            document=sentence(words.NOTHING_TO_ADD) if document is None else document,
            images=() if document is None else tuple(turn.work.images),
            worth_posting=document is not None,
            notebook=known.as_json(window=self.asking.context_tokens),
            audit=turn.work.audit(),
            sightings=sightings_of(turn.work.entries()) if turn.work.is_whole else None,
        )

    def _remembered(
        self,
        turn: Turn,
        memory: Memory,
        resumed: Pending | None,
        pending: Pending | None = None,
    ) -> Memory:
        work, tokens = turn.work, turn.work.budget.tokens
        log.info(
            "agent.turn",
            requests=work.budget.requests,
            tool_calls=work.budget.tool_calls,
            tokens=tokens,
            seconds=round(self.monotonic() - work.budget.began_at, 1),
        )
        usage = self.spending.of_thread(memory.usage, tokens, self.now())
        return remembered(turn, replace(memory, usage=usage), resumed, pending)

    async def _without_model(
        self, case: Case, scene: Scene, why: str, memory: Memory
    ) -> AsyncIterator[Finding]:
        """Say in one sentence why, then give the brief."""
        said = words.model_failed(why, case.new[-1].request_id)
        notebook = memory.as_json(window=self.asking.context_tokens)
        yield Finding(document=sentence(said), notebook=notebook)
        found = await self.brief.finding(case, scene, {})
        # Its notebook would take the place of the agent's own.
        yield replace(found, notebook=None)
