"""Runs the investigator over one case and gathers what it yields."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot import words
from bot.document.markdown import cut_for_posts, document_of
from bot.document.sentences import sentence
from bot.document.values import Document
from bot.errors import BurrowError
from bot.investigators.contract import Case, Finding, Progress
from bot.investigators.loading import Steps
from session import (
    ANSWER,
    Message,
    Notebook,
    Repository,
    SessionId,
    TurnId,
    check_audit,
    check_notebook,
)

_LONG = 20_000
"""Characters of Markdown that are read in a thread, off the loop."""


class InvestigatorError(BurrowError):
    """The investigator tried to end more than itself; what it raised is the cause."""


@dataclass(slots=True)
class Gathered:
    """What an investigation has yielded so far."""

    name: str
    """The investigator's, under which its notebook is kept."""
    document: Document = field(default_factory=Document)
    """All that was found, in order."""
    notebook: Notebook | None = None
    """What is to be remembered: the last that a finding left."""
    audit: Mapping[str, Any] | None = None
    """How it was found, for operators."""
    is_worth_posting: bool = False
    """Whether any of it is new."""

    async def add(self, finding: Finding) -> None:
        """Keep a finding, if it can be stored; raises `NotStorableError` at once otherwise."""
        if finding.notebook is not None:
            notebook = Notebook(name=self.name, value=finding.notebook)
            check_notebook(notebook)
            self.notebook = notebook
        if finding.audit is not None:
            check_audit(finding.audit)
            self.audit = finding.audit
        self.document = self.document + await _document_of(finding)
        self.is_worth_posting = self.is_worth_posting or finding.worth_posting


async def investigate(
    steps: Steps, case: Case, gathered: Gathered, note: Callable[[Progress], None]
) -> None:
    """Fill `gathered`; raises what the investigator raises.

    `InvestigatorError` stands for what would end more than the investigator: an exit, an
    interrupt, a cancellation that nobody asked for.
    """
    task = asyncio.current_task()
    try:
        async for step in steps(case):
            match step:
                case Progress():
                    note(step)
                case Finding():
                    await gathered.add(step)
    except asyncio.CancelledError as error:
        if task is None or task.cancelling():
            raise
        raise InvestigatorError("the investigator let a cancellation out") from error
    except (SystemExit, KeyboardInterrupt, GeneratorExit) as error:
        raise InvestigatorError(f"the investigator raised {type(error).__name__}") from error


class SessionTimeline:
    """What is stored of the session before the running turn."""

    def __init__(
        self, repository: Repository, session_id: SessionId, new: Sequence[Message]
    ) -> None:
        self._repository = repository
        self._session_id = session_id
        self._new = {message.id for message in new}

    async def read(self) -> Sequence[Message]:
        """Read all entries before this turn, oldest first, earlier answers included."""
        entries = await self._repository.timeline(self._session_id)
        return [entry for entry in entries if entry.id not in self._new and not _is_queued(entry)]


class SessionInbox:
    """The messages that arrive while the turn runs."""

    def __init__(self, repository: Repository, session_id: SessionId, turn_id: TurnId) -> None:
        self._repository = repository
        self._session_id = session_id
        self._turn_id = turn_id

    async def queued(self) -> Sequence[Message]:
        """Read what is queued now, oldest first."""
        entries = await self._repository.open_messages(self._session_id)
        return [
            entry for entry in entries if entry.turn_id != self._turn_id and entry.kind != ANSWER
        ]


class SessionNotebook:
    """What the investigator left for itself in this session."""

    def __init__(self, repository: Repository, session_id: SessionId, name: str) -> None:
        self._repository = repository
        self._session_id = session_id
        self._name = name

    async def read(self) -> Mapping[str, Any]:
        """Read it; an empty mapping if it left nothing."""
        return await self._repository.read_notebook(self._session_id, self._name) or {}


def _is_queued(message: Message) -> bool:
    return message.is_open and message.kind != ANSWER


async def _document_of(finding: Finding) -> Document:
    if finding.document is not None:
        return finding.document
    text, rest = cut_for_posts(finding.text)
    if len(text) > _LONG:
        document = await asyncio.to_thread(document_of, text)
    else:
        document = document_of(text)
    return document + sentence(words.CUT) if rest else document
