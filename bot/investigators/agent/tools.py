"""The agent's own tools: the thread, the session's earlier turns, indicators, the plan."""

import asyncio
from collections.abc import Collection, Sequence

from pydantic_ai import RunContext, ToolFailed
from pydantic_ai.common_tools.web_fetch import web_fetch_tool
from pydantic_ai.tools import Tool
from pydantic_ai.toolsets import FunctionToolset

from bot.document.values import PlanItem, PlanState
from bot.investigators.agent.calls import Rule
from bot.investigators.agent.clean import shown
from bot.investigators.agent.earlier import found_earlier
from bot.investigators.agent.others import lines_of
from bot.investigators.agent.work import Work
from bot.investigators.brief.extract import extract
from bot.investigators.brief.lookup import look_up
from bot.investigators.brief.reading import Entry
from bot.investigators.brief.telling import MOST_ASKED, asked_elsewhere, key_of

_PAGE = 20
_BEST = 8
_FETCHED_CHARACTERS = 8_000
_FETCHED_BYTES = 2 * 1024 * 1024
_FETCH_SECONDS = 10

_LONGEST_QUERY = 300
_MOST_ITEMS = 7
_LONGEST_ITEM = 120


def own_tools(
    web_fetch_hosts: Sequence[str], *, has_runbooks: bool = False
) -> FunctionToolset[Work]:
    """Return the tools that need no server; those for pages and runbooks only where some are."""
    again = Rule(is_of_conversation=True).as_metadata()
    tools: list[Tool[Work]] = [
        Tool(read_thread, metadata=again),
        Tool(find_in_thread, metadata=again),
        Tool(search_earlier_turns, metadata=again),
        Tool(seen_before),
        Tool(plan, metadata=Rule(is_quiet=True).as_metadata()),
    ]
    if has_runbooks:
        tools.append(Tool(read_runbook))
    if web_fetch_hosts:
        tools.append(
            web_fetch_tool(
                allowed_domains=sorted(web_fetch_hosts),
                max_content_length=_FETCHED_CHARACTERS,
                max_download_bytes=_FETCHED_BYTES,
                timeout=_FETCH_SECONDS,
            )
        )
    return FunctionToolset(tools, id="burrow")


async def read_thread(ctx: RunContext[Work], first: int = 1) -> str:
    """Read 20 messages of this Slack thread, from the one with this number on (1 is the root)."""
    first = max(1, first)
    messages = ctx.deps.messages[first - 1 : first - 1 + _PAGE]
    total = len(ctx.deps.messages)
    lines = [ctx.deps.telling.message(it) for it in messages]
    last = first - 1 + len(messages)
    return "\n".join([*lines, f"({first} to {last} of {total} messages)"]) if lines else ""


async def find_in_thread(ctx: RunContext[Work], text: str) -> str:
    """Find where this thread, or a file in it, has an address, host, hash, id, error or word."""
    work = ctx.deps
    found = await asyncio.to_thread(_found_in, work, text[:_LONGEST_QUERY])
    return "\n".join(_told(work, it) for it in found)


def _found_in(work: Work, text: str) -> Sequence[Entry]:
    found = look_up(text, work.entries(), frozenset({"burrow"}))
    return found.matches[:_BEST] if found else ()


def _told(work: Work, entry: Entry) -> str:
    """Frame a message, or the part of a file in which something was found, as it is written."""
    if entry.file is None:
        return work.telling.message(entry.message)
    text = entry.written.as_written(0, len(entry.text))
    return work.telling.file(entry.file, text, piece=entry.piece)


async def seen_before(ctx: RunContext[Work], text: str = "") -> str:
    """Find other threads that saw the addresses, domains, hashes, tickets or errors in a text.

    Without a text: those of this thread.
    """
    work = ctx.deps
    keys = await asyncio.to_thread(_asked_elsewhere, work, text[:_LONGEST_QUERY])
    return "\n".join(lines_of(await work.case.sightings.seen_before(keys)))


def _asked_elsewhere(work: Work, text: str) -> list[str]:
    if not text.strip():
        return list(asked_elsewhere(work.entries()))
    return list(dict.fromkeys(key_of(hit.indicator) for hit in extract(text)))[:MOST_ASKED]


async def search_earlier_turns(ctx: RunContext[Work], text: str) -> str:
    """Search what was asked and answered in this session before."""
    timeline = await ctx.deps.case.timeline.read()
    return await asyncio.to_thread(found_earlier, text[:_LONGEST_QUERY], timeline)


async def read_runbook(ctx: RunContext[Work], name: str) -> str:
    """Read one of the runbooks by its name."""
    runbooks = ctx.deps.runbooks
    found = runbooks.named(name) if runbooks is not None else None
    if runbooks is None or found is None:
        names = [it.runbook.name for it in runbooks.matching(name, _BEST)] if runbooks else []
        raise ToolFailed(f"there is no runbook of that name; the nearest: {', '.join(names)}")
    head = [f"# {found.title}", f"Owner: {found.owner}" if found.owner else "", found.link]
    return "\n".join([*filter(None, head), found.text])


async def plan(
    ctx: RunContext[Work], items: list[str], done: int = 0, failed: list[int] | None = None
) -> str:
    """Show people the 3 to 7 things you look at; call it again with how many are done.

    `failed`: the numbers of those done that could not be looked at, from 1.
    """
    work = ctx.deps
    texts = [shown(item)[:_LONGEST_ITEM] for item in items[:_MOST_ITEMS]]
    work.plan = tuple(
        PlanItem(text=text, state=_state(place, done, failed or ()))
        for place, text in enumerate(texts)
    )
    if texts:
        work.say(texts[min(max(done, 0), len(texts) - 1)])
    return "shown"


def _state(place: int, done: int, failed: Collection[int]) -> PlanState:
    if place + 1 in failed:
        return PlanState.ERROR
    if place < done:
        return PlanState.COMPLETE
    return PlanState.IN_PROGRESS if place == done else PlanState.PENDING
