"""One turn with the model: asked, and asked again where a failure has a remedy."""

import asyncio
import re
from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic_ai import Agent, DeferredToolRequests, RunContext, capture_run_messages
from pydantic_ai.exceptions import (
    AgentRunError,
    OutputTokenLimitExceeded,
    RunCancelled,
    UnexpectedModelBehavior,
    UsageLimitExceeded,
)
from pydantic_ai.messages import ModelMessage, ModelResponse, UserContent
from pydantic_ai.tools import DeferredToolResults
from pydantic_ai.usage import UsageLimits

from bot.document.values import Document
from bot.investigators.agent import words
from bot.investigators.agent.answering import document_of_answer, document_of_what_there_is
from bot.investigators.agent.budget import REQUESTS
from bot.investigators.agent.compaction import (
    ATTEMPT,
    CHARACTERS_PER_TOKEN,
    characters_in,
    turn_of,
)
from bot.investigators.agent.failures import Remedy, is_too_long, remedies, sentence, text_of
from bot.investigators.agent.images import text_of_prompt, without_images
from bot.investigators.agent.memory import as_summary, resumable
from bot.investigators.agent.output import RunEnd
from bot.investigators.agent.work import Work
from session import TurnId

log = structlog.get_logger(__name__)

_SPARE_REQUESTS = 3
_MOST_LEFT_OUT = 4
"""Times that a provider may complain of tools in one turn."""
_PLACE = re.compile(r"(?:tools|functions)[.\[](\d{1,3})")


class ModelFailedError(Exception):
    """The model gave nothing; `sentence` is for people, the cause for the log."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The model, its instructions and its tools: the same for all turns of the process."""

    agent: Agent[Work, RunEnd]
    context_tokens: int
    is_streamed: bool
    sees_images: bool = False
    """Whether screenshots of the thread are shown to the model (MODEL_IMAGES)."""


class Turn:
    """Asks the model until there is an answer, or nothing more to try."""

    def __init__(
        self,
        asking: Asking,
        work: Work,
        turn_id: TurnId,
        prompt: str | list[UserContent] | None,
        history: Sequence[ModelMessage],
        results: DeferredToolResults | None = None,
    ) -> None:
        """Without a prompt it goes on with a run that waited for people."""
        self.id = turn_id
        self.work = work
        self.prompt = prompt
        self.history = history
        self.results = results
        """What people decided about the calls that the history ends with; given once."""
        self.messages: list[ModelMessage] = []
        """The whole conversation so far, for the memory."""
        self._asking = asking
        self._tried: set[Remedy] = set()
        self._left_out = 0
        self._attempts = 0

    async def run(self) -> Document | DeferredToolRequests | None:
        """Return what people read or have to approve, None for silence.

        Raises `ModelFailedError`.
        """
        prompt = self.prompt
        history = list(self.history)
        self.messages = list(history)
        while True:
            try:
                end = await self._ask(prompt, history)
                if isinstance(end, DeferredToolRequests):
                    return end
                return document_of_answer(self.work, end)
            except TimeoutError:
                return self._what_there_is(words.out_of(words.TIME_IS_UP))
            except UsageLimitExceeded:
                return self._what_there_is(words.out_of(words.REQUESTS_USED))
            except Exception as error:  # noqa: BLE001 - said in the thread, with the brief
                if not self._can_go_on(error):
                    return self._given_up(error)
            history, prompt = self._resumed()

    async def _ask(
        self, prompt: str | list[UserContent] | None, history: list[ModelMessage]
    ) -> RunEnd:
        self._attempts += 1
        self.work.asked.clear()
        # Whatever comes of this run, no other one carries the same calls out.
        results, self.results = self.results, None
        with capture_run_messages() as captured:
            try:
                async with asyncio.timeout(self.work.budget.seconds_left):
                    result = await self._asking.agent.run(
                        prompt,
                        deps=self.work,
                        message_history=history,
                        deferred_tool_results=results,
                        run_id=f"{self.id}{ATTEMPT}{self._attempts}",
                        usage_limits=self._limits(),
                        event_stream_handler=_read_on if self._asking.is_streamed else None,
                    )
            except BaseException as error:
                self.messages = resumable(_messages_of(error) or captured or self.messages)
                raise
        self.messages = result.all_messages()
        return result.output

    def _limits(self) -> UsageLimits:
        left = REQUESTS + _SPARE_REQUESTS - self.work.budget.requests
        return UsageLimits(request_limit=max(1, left))

    def _resumed(self) -> tuple[list[ModelMessage], str | list[UserContent] | None]:
        """Go on from what there is; the question is asked anew only if it never got in."""
        earlier, ours = self._parted()
        if Remedy.HISTORY_AS_SUMMARY in self._tried:
            self.messages = [*as_summary(earlier), *ours]
        return self.messages, None if ours else self.prompt

    def _parted(self) -> tuple[list[ModelMessage], list[ModelMessage]]:
        """Part the conversation into earlier turns and this one."""
        ours = [it for it in self.messages if turn_of(it) == self.id]
        return [it for it in self.messages if turn_of(it) != self.id], ours

    def _can_go_on(self, error: Exception) -> bool:
        """Prepare what may help against a failure; each remedy helps once."""
        if self.work.budget.is_used_up:
            return False
        earlier, ours = self._parted()
        answered = any(isinstance(it, ModelResponse) for it in ours)
        tried = remedies(
            error,
            has_history=bool(earlier),
            may_resume=answered or not self.work.was_asked_often,
            has_images=isinstance(self.prompt, list),
        )
        for remedy in tried:
            may_help = remedy not in self._tried or remedy is Remedy.WITHOUT_TOOL
            if may_help and self._prepare(remedy, error):
                self._tried.add(remedy)
                log.warning("model.tried_again", error=type(error).__name__, remedy=remedy.value)
                return True
        return False

    def _prepare(self, remedy: Remedy, error: Exception) -> bool:
        if remedy is Remedy.SHORTER:
            now = characters_in(self.messages) // CHARACTERS_PER_TOKEN
            self.work.context_tokens = min(self.work.context_tokens // 2, now)
        if remedy is Remedy.WITHOUT_IMAGES and self.prompt is not None:
            self.prompt = text_of_prompt(self.prompt)
            self.messages = list(map(without_images, self.messages))
            self.work.remarks.append(words.IMAGES_NOT_TAKEN)
        if remedy is Remedy.WITHOUT_TOOL:
            return self._leave_out(text_of(error))
        return True

    def _leave_out(self, complaint: str) -> bool:
        """Offer no more what the provider does not take: the tool it names, or counts to.

        If it complains again, all tools of that server; of other servers' it may be right again.
        """
        if self._left_out >= _MOST_LEFT_OUT:
            return False
        offered = self.work.offered
        named = {
            it for it in offered if re.search(rf"(?<![\w-]){re.escape(it)}(?![\w-])", complaint)
        }
        if not named and (place := _PLACE.search(complaint)) and int(place[1]) < len(offered):
            named = {offered[int(place[1])]}
        self.work.refused_tools |= named
        self.work.remarks += [words.not_usable(name) for name in sorted(named)]
        self._left_out += 1
        if self._left_out > 1:
            self._leave_servers_out(named)
        return bool(named)

    def _leave_servers_out(self, named: set[str]) -> None:
        servers = self.work.servers
        gone = {servers[name] for name in named if servers.get(name)}
        self.work.refused_tools |= {it for it in self.work.offered if servers.get(it) in gone}
        self.work.remarks += [words.not_usable(f"{server} (all of it)") for server in sorted(gone)]

    def _given_up(self, error: Exception) -> Document:
        """Tell what there is; raises `ModelFailedError` where there is nothing."""
        if isinstance(error, OutputTokenLimitExceeded):
            return self._what_there_is(words.CUT_ANSWER)
        said = sentence(error)
        is_known = isinstance(error, AgentRunError)
        log.warning("model.failed", error=type(error).__name__, said=said, exc_info=not is_known)
        may_tell = isinstance(error, UnexpectedModelBehavior) or is_too_long(error)
        if may_tell and self.work.record.calls:
            if is_too_long(error) and self.work.left_out:
                self.work.remarks.append(words.left_out(self.work.left_out))
            return self._what_there_is(said)
        raise ModelFailedError(said) from error

    def _what_there_is(self, why: str) -> Document:
        return document_of_what_there_is(self.work, why)


async def _read_on(_: RunContext[Work], events: AsyncIterable[Any]) -> None:
    """Read a streamed answer to its end; the hooks have told what is worth telling."""
    async for _event in events:
        pass


def _messages_of(error: BaseException) -> list[ModelMessage]:
    cancelled = RunCancelled.from_cancellation(error)
    return cancelled.all_messages() if cancelled else []
