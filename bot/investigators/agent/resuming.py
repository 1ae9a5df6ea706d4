"""Goes on with a run that waited: what people decided, and what became of their calls."""

from collections.abc import Iterator, Sequence

from pydantic_ai import DeferredToolRequests
from pydantic_ai.messages import ModelResponse, ToolCallPart
from pydantic_ai.tools import DeferredToolResults, ToolDenied

from bot.investigators.agent import words
from bot.investigators.agent.calls import OUTCOME_UNKNOWN
from bot.investigators.agent.instructions import denied, ended_before, waits, withdrawn
from bot.investigators.agent.memory import Memory
from bot.investigators.agent.pending import Pending
from bot.investigators.agent.sources import Source
from bot.investigators.agent.work import Work
from bot.investigators.approvals import CallEnd, CallState, Decision, PendingCall, Verdict
from bot.investigators.contract import Case

_STATES = {
    "done": CallState.DONE,
    "empty": CallState.DONE,
    "failed": CallState.FAILED,
    "unknown": CallState.UNKNOWN,
}


def resumed_run(memory: Memory, case: Case) -> Pending | None:
    """Return the run that goes on in this turn, because people have decided about its calls."""
    pending = memory.pending
    if pending is None or not case.decisions or not pending.is_decided_by(case.decisions):
        return None
    return pending


def notes_of(memory: Memory, case: Case) -> list[str]:
    """Tell the model in one line what has become of the run that waits, or waited."""
    if memory.pending is None or case.decisions:
        return []
    names = memory.pending.names
    return [waits(names)] if case.pending else [withdrawn(names)]


def results_of(pending: Pending, decisions: Sequence[Decision], work: Work) -> DeferredToolResults:
    """Return what goes into the run for its calls: only what is approved now runs."""
    parts = {
        part.tool_call_id: part
        for message in pending.messages
        if isinstance(message, ModelResponse)
        for part in message.parts
        if isinstance(part, ToolCallPart)
    }
    calls = [parts[it.id] for it in pending.calls]
    requests = DeferredToolRequests(approvals=calls)
    approvals: dict[str, bool | ToolDenied] = {}
    for it in decisions:
        name = parts[it.call_id].tool_name
        approvals[it.call_id] = _result(it, name, work)
    answered_by = {it.call_id: it.user_id for it in decisions}
    return requests.build_results(approvals=approvals, answered_by=answered_by)


def _result(decision: Decision, name: str, work: Work) -> bool | ToolDenied:
    match decision.verdict:
        case Verdict.APPROVED:
            return True
        case Verdict.DENIED:
            text = denied(name)
        case Verdict.OVER if decision.end is not None:
            text = ended_before(decision.end.state)
        case _:
            text = OUTCOME_UNKNOWN
            work.refused_tools.add(name)
    handle = work.sources.next_result()
    work.sources.add(Source(handle=handle, title=f"{name}, decided by people", text=text))
    return ToolDenied(f"{handle}:\n{text}")


def ends_of(
    pending: Pending | None, decisions: Sequence[Decision], work: Work | None = None
) -> Iterator[CallEnd]:
    """Say what became of each call that was approved for this turn to run.

    Without `work` the turn has not begun to.
    """
    calls = {it.id: it for it in pending.calls} if pending else {}
    recorded = {it.id: it for it in work.record.calls} if work else {}
    for it in decisions:
        if it.verdict is not Verdict.APPROVED:
            continue
        ran = recorded.get(it.call_id)
        if ran is not None:
            is_failed = ran.outcome == "failed"
            why = ran.first_line if is_failed else ""
            yield CallEnd(call_id=it.call_id, state=_STATES[ran.outcome], why=why)
        elif work is not None and it.call_id in work.begun:
            yield CallEnd(call_id=it.call_id, state=CallState.UNKNOWN)
        else:
            why = _why_not_run(calls.get(it.call_id), work)
            yield CallEnd(call_id=it.call_id, state=CallState.NOT_RUN, why=why)


def _why_not_run(wanted: PendingCall | None, work: Work | None) -> str:
    if work is None:
        return words.NOT_BEGUN
    if wanted is None:
        return words.FORGOTTEN
    if wanted.server in work.unavailable:
        return words.not_available(wanted.server, work.unavailable[wanted.server])
    return words.TOOL_GONE if work.offered else words.NOT_BEGUN
