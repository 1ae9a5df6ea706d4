"""The one place where a tool runs: time limit, secrets, cutting, handle, record."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_ai import ApprovalRequired, CallDeferred, ModelRetry, RunContext, ToolFailed
from pydantic_ai.capabilities import WrapToolExecuteHandler
from pydantic_ai.exceptions import ToolFailedError, ToolRetryError
from pydantic_ai.messages import ToolCallPart, ToolReturn
from pydantic_ai.tools import ToolDefinition

from bot.investigators.agent import words
from bot.investigators.agent.asking import pending_call, refusal
from bot.investigators.agent.clean import shown
from bot.investigators.agent.record import Call, canonical, for_people, title_of
from bot.investigators.agent.results import Result, result_of
from bot.investigators.agent.sources import Source, Standing
from bot.investigators.agent.work import Work
from bot.observe.series import TOOL_CALLS

READ_SECONDS = 30.0
WRITE_SECONDS = 120.0
_LONGEST_ERROR = 500
_RULE = "burrow"
OUTCOME_UNKNOWN = (
    "outcome not known: it may have been done. Do not try it again; say that nobody knows yet."
)
NO_MORE_CALLS = "not run: all tool calls of this answer are used"


class OutcomeUnknownError(Exception):
    """A write was sent, and the connection ended before an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The rules for calls of one tool."""

    seconds: float = READ_SECONDS
    is_write: bool = False
    needs_approval: bool = False
    """A person has to approve each call."""
    server: str = ""
    """The tool server it belongs to."""
    name: str = ""
    """What that server calls it."""
    is_of_conversation: bool = False
    """It only shows messages of this conversation once more, the bot's own among them."""
    is_quiet: bool = False
    """Its result is no source, and it is not counted: the plan, for one."""

    def as_metadata(self) -> dict[str, Any]:
        """Return what is put on the tool's definition."""
        return {_RULE: self}

    @classmethod
    def of(cls, tool: ToolDefinition) -> "Rule":
        """Read it back; a tool without one is a read."""
        rule = (tool.metadata or {}).get(_RULE)
        return rule if isinstance(rule, cls) else cls()


async def run_tool(
    ctx: RunContext[Work],
    *,
    call: ToolCallPart,
    tool_def: ToolDefinition,
    args: dict[str, Any],
    handler: WrapToolExecuteHandler,
) -> Any:
    """Run one call. Whatever goes wrong becomes a failed result that the model sees.

    A search for tools is the library's own affair and passes through.
    """
    rule = Rule.of(tool_def)
    if tool_def.tool_kind is not None or rule.is_quiet:
        return await handler(args)
    work = ctx.deps
    noted = _Noted(work, call, args, rule)
    if rule.needs_approval and not ctx.tool_call_approved:
        return await _ask(noted, rule, handler)
    if rule.is_write and work.case.pending and not ctx.tool_call_approved:
        raise _refused(noted, rule, words.ANOTHER_WAITS)
    if not (work.budget.has_calls_left or ctx.tool_call_approved):
        raise ToolFailed(NO_MORE_CALLS)
    work.budget.tool_calls += 1
    work.begun.add(call.tool_call_id)
    work.say(words.calling(tool_def.name))
    try:
        async with asyncio.timeout(min(rule.seconds, work.budget.seconds_left)):
            value = await handler(args)
    except asyncio.CancelledError:
        if rule.is_write:
            noted.unknown()
        raise
    except (ApprovalRequired, CallDeferred):
        raise
    except Exception as error:
        raise _as_failure(noted, rule, error) from error
    finally:
        if rule.is_write:
            work.record.something_changed()
    return noted.done(await _read(value))


async def _ask(noted: "_Noted", rule: Rule, handler: WrapToolExecuteHandler) -> Any:
    """Put a call on the card that people will see; the toolset then defers it."""
    work, call = noted.work, noted.call
    wanted = pending_call(call.tool_call_id, rule.name or call.tool_name, rule.server, noted.args)
    if why := refusal(work, wanted):
        raise _refused(noted, rule, why)
    work.asked[wanted.id] = wanted
    return await handler(dict(noted.args))


def _refused(noted: "_Noted", rule: Rule, why: str) -> ToolFailed:
    """Make a failed result of a call that is not made; the thread is told of it too."""
    said = words.not_asked(rule.name or noted.call.tool_name, why)
    noted.work.remarks += [] if said in noted.work.remarks else [said]
    return noted.failed(why)


def _as_failure(noted: "_Noted", rule: Rule, error: Exception) -> ToolFailed:
    """Make a failed result of what a tool raised; of a write that was sent nobody knows more."""
    if isinstance(error, ToolFailed | ModelRetry | ToolFailedError | ToolRetryError):
        return noted.failed(str(error))
    if rule.is_write:
        return noted.unknown()
    if isinstance(error, TimeoutError):
        return noted.failed(f"no answer within {rule.seconds:g} s")
    return noted.failed(_reason(error))


async def _read(value: Any) -> Result:
    """Read a result, a large one off the loop."""
    return await asyncio.to_thread(result_of, value)


def _reason(error: Exception) -> str:
    """Name an error for the model: its type, and its first line."""
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


class _Noted:
    """One call on its way into record and sources."""

    def __init__(
        self, work: Work, call: ToolCallPart, args: Mapping[str, Any], rule: Rule
    ) -> None:
        self.work = work
        self.call = call
        self.args = args
        self._tool = call.tool_name
        self._exact = canonical(args)
        self._arguments = for_people(args)
        self._server = rule.server
        self._is_of_conversation = rule.is_of_conversation
        self._began_at = work.budget.monotonic()

    def done(self, result: Result) -> ToolReturn[str]:
        """Give a result its handle, or say that nothing changed."""
        record = self.work.record
        outcome = "empty" if result.is_empty else "done"
        if handle := record.repeats(self._tool, self._exact, result.text):
            self._record(handle, outcome, result.text)
            text = f"unchanged since {handle}"
            return ToolReturn(return_value=text, metadata={"same": handle})
        self.work.keep_images(result.images, self._title)
        standing = Standing.CUT if result.is_cut else Standing.WHOLE
        if self._is_of_conversation:
            standing = Standing.REPEATED
        handle = self._source(result.text, standing)
        record.remember(self._tool, self._exact, handle, result.text)
        self._record(handle, outcome, result.text)
        return ToolReturn(
            return_value=f"{handle}:\n{result.text}",
            metadata={"handle": handle, "title": self._title, "standing": standing.value},
        )

    def failed(self, why: str) -> ToolFailed:
        """Note a failure; what it says can be evidence only for that."""
        text = shown(why)[:_LONGEST_ERROR]
        handle = self._source(text, Standing.FAILED)
        self._record(handle, "failed", text)
        return ToolFailed(f"{handle}: failed: {text}")

    def unknown(self) -> ToolFailed:
        """Note a write that was sent and did not return."""
        handle = self._source(OUTCOME_UNKNOWN, Standing.FAILED)
        self._record(handle, "unknown", OUTCOME_UNKNOWN)
        self.work.refused_tools.add(self._tool)
        return ToolFailed(f"{handle}: {OUTCOME_UNKNOWN}")

    @property
    def _title(self) -> str:
        return title_of(self._tool, self._arguments)

    def _source(self, text: str, standing: Standing) -> str:
        sources = self.work.sources
        handle = sources.next_result()
        sources.add(Source(handle=handle, title=self._title, text=text, standing=standing))
        return handle

    def _record(self, handle: str, outcome: str, text: str) -> None:
        self.work.recorder.count(TOOL_CALLS, outcome)
        seconds = self.work.budget.monotonic() - self._began_at
        self.work.record.calls.append(
            Call(
                tool=self._tool,
                arguments=self._arguments,
                handle=handle,
                outcome=outcome,
                milliseconds=round(seconds * 1000),
                server=self._server,
                is_of_conversation=self._is_of_conversation,
                first_line=text.strip().partition("\n")[0][:200],
                id=self.call.tool_call_id,
            )
        )
