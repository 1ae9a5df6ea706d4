"""Turns and the timeline. The session's document carries its last turn along."""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import replace

from google.cloud.firestore_v1 import FieldFilter
from google.cloud.firestore_v1.async_query import AsyncQuery

from session import transitions
from session.engines.firestore.changes import Change, Updates, begun, ended, turn_of
from session.engines.firestore.documents import stored_message, stored_turn
from session.engines.firestore.held import Held, delivery, messages_of, write_held
from session.engines.firestore.store import Store
from session.models import (
    Claim,
    Message,
    MessageId,
    Outcome,
    Session,
    SessionId,
    Turn,
    TurnEnd,
)
from session.repository import TurnRepository


class Turns(TurnRepository):
    """The part of the engine that runs turns."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def begin_turn(self, claim: Claim, message_ids: Sequence[MessageId]) -> Turn:
        async def plan(held: Held) -> Change:
            now = self._store.clock()
            messages = await self._unended(held, message_ids)
            turn = transitions.with_messages(turn_of(held.before, claim, now), messages)
            turn = replace(turn, outcome=None, ended_at=None, note=None)
            after, past = begun(held.before.moved(held.before.session), turn, now)
            updates = tuple((one, transitions.taken_up(one, turn)) for one in messages)
            return Change(after=after, updates=updates, past_turns=past)

        _, after = await write_held(self._store, claim, plan)
        assert after.turn is not None
        return after.turn

    async def finish_turn(self, claim: Claim, end: TurnEnd) -> None:
        async def plan(held: Held) -> Change:
            now = self._store.clock()
            turn, updates = await self._ended(held, turn_of(held.before, claim, now), end)
            delivered = await delivery(self._store, held, end.delivered)
            session = _after_turn(held.before.session, end)
            turn = replace(turn, outcome=end.outcome, ended_at=now, note=end.note)
            answer = None
            if end.answer is not None and not await self._is_stored(held, end.answer.id):
                answer = transitions.stored(claim.session_id, end.answer, now)
                answer = replace(answer, turn_id=turn.id)
            after = held.before.moved(replace(session, last_active_at=now))
            after, past = ended(after, turn)
            return Change(
                after=after,
                new_message=answer,
                updates=updates + delivered,
                past_turns=past,
            )

        await write_held(self._store, claim, plan)

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
            found = await self._store.call().query(query.limit(limit))
        return [stored_message(one.to_dict() or {}) for one in reversed(found)]

    async def turns(self, session_id: SessionId) -> Sequence[Turn]:
        call = self._store.call()
        # The last turn is read first: if it is moved meanwhile, the query finds it.
        stored, _ = await self._store.read_session(call, session_id)
        past = await self._store.query_all(self._store.turns(session_id).order_by("fence"))
        found = {turn.fence: turn for turn in (stored_turn(one.to_dict() or {}) for one in past)}
        for turn in () if stored is None else (*stored.unended, stored.turn):
            if turn is not None:
                found.setdefault(turn.fence, turn)
        return [found[fence] for fence in sorted(found)]

    async def _ended(self, held: Held, turn: Turn, end: TurnEnd) -> tuple[Turn, Updates]:
        """Say how the turn's end leaves the turn and its messages."""
        if end.outcome is Outcome.INTERRUPTED:
            messages = await self._unended(held, turn.message_ids)
            return turn, tuple((one, transitions.handed_back(one, turn)) for one in messages)
        messages = await self._unended(held, end.message_ids)
        turn = transitions.with_messages(turn, messages)
        return turn, tuple((one, transitions.ended(one, turn, end.outcome)) for one in messages)

    async def _unended(self, held: Held, message_ids: Iterable[MessageId]) -> list[Message]:
        """Find those of the ids that this acquisition may take up or end, each once."""
        found = (await messages_of(self._store, held, message_ids)).values()
        ours = [one for one in found if one.session_id == held.claim.session_id]
        return [one for one in ours if transitions.awaits_a_turn(one)]

    async def _is_stored(self, held: Held, answer_id: MessageId) -> bool:
        """Tell whether the answer is there; taken for new until the commit says otherwise."""
        if held.again:
            return answer_id in await messages_of(self._store, held, [answer_id])
        return answer_id in self._store.memo.messages(held.claim)


def _after_turn(session: Session, end: TurnEnd) -> Session:
    return replace(
        session,
        lease=None if end.release else session.lease,
        notice_owed=session.notice_owed and not end.notice_posted,
        muted=session.muted if end.muted is None else end.muted,
        memory=session.memory if end.memory is None else copy.deepcopy(end.memory),
    )
