"""The investigator: reads the case, asks the model, remembers."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from pydantic_ai import Agent

from bot.document.sentences import sentence
from bot.document.thread import FileImage
from bot.document.values import Document
from bot.investigators.agent import words
from bot.investigators.agent.answering import document_of_what_there_is
from bot.investigators.agent.budget import Budget
from bot.investigators.agent.images import beside_images, with_images
from bot.investigators.agent.memory import Memory, read_memory
from bot.investigators.agent.output import Answer
from bot.investigators.agent.prompt import Telling, catalogue_of, first_prompt
from bot.investigators.agent.record import Record
from bot.investigators.agent.sources import Sources
from bot.investigators.agent.spending import TOKENS_OF_ALL, Spending
from bot.investigators.agent.steps import Latest, progress_of
from bot.investigators.agent.tools import search_earlier_turns
from bot.investigators.agent.turn import ModelFailedError, Turn
from bot.investigators.agent.work import Work
from bot.investigators.brief.digest import digest
from bot.investigators.brief.investigator import brief
from bot.investigators.brief.reading import read_entries
from bot.investigators.contract import Case, Finding, Progress
from bot.investigators.runbooks import Runbooks
from bot.investigators.scene import Scene, scene_of
from bot.messages import ts_of, wants_answer
from bot.observe.recorder import NO_RECORDER, Recorder
from session import TurnId

log = structlog.get_logger(__name__)

SPARE_SECONDS = 30.0
"""What a turn keeps to store and post its answer."""
_PROMPT_SHARE = 0.3
_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentInvestigator:
    """Answers with a model; where that fails, says so and gives the brief."""

    agent: Agent[Work, Answer]
    context_tokens: int
    is_streamed: bool
    turn_seconds: float
    """How long a turn may take in all (TURN_TIMEOUT_SECONDS)."""
    spending: Spending
    sees_images: bool = False
    """Whether screenshots of the thread are shown to the model (MODEL_IMAGES)."""
    runbooks: Runbooks | None = None
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    monotonic: Callable[[], float] = time.monotonic
    recorder: Recorder = NO_RECORDER

    async def investigate(self, case: Case) -> AsyncIterator[Progress | Finding]:
        """Run one turn; whatever happens, what was found and said is remembered."""
        began_at = self.monotonic()
        memory = read_memory(await case.notebook.read())
        read_up_to = memory.channel_read_up_to
        scene = await scene_of(case, was_channel=read_up_to is not None, since=read_up_to)
        if refusal := await self.spending.refusal(memory.usage, case.tally, self.now()):
            async for step in self._without_model(case, scene, refusal, memory):
                yield step
            return
        latest = Latest()
        turn = await self._turn(case, scene, memory, latest, began_at)
        task = asyncio.create_task(turn.run(), name="agent-turn")
        try:
            async for text in progress_of(task, latest):
                yield Progress(text=text, plan=turn.work.plan)
            document = task.result()
        except asyncio.CancelledError:
            await _ended(task)
            has_looked = bool(turn.work.record.calls)
            looked_at = document_of_what_there_is(turn.work, words.STOPPED)
            yield self._finding(turn, memory, looked_at if has_looked else Document())
            raise
        except ModelFailedError as error:
            async for step in self._without_model(
                case, scene, error.sentence, self._remembered(turn, memory)
            ):
                yield step
            return
        finally:
            await _ended(task)
        yield self._finding(turn, memory, document)

    async def _turn(
        self,
        case: Case,
        scene: Scene,
        memory: Memory,
        latest: Latest,
        began_at: float,
    ) -> Turn:
        work = self._work(case, scene, memory, latest, began_at)
        images = await self._images(case, scene)
        work.files = beside_images(work.files, images)
        # In a thread: a thousand messages take half a second.
        prompt = await asyncio.to_thread(self._prompt, work)
        return Turn(
            agent=self.agent,
            work=work,
            id=TurnId(f"{case.session.id}#{case.session.fence}"),
            prompt=with_images(prompt, images, work.sources, work.telling.seen),
            history=memory.history,
            is_streamed=self.is_streamed,
        )

    async def _images(self, case: Case, scene: Scene) -> Sequence[FileImage]:
        """Read the screenshots, where the model is to see them and somebody waits for it."""
        if not (self.sees_images and any(map(wants_answer, case.new))):
            return ()
        if not any(file.is_image for it in scene.messages for file in it.files):
            return ()
        return await case.thread.read_images(scene.messages)

    def _prompt(self, work: Work) -> str:
        """Write all that is new to the model; pure but for what `work` notes by it."""
        messages = work.messages
        work.telling.know_again(messages)
        return first_prompt(
            work.telling,
            messages,
            most_characters=int(self.context_tokens * _CHARACTERS_PER_TOKEN * _PROMPT_SHARE),
            found=digest(read_entries(messages, frozenset(), files=work.files)),
            ticket_id=work.case.session.ticket_id,
            catalogue=catalogue_of(self.runbooks, "\n".join(it.text for it in messages[-20:])),
            now=self.now(),
            around=work.around,
            files=work.files,
        )

    def _work(
        self,
        case: Case,
        scene: Scene,
        memory: Memory,
        latest: Latest,
        began_at: float,
    ) -> Work:
        sources = Sources(results=memory.results)
        for source in memory.sources():
            sources.add(source)
        asking = {ts_of(it) or it.id: it for it in case.new}
        seconds = max(self.turn_seconds - SPARE_SECONDS, self.turn_seconds / 2)
        return Work(
            case=case,
            sources=sources,
            telling=Telling(sources=sources, seen=memory.seen, asking=asking),
            record=Record(),
            budget=Budget(
                began_at=began_at,
                ends_at=began_at + seconds,
                monotonic=self.monotonic,
                spend=_spending_on(case),
            ),
            say=latest.say,
            now=self.now,
            context_tokens=self.context_tokens,
            messages=scene.messages,
            around=scene.around,
            files=scene.files,
            is_shared=any(it.attributes.get("shared") for it in case.new),
            runbooks=self.runbooks,
            recorder=self.recorder,
            # In a session's first turn there is nothing to search.
            hidden_tools={search_earlier_turns.__name__} if case.session.fence <= 1 else set(),
        )

    def _finding(self, turn: Turn, memory: Memory, document: Document | None) -> Finding:
        """Make the turn's finding; silence is worth remembering, not posting."""
        return Finding(
            document=sentence(words.NOTHING_TO_ADD) if document is None else document,
            images=() if document is None else tuple(turn.work.images),
            worth_posting=document is not None,
            notebook=self._remembered(turn, memory).as_json(window=self.context_tokens),
            audit=turn.work.audit(),
        )

    def _remembered(self, turn: Turn, memory: Memory) -> Memory:
        tokens = turn.work.budget.tokens
        log.info(
            "agent.turn",
            requests=turn.work.budget.requests,
            tool_calls=turn.work.budget.tool_calls,
            tokens=tokens,
            seconds=round(self.monotonic() - turn.work.budget.began_at, 1),
        )
        return replace(
            memory,
            history=tuple(turn.messages),
            seen=turn.work.telling.seen,
            results=turn.work.sources.results,
            usage=self.spending.of_thread(memory.usage, tokens, self.now()),
            channel_read_up_to=_channel_read_up_to(turn.work) or memory.channel_read_up_to,
        )

    async def _without_model(
        self, case: Case, scene: Scene, why: str, memory: Memory
    ) -> AsyncIterator[Finding]:
        """Say in one sentence why, then give the brief."""
        said = words.model_failed(why, case.new[-1].request_id)
        remembered = memory.as_json(window=self.context_tokens)
        yield Finding(document=sentence(said), notebook=remembered)
        work = partial(brief, case, scene.thread, around=scene.around, files=scene.files)
        found = await asyncio.to_thread(work)
        # Its notebook would take the place of the agent's own.
        yield replace(found, notebook=None)


def _channel_read_up_to(work: Work) -> datetime | None:
    if work.around is None:
        return None
    seen = [it.sent_at for it in work.messages]
    return max([*seen, *(it.sent_at for it in work.case.new)])


def _spending_on(case: Case) -> Callable[[int], None]:
    """Return what counts a request's tokens for the whole installation."""
    tally = case.tally
    return (lambda _: None) if tally is None else partial(tally.add, TOKENS_OF_ALL)


async def _ended(task: asyncio.Task[Any]) -> None:
    """End a task and wait until it has; what it raises was dealt with, or is of no use."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
