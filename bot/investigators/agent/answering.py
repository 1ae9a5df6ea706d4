"""Checks the model's answer before it counts, and makes what people read of it."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic_ai import DeferredToolRequests, ModelRetry, RunContext

from bot.document.values import Document, Item, Listing, Paragraph, Text
from bot.investigators.agent import words
from bot.investigators.agent.echoes import NOTHING_SAID, without_complaints
from bot.investigators.agent.evidence import checked, problems, quotation_of
from bot.investigators.agent.language import is_of_another_script
from bot.investigators.agent.output import Answer, Reply, Report, Silence
from bot.investigators.agent.prompt import FILE_TAG, MESSAGE_TAG
from bot.investigators.agent.requests import NO_LOOK, news, news_text
from bot.investigators.agent.telling import Remarks, Teller
from bot.investigators.agent.work import Work
from bot.messages import wants_answer

_MOST_PROBLEMS = 4
_MOST_CALLS = 8
_FRAMES = re.compile(rf"</?(?:{MESSAGE_TAG}|{FILE_TAG})(?: [a-z]+=\"[^\"]*\")*>")
"""Marks around a tool's result for the model; people see only the text between them."""
_MOST_NAMED = 8


async def check_answer(ctx: RunContext[Work], answer: Any) -> Any:
    """Send an answer back that does not hold; at the last attempt it is repaired instead.

    What came in meanwhile turns the answer into one more request.
    """
    work = ctx.deps
    if ctx.partial_output or isinstance(answer, DeferredToolRequests):
        return answer
    if not work.budget.ending():
        for message in await news(work):
            ctx.enqueue(news_text(work, message))
    answer = without_complaints(answer, work.complaints)
    if not ctx.last_attempt and (found := list(_problems(work, answer))[:_MOST_PROBLEMS]):
        work.complaints += found
        raise ModelRetry("Not accepted. " + "; ".join(found) + ".")
    return answer


def _problems(work: Work, answer: object) -> Iterator[str]:
    if isinstance(answer, Report | Reply):
        yield from _problem_of_language(work, answer)
    match answer:
        case Report():
            if not answer.facts:
                yield from _problem_of_not_looking(work)
            yield from problems(answer, work.sources)
        case Reply():
            if not answer.evidence:
                yield from _problem_of_not_looking(work)
            yield from _problems_of_reply(work, answer)
        case Silence() if any(map(wants_answer, work.case.new)):
            yield "somebody mentioned you and is owed an answer: use reply or report"


def _problem_of_language(work: Work, answer: Report | Reply) -> Iterator[str]:
    asked = "\n".join(it.text for it in work.case.new if wants_answer(it))
    if is_of_another_script(asked, _own_words(answer)):
        yield "write it in the language of the question"


def _own_words(answer: Report | Reply) -> str:
    """Return what the model says in its own words."""
    if isinstance(answer, Reply):
        return answer.text
    said = [it.text for it in answer.summary] + [it.text for it in answer.facts]
    said += [it.text for it in answer.hypotheses]
    return "\n".join([*said, *answer.unknown, *answer.next_steps])


def _problem_of_not_looking(work: Work) -> Iterator[str]:
    """A weak model likes to give up before it has looked."""
    tools = [name for name in work.offered if name not in NO_LOOK]
    if tools and not (work.record.calls or work.looked_before):
        work.must_look = True
        yield f"you have not looked yet: call a tool first ({', '.join(tools[:_MOST_NAMED])})"


def _problems_of_reply(work: Work, reply: Reply) -> Iterator[str]:
    if not reply.evidence:
        yield "name the source and words of it; if no source says it, say that you do not know"
    elif not any(quotation_of(it, work.sources) for it in reply.evidence):
        yield "the quoted words stand in no source: copy them exactly, or say that you do not know"


def document_of_answer(work: Work, answer: Answer) -> Document | None:
    """Return what people read; None if the model has nothing to say."""
    teller = Teller(work.sources)
    match answer:
        case Report():
            remarks = Remarks(tuple(_remarks(work)))
            return teller.report(checked(answer, work.sources), remarks)
        case Reply():
            quotations = [
                it for evidence in answer.evidence if (it := quotation_of(evidence, work.sources))
            ]
            lines = [*_remarks(work, for_report=False)]
            if answer.text == NOTHING_SAID:
                return teller.reply(words.INCONCLUSIVE, (), Remarks(tuple(lines)))
            if not quotations:
                lines.insert(0, words.NO_SOURCE)
            return teller.reply(answer.text, quotations, Remarks(tuple(lines)))
    return None


def _remarks(work: Work, *, for_report: bool = True) -> Iterator[str]:
    if work.ended_by is not None:
        yield words.out_of(work.ended_by)
    if not work.record.has_result and (for_report or work.record.calls):
        yield words.THREAD_ALONE
    yield from work.remarks
    yield from _servers(work)


def _servers(work: Work) -> Iterator[str]:
    """Name each server that could not be used, or of which no call succeeded."""
    for name, why in sorted(work.unavailable.items()):
        yield words.not_available(name, why)
    by_server: dict[str, set[str]] = {}
    for call in work.record.calls:
        if call.server:
            by_server.setdefault(call.server, set()).add(call.outcome)
    for name, outcomes in sorted(by_server.items()):
        if outcomes == {"failed"} and name not in work.unavailable:
            yield words.not_available(name, words.ALL_CALLS_FAILED)


def document_of_what_there_is(work: Work, why: str) -> Document:
    """Tell what was looked at, where there is no answer."""
    teller = Teller(work.sources)
    blocks = [Paragraph((Text(why),))]
    items = []
    # A call that was repeated, with nothing new, is told once.
    calls = {call.handle: call for call in work.record.calls}
    for call in list(calls.values())[-_MOST_CALLS:]:
        items.append(
            Item((Text(call.title, code=True), Text(f": {words.OUTCOMES[call.outcome]}")))
        )
        if call.outcome == "done" and call.first_line:
            items.append(Item(teller.inline(_FRAMES.sub("", call.first_line)), level=1))
    lines = Remarks((*work.remarks, *_servers(work))).blocks()
    return Document((*blocks, *([Listing(tuple(items))] if items else []), *lines))
