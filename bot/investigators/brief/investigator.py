"""The investigator that needs no key and no network: it reads the thread and briefs people."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from bot.config import Settings
from bot.document.thread import Around, FileText, ThreadMessage
from bot.document.values import Document, Small, Text
from bot.investigators.brief import words
from bot.investigators.brief.beside import NOTHING_BESIDE, Beside
from bot.investigators.brief.briefing import (
    News,
    all_indicators,
    answer,
    is_about_channel,
    read_up_to,
    remembering,
    told_before,
    told_runbook,
    whole,
)
from bot.investigators.brief.case_file import export
from bot.investigators.brief.digest import Digest, digest
from bot.investigators.brief.layout import Layout
from bot.investigators.brief.looking_beside import look_beside
from bot.investigators.brief.lookup import Lookup, look_up
from bot.investigators.brief.reading import Entry, read_entries
from bot.investigators.brief.runbooks import Runbooks
from bot.investigators.brief.telling import sightings_of
from bot.investigators.contract import Case, Finding, Progress, SightingsView, ThreadView
from bot.investigators.scene import Scene, read_scene, scene_of
from bot.messages import owes_answer, ts_of, wants_answer
from session import Message

_WANTS_ALL = re.compile(
    r"\b(?:full|whole|complete|entire)\b.{0,20}\b(?:brief|summary|timeline|thread|story|picture)"
    r"|\b(?:brief|summary|timeline)\b.{0,15}\bagain\b|\bfrom the (?:start|beginning)\b",
    re.IGNORECASE,
)
_LONGEST_QUESTION = 2_000
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^<>]*)?>")


@dataclass(frozen=True, slots=True)
class Ask:
    """One of the messages to answer."""

    text: str
    wants_answer: bool
    """False for a reply that does not mention Burrow."""


class BriefInvestigator:
    """Answers with a case brief; a follow-up gets what is new since, or what it asks about."""

    name = "brief"

    def __init__(self, settings: Settings | None = None, runbooks: Runbooks | None = None) -> None:
        self._own_domains = settings.own_domains if settings else frozenset[str]()
        self._runbooks = runbooks

    async def investigate(self, case: Case) -> AsyncIterator[Progress | Finding]:
        """Read the thread and brief its people. The work is done in a thread, off the loop."""
        yield Progress(text=words.READING)
        notebook = await case.notebook.read()
        asking = [question for question in case.new if wants_answer(question)]
        scene = await scene_of(
            case,
            was_channel=is_about_channel(notebook),
            since=None if _want_all([it.text for it in asking]) else read_up_to(notebook),
        )
        asks = set(map(ts_of, asking))
        told = [it for it in scene.messages if not it.is_burrow and it.ts not in asks]
        people = {message.author_id for message in told if not message.is_bot}
        files = sum(it.left_out is None for it in scene.files)
        yield Progress(text=words.reading(len(told), len(people), files))
        yield await self.finding(case, scene, notebook)

    async def finding(self, case: Case, scene: Scene, notebook: Mapping[str, Any]) -> Finding:
        """Brief people on what was read; `notebook` is what the brief before left."""
        asking = [question for question in case.new if wants_answer(question)]
        known = await self._digest(scene, frozenset(map(ts_of, asking)))
        beside = NOTHING_BESIDE
        if asking or any(map(owes_answer, case.new)):
            beside = await self._beside(known, scene, asking, case.sightings)
        work = partial(
            brief,
            case,
            scene.thread,
            notebook,
            self._own_domains,
            around=scene.around,
            known=known,
            beside=beside,
        )
        found = await asyncio.to_thread(work)
        seen = [*known.entries, *known.in_files]
        return replace(found, sightings=sightings_of(seen) if scene.is_whole else None)

    async def indicators(self, case: Case) -> AsyncIterator[Progress | Finding]:
        """Give the table of all indicators, whatever was told before."""
        yield Progress(text=words.READING)
        layout, _ = await self._layout(case)
        yield await asyncio.to_thread(all_indicators, layout)

    async def export(self, case: Case) -> AsyncIterator[Progress | Finding]:
        """Give the whole case as one file."""
        yield Progress(text=words.READING)
        layout, now = await self._layout(case)
        yield await asyncio.to_thread(export, layout, case.session.ticket_id, now)

    async def catch_up(
        self,
        view: ThreadView,
        asks: frozenset[str],
        notebook: Mapping[str, Any],
        ticket_id: str | None,
        sightings: SightingsView,
    ) -> Document:
        """Give the whole brief of a thread outside any turn; nothing is remembered of it.

        `asks` are the `ts` of what is asked of Burrow, `notebook` is what its last brief left.
        """
        was_channel = is_about_channel(notebook)
        scene = await read_scene(view, asks, was_channel=was_channel, since=None)
        known = await self._digest(scene, asks)
        beside = await self._beside(known, scene, (), sightings)
        latest = max((it.sent_at for it in scene.messages), default=datetime.now(UTC))
        finding = await asyncio.to_thread(
            whole, known, (), ticket_id, latest, scene.around, beside
        )
        assert finding.document is not None, "a whole brief is made of values"
        return finding.document

    async def about(self, view: ThreadView, question: Message) -> Document:
        """Say what a thread says about one question, outside any turn; empty if it is nothing."""
        messages = await view.read()
        return await asyncio.to_thread(about_question, messages, question, self._own_domains)

    async def _digest(self, scene: Scene, asks: frozenset[str]) -> Digest:
        """Make sense of all that was read, in a thread."""
        read, files = scene.messages, scene.files
        work = partial(read_entries, read, asks, self._own_domains, files)
        return await asyncio.to_thread(lambda: digest(work(), files))

    async def _beside(
        self, known: Digest, scene: Scene, asking: Sequence[Message], sightings: SightingsView
    ) -> Beside:
        asked = "\n".join(_MENTION.sub("", question.text) for question in asking)
        return await look_beside(known, scene.messages, asked, sightings, self._runbooks)

    async def _layout(self, case: Case) -> tuple[Layout, datetime]:
        """Read all that the case holds, and up to when."""
        was_channel = is_about_channel(await case.notebook.read())
        scene = await scene_of(case, was_channel=was_channel, since=None)
        known = await self._digest(scene, frozenset(map(ts_of, case.new)))
        latest = _latest(scene.messages, case)
        return Layout.at(known, latest, scene.around), latest


def brief(
    case: Case,
    messages: Sequence[ThreadMessage],
    notebook: Mapping[str, Any] = MappingProxyType({}),
    own_domains: frozenset[str] = frozenset(),
    *,
    around: Around | None = None,
    files: Sequence[FileText] = (),
    known: Digest | None = None,
    beside: Beside = NOTHING_BESIDE,
) -> Finding:
    """Brief the people of one thread: a pure function of the case and its messages.

    `notebook` is what the brief of the turn before left; `around` is the channel, where it is the
    case; `files` are those that all these messages share. `known` is the digest of all that, if
    it was made already; `beside` is what is told beside it.
    """
    new_ts = frozenset(map(ts_of, case.new))
    by_ts = {message.ts: message for message in messages}
    names = _own_names(messages)
    asks = [_ask(question, by_ts, names) for question in case.new]
    asking = {ts_of(question) for question in case.new if wants_answer(question)}
    read = [*(around.messages if around else ()), *messages]
    if known is None:
        known = digest(read_entries(read, frozenset(asking), own_domains, files), files)
    since = read_up_to(notebook)
    wanted = [ask.text for ask in asks if ask.wants_answer]
    earlier = [entry for entry in known.entries if entry.message.ts not in new_ts]
    earlier += known.in_files
    latest = _latest(read, case)
    if since is not None and not wanted:
        replies = _to_replies(known, asks, earlier, names, latest)
        return replace(replies, notebook=notebook)
    about = _looked_up(wanted, earlier, names)
    told = told_before(notebook)
    if since is None or _want_all(wanted):
        about = [lookup for lookup in about if lookup.matches or lookup.indicators]
        finding = whole(known, about, case.session.ticket_id, latest, around, beside)
        finding = replace(finding, worth_posting=bool(wanted))
    else:
        news = News(known, since, latest, told, around, beside, told_runbook(notebook))
        finding = news.finding(about)
    left = remembering(
        latest,
        known,
        told,
        is_about_channel=around is not None,
        runbook=beside.runbook.runbook.name if beside.runbook else told_runbook(notebook),
    )
    return replace(finding, notebook=left)


def about_question(
    messages: Sequence[ThreadMessage], question: Message, own_domains: frozenset[str]
) -> Document:
    """Quote three places at most that are about a question; empty if there is none."""
    names = _own_names(messages)
    asked = _ask(question, {message.ts: message for message in messages}, names)
    entries = read_entries(messages, frozenset({ts_of(question)}), own_domains)
    lookup = look_up(asked.text, [it for it in entries if not it.is_to_burrow], names)
    if lookup is None or not lookup.matches:
        return Document()
    known = Digest(entries=tuple(entries), people=(), bots=(), sightings=(), questions=())
    layout = Layout.at(known, question.sent_at)
    without_model = Small((Text(words.WITHOUT_MODEL),))
    return Document((*layout.about(lookup), without_model))


def _want_all(wanted: Sequence[str]) -> bool:
    return any(_WANTS_ALL.search(text) for text in wanted)


def _to_replies(
    known: Digest,
    asks: Sequence[Ask],
    earlier: Sequence[Entry],
    names: frozenset[str],
    now: datetime,
) -> Finding:
    """Speak up unasked only if a question names an indicator that the thread has seen."""
    questions = [ask.text for ask in asks if "?" in ask.text]
    about = [
        lookup
        for lookup in _looked_up(questions, earlier, names)
        if lookup.indicators and lookup.matches
    ]
    if about:
        return answer(known, about, now)
    return Finding(text=words.NOTHING_TO_READ, worth_posting=False)


def _looked_up(
    texts: Sequence[str], earlier: Sequence[Entry], names: frozenset[str]
) -> list[Lookup]:
    found = (look_up(text, earlier, names) for text in texts[-2:])
    return [lookup for lookup in found if lookup is not None]


def _ask(message: Message, by_ts: dict[str, ThreadMessage], names: frozenset[str]) -> Ask:
    """Take the text as people see it, where the thread has it, without Burrow's name."""
    seen = by_ts.get(ts_of(message))
    text = (seen.text if seen else _MENTION.sub("", message.text))[:_LONGEST_QUESTION]
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"@{re.escape(name)}(?!\w)[,:]?", "", text, flags=re.IGNORECASE)
    return Ask(text=text.strip(), wants_answer=wants_answer(message))


def _own_names(messages: Sequence[ThreadMessage]) -> frozenset[str]:
    names = {message.author.lower() for message in messages if message.is_burrow}
    return frozenset({"burrow"} | names | {word for name in names for word in name.split()})


def _latest(messages: Sequence[ThreadMessage], case: Case) -> datetime:
    return max(
        [*(seen.sent_at for seen in messages), *(question.sent_at for question in case.new)]
    )
