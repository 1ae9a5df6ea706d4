"""Runs the investigator over one case and gathers what it yields."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from bot.document.as_markdown import markdown_of
from bot.document.markdown import MAX_CHARACTERS, cut_for_posts, document_of
from bot.document.plain import plain_text
from bot.document.posts import Attachment, Image
from bot.document.table_source import with_whole_table
from bot.document.values import Document, Joined
from bot.errors import BurrowError
from bot.investigators.approvals import Ask, CallEnd
from bot.investigators.contract import Case, Finding, Progress
from bot.investigators.loading import Steps
from bot.turns.reasons import described
from session import (
    Notebook,
    Sighting,
    check_audit,
    check_notebook,
    check_sightings,
)

MAX_REST = 701 * 1024
"""Characters of Markdown that are kept beside that: more than a file takes."""
MAX_TABLE = 400_000
"""Characters of a table that are read although posts have no room for it, for its file."""
_LONG = 20_000
"""Characters of Markdown that are read in a thread, off the loop."""


class InvestigatorError(BurrowError):
    """The investigator tried to end more than itself; what it raised is the cause."""


class Gathered:
    """The steps that an investigation has yielded so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        """The investigator's name, under which its notebook is kept."""
        self.rest = ""
        """What was found after the document, as Markdown."""
        self.attachments: tuple[Attachment, ...] = ()
        self.images: tuple[Image, ...] = ()
        """What belongs into files of its own."""
        self.notebook: Notebook | None = None
        """What is to be remembered: the last that a finding left."""
        self.audit: Mapping[str, Any] | None = None
        """How it was found, for operators."""
        self.ask: Ask | None = None
        """The calls that people are asked to approve."""
        self.ends: dict[str, CallEnd] = {}
        """What became of approved calls, by their ids."""
        self.sightings: tuple[Sighting, ...] | None = None
        """What the case saw, if a finding said so."""
        self.is_worth_posting = False
        """Whether any of it is new."""
        self._found = Joined()
        self._room = MAX_CHARACTERS

    @property
    def document(self) -> Document:
        """What was found, in order, as far as posts may have room for it."""
        return self._found.document

    @property
    def has_found(self) -> bool:
        """Whether there is anything to show, be it a file alone."""
        return bool(self._found or self.rest or self.attachments or self.images)

    async def add(self, step: Finding | Ask | CallEnd) -> None:
        """Keep a step, if it can be stored; raises `NotStorableError` at once otherwise."""
        if self.ask is not None:
            raise TypeError("an Ask is a turn's last step")
        match step:
            case CallEnd():
                self.ends[step.call_id] = step
            case Ask():
                self._remember(step)
                self.ask = step
            case Finding():
                self._remember(step)
                self.attachments += step.attachments
                self.images += step.images
                if step.sightings is not None:
                    check_sightings(step.sightings)
                    self.sightings = step.sightings
                await self._keep(step)
                self.is_worth_posting = self.is_worth_posting or step.worth_posting

    def _remember(self, step: Finding | Ask) -> None:
        if step.notebook is not None:
            notebook = Notebook(name=self.name, value=step.notebook)
            check_notebook(notebook)
            self.notebook = notebook
        if step.audit is not None:
            check_audit(step.audit)
            self.audit = step.audit

    async def _keep(self, finding: Finding) -> None:
        """Read what posts may have room for; what comes after that is kept as it is written."""
        document = finding.document
        if self._room <= 0 and len(self.rest) >= MAX_REST:
            return
        if self._room <= 0:
            more = finding.text if document is None else markdown_of(document)
            self.rest = "\n\n".join(filter(None, (self.rest, more)))[:MAX_REST]
            return
        if document is None:
            text, rest = cut_for_posts(finding.text, self._room)
            if rest:
                text, rest = with_whole_table(text, rest, MAX_TABLE)
            self._room = 0 if rest else self._room - len(text)
            self.rest = rest[:MAX_REST]
            read = partial(document_of, text)
            document = await asyncio.to_thread(read) if len(text) > _LONG else read()
        else:
            self._room -= len(plain_text(document))
        self._found.add(document)


async def investigate(
    steps: Steps, case: Case, gathered: Gathered, note: Callable[[Progress], None]
) -> None:
    """Fill `gathered`; raises what the investigator raises.

    `InvestigatorError` replaces an exit, an interrupt, a cancellation that nobody asked for, and
    all else that is no `Exception`: these would end more than the investigator.
    """
    task = asyncio.current_task()
    try:
        async for step in steps(case):
            match step:
                case Progress():
                    note(step)
                case _:
                    await gathered.add(step)
            # One that gives step after step without a pause must leave the loop to others.
            await asyncio.sleep(0)
    except asyncio.CancelledError as error:
        if task is None or task.cancelling():
            raise
        raise InvestigatorError("the investigator let a cancellation out") from error
    except Exception:
        raise
    except BaseException as error:
        raise InvestigatorError(f"the investigator raised {described(error)}") from error
