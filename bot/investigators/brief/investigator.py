"""The investigator that needs no key and no network: it reads the thread and briefs people."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bot.config import Settings
from bot.document.values import Document
from bot.investigators.brief import words
from bot.investigators.brief.beside import NOTHING_BESIDE, Beside
from bot.investigators.brief.briefing import (
    all_indicators,
    is_about_channel,
    read_up_to,
    told_before,
    whole,
)
from bot.investigators.brief.case_file import CaseFile
from bot.investigators.brief.digest import Digest, digest
from bot.investigators.brief.layout import Layout
from bot.investigators.brief.looking_beside import look_beside
from bot.investigators.brief.one_turn import MENTION, about_question, brief, latest_of, want_all
from bot.investigators.brief.reading import read_entries
from bot.investigators.brief.runbooks import Runbooks
from bot.investigators.brief.telling import sightings_of
from bot.investigators.contract import Case, Finding, Progress, SightingsView, ThreadView
from bot.investigators.scene import Scene, read_scene, scene_of
from bot.messages import owes_answer, ts_of, wants_answer
from session import Message


class BriefInvestigator:
    """Answers with a case brief; a follow-up gets what is new since, or what it asks about."""

    name = "brief"

    def __init__(self, settings: Settings | None = None, runbooks: Runbooks | None = None) -> None:
        self.own_domains = settings.own_domains if settings else frozenset[str]()
        self.runbooks = runbooks

    async def investigate(self, case: Case) -> AsyncIterator[Progress | Finding]:
        """Read the thread and brief its people. The work is done in a thread, off the loop."""
        yield Progress(text=words.READING)
        notebook = await case.notebook.read()
        asking = [question for question in case.new if wants_answer(question)]
        scene = await scene_of(
            case,
            was_channel=is_about_channel(notebook),
            since=None if want_all([it.text for it in asking]) else read_up_to(notebook),
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
            self.own_domains,
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
        told = told_before(await case.notebook.read())
        yield await asyncio.to_thread(all_indicators, layout, told)

    async def export(self, case: Case) -> AsyncIterator[Progress | Finding]:
        """Give the whole case as one file."""
        yield Progress(text=words.READING)
        layout, scene = await self._layout(case)
        made = CaseFile(
            layout=layout,
            now=latest_of(scene.messages, case),
            thread=scene.thread[0].link if scene.thread else "",
            ticket_id=case.session.ticket_id,
            part=case.thread.read_in_part(),
        )
        yield await asyncio.to_thread(made.finding)

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
        return await asyncio.to_thread(about_question, messages, question, self.own_domains)

    async def _digest(self, scene: Scene, asks: frozenset[str]) -> Digest:
        """Make sense of all that was read, in a thread."""
        read, files = scene.messages, scene.files
        work = partial(read_entries, read, asks, self.own_domains, files)
        return await asyncio.to_thread(lambda: digest(work(), files))

    async def _beside(
        self, known: Digest, scene: Scene, asking: Sequence[Message], sightings: SightingsView
    ) -> Beside:
        asked = "\n".join(MENTION.sub("", question.text) for question in asking)
        return await look_beside(known, scene.messages, asked, sightings, self.runbooks)

    async def _layout(self, case: Case) -> tuple[Layout, Scene]:
        """Read all that the case holds."""
        was_channel = is_about_channel(await case.notebook.read())
        scene = await scene_of(case, was_channel=was_channel, since=None)
        known = await self._digest(scene, frozenset(map(ts_of, case.new)))
        return Layout.at(known, latest_of(scene.messages, case), scene.around), scene
