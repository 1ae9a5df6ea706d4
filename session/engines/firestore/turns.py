"""Turns and the timeline. The session's document carries its last turn along."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from google.cloud.firestore_v1 import AsyncDocumentReference, FieldFilter
from google.cloud.firestore_v1.async_query import AsyncQuery

from session import storable, transitions
from session.engines.firestore.changes import Change, begun, ended, in_order, turn_of, updates_of
from session.engines.firestore.documents import (
    fields_of,
    stored_message,
    stored_turn,
    stored_value,
)
from session.engines.firestore.holder import HolderWrite, messages_of, write_as_holder
from session.engines.firestore.store import Store
from session.messages import Message, MessageId, SessionId, TurnId
from session.models import Audit, Claim, Turn, TurnEnd
from session.readable import decoded
from session.repository import NotebookRepository, TurnRepository


class Turns(TurnRepository, NotebookRepository):
    """The part of the engine that runs turns, and reads what they leave behind."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def begin_turn(
        self, claim: Claim, message_ids: Sequence[MessageId], *, on_the_way: bool = False
    ) -> Turn:
        async def plan(write: HolderWrite) -> Change:
            now, before = self._store.clock(), write.before
            found = await messages_of(self._store, write, message_ids)
            messages = [seen.message for seen in found]
            turn = turn_of(before, claim, now)
            turn, taken_up = transitions.takes_up(turn, messages, on_the_way=on_the_way)
            after, past = begun(before.moved(before.session), turn, now)
            return Change(after=after, updates=updates_of(found, taken_up), past_turns=past)

        _, after = await write_as_holder(self._store, claim, plan)
        assert after.turn is not None
        return after.turn

    async def finish_turn(self, claim: Claim, end: TurnEnd) -> None:
        attributes = storable.check_end(end).answer or "{}"

        async def plan(write: HolderWrite) -> Change:
            now, before = self._store.clock(), write.before
            turn = turn_of(before, claim, now)
            found = await messages_of(self._store, write, transitions.touched_by(turn, end))
            messages = [seen.message for seen in found]
            came_to = transitions.ends(before.session, turn, end, messages, now)
            answer = None
            if end.answer is not None and not await self._is_stored(write, end.answer.id):
                answer = transitions.answer_of(turn, end.answer, json.loads(attributes), now)
            after, past = ended(before.moved(came_to.session), came_to.turn)
            return Change(
                after=after,
                new_message=answer,
                updates=updates_of(found, came_to.messages),
                past_turns=past,
                notebooks=end.notebooks,
                audit=None if end.audit is None else Audit(turn_id=turn.id, value=end.audit),
                sightings=end.sightings,
            )

        await write_as_holder(self._store, claim, plan)

    async def close_messages(self, claim: Claim, ids: Sequence[MessageId], outcome: str) -> None:
        storable.check_names(outcome=outcome)
        await self._change(claim, ids, lambda message: transitions.closed(message, claim, outcome))

    async def postpone(self, claim: Claim, message_id: MessageId, due_at: datetime) -> bool:
        return await self._change(
            claim, [message_id], lambda message: transitions.postponed(message, claim, due_at)
        )

    async def timeline(
        self, session_id: SessionId, *, limit: int | None = None
    ) -> Sequence[Message]:
        if limit is not None and limit <= 0:
            return []
        query: AsyncQuery = (
            self._store.messages.where(filter=FieldFilter("session_id", "==", session_id))
            .order_by("sent_at", direction="DESCENDING")
            .order_by("id", direction="DESCENDING")
        )
        if limit is None:
            found = await self._store.query_all(query)
        else:
            found = await self._store.budget().query(query.limit(limit))
        return self._store.reading.all(map(fields_of, reversed(found)), stored_message)

    async def turns(self, session_id: SessionId) -> Sequence[Turn]:
        # The last turn is read first: if it is moved meanwhile, the query finds it.
        stored, _ = await self._store.read_session(self._store.budget(), session_id)
        past = await self._store.query_all(self._store.turns(session_id).order_by("fence"))
        return in_order(stored, self._store.reading.all(map(fields_of, past), stored_turn))

    async def read_notebook(self, session_id: SessionId, name: str) -> Mapping[str, Any] | None:
        return await self._value(self._store.notebook(session_id, name))

    async def read_audit(self, session_id: SessionId, turn_id: TurnId) -> Mapping[str, Any] | None:
        return await self._value(self._store.audit(session_id, turn_id))

    async def _change(
        self, claim: Claim, ids: Sequence[MessageId], change: Callable[[Message], Message]
    ) -> bool:
        """Change messages under the fence, and nothing of the session; True if one changed."""
        changed = False

        async def plan(write: HolderWrite) -> Change:
            nonlocal changed
            found = await messages_of(self._store, write, ids)
            updates = updates_of(found, [change(seen.message) for seen in found])
            changed = any(update.after is not update.before.message for update in updates)
            return Change(after=write.before, updates=updates)

        await write_as_holder(self._store, claim, plan)
        return changed

    async def _is_stored(self, write: HolderWrite, answer_id: MessageId) -> bool:
        """Tell whether the answer is there; taken for new until the commit says otherwise."""
        if write.again:
            return bool(await messages_of(self._store, write, [answer_id]))
        return answer_id in self._store.memo.messages(write.claim)

    async def _value(self, ref: AsyncDocumentReference) -> Mapping[str, Any] | None:
        [snapshot] = await self._store.budget().read(ref)
        return decoded(fields_of(snapshot), stored_value) if snapshot.exists else None
