"""Turns, the timeline, and what turns leave behind."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from session import storable, transitions
from session.engines.memory.steps import at_once
from session.engines.memory.tables import Tables
from session.messages import Message, MessageId, SessionId, TurnId
from session.models import Claim, Turn, TurnEnd
from session.repository import NotebookRepository, TurnRepository


class Turns(TurnRepository, NotebookRepository):
    """The part of the engine that runs turns."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @at_once
    def begin_turn(
        self, claim: Claim, message_ids: Sequence[MessageId], *, on_the_way: bool = False
    ) -> Turn:
        self._tables.held(claim)
        return self._tables.begin(claim, message_ids, on_the_way=on_the_way)

    @at_once
    def finish_turn(self, claim: Claim, end: TurnEnd) -> None:
        texts, tables = storable.check_end(end), self._tables
        session, turn = tables.held(claim), tables.turn_of(claim)
        found = tables.some(transitions.touched_by(turn, end))
        ended = transitions.ends(session, turn, end, found, tables.date())
        for message in ended.messages:
            tables.put(message)
        tables.record(ended.turn)
        tables.sessions[session.id] = ended.session
        if end.answer is not None and end.answer.id not in tables.messages:
            attributes = json.loads(texts.answer or "{}")
            tables.put(transitions.answer_of(turn, end.answer, attributes, tables.clock()))
        for notebook, text in zip(end.notebooks, texts.notebooks, strict=True):
            tables.notebooks.setdefault(session.id, {})[notebook.name] = json.loads(text)
        if end.sightings is not None:
            tables.see(session.id, end.sightings)
        if texts.audit is not None:
            tables.audits.setdefault(session.id, {})[turn.id] = json.loads(texts.audit)

    @at_once
    def close_messages(self, claim: Claim, ids: Sequence[MessageId], outcome: str) -> None:
        storable.check_names(outcome=outcome)
        self._tables.held(claim)
        for message in self._tables.some(ids):
            self._tables.put(transitions.closed(message, claim, outcome))

    @at_once
    def postpone(self, claim: Claim, message_id: MessageId, due_at: datetime) -> bool:
        self._tables.held(claim)
        for message in self._tables.some([message_id]):
            postponed = transitions.postponed(message, claim, due_at)
            self._tables.put(postponed)
            return postponed is not message
        return False

    async def timeline(
        self, session_id: SessionId, *, limit: int | None = None
    ) -> Sequence[Message]:
        found = sorted(self._tables.entries(session_id), key=transitions.timeline_order)
        return found if limit is None else found[max(0, len(found) - limit) :]

    async def turns(self, session_id: SessionId) -> Sequence[Turn]:
        return self._tables.turns(session_id)

    async def read_notebook(self, session_id: SessionId, name: str) -> Mapping[str, Any] | None:
        return self._tables.notebooks.get(session_id, {}).get(name)

    async def read_audit(self, session_id: SessionId, turn_id: TurnId) -> Mapping[str, Any] | None:
        return self._tables.audits.get(session_id, {}).get(turn_id)
