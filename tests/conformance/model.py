"""The contract in small: what one session holds after each step, said in plain sets and dicts."""

from dataclasses import dataclass, field
from datetime import timedelta

from session import Claim, MessageId, MessageState, Outcome, SessionId, TurnId

OPEN, PARKED, CLOSED = MessageState.OPEN, MessageState.PARKED, MessageState.CLOSED


@dataclass
class Entry:
    """A person's message, or an answer (which is never taken up)."""

    state: MessageState = OPEN
    is_answer: bool = False
    tried_by: list[TurnId] = field(default_factory=list)
    is_due: bool = False
    """A time was set at which it is to be looked at."""

    @property
    def is_swept(self) -> bool:
        return self.state is OPEN or (self.state is PARKED and self.is_due)


@dataclass
class Thread:
    """One session. `held` is the stored pair, which stays after its end until somebody comes."""

    id: SessionId
    entries: dict[MessageId, Entry] = field(default_factory=dict)
    turns: dict[TurnId, Outcome | None] = field(default_factory=dict)
    held: Claim | None = None
    held_until: timedelta = timedelta(0)
    fence: int = 0
    is_provisional: bool = False

    def is_free(self, now: timedelta) -> bool:
        return self.held is None or now >= self.held_until

    def acquire(self, claim: Claim, until: timedelta) -> None:
        self.held, self.held_until, self.fence = claim, until, claim.fence

    def begin(self, claim: Claim, ids: list[MessageId]) -> None:
        for turn_id, outcome in self.turns.items():
            if outcome is None and turn_id != claim.turn_id:
                self.turns[turn_id] = Outcome.INTERRUPTED
        self.turns[claim.turn_id] = None
        for entry in self._unended(ids):
            if entry.state is PARKED:
                entry.state, entry.is_due = OPEN, False
            if claim.turn_id not in entry.tried_by:
                entry.tried_by.append(claim.turn_id)

    def finish(self, claim: Claim, outcome: Outcome, ids: list[MessageId]) -> None:
        self.turns[claim.turn_id] = outcome
        ending = [] if outcome == Outcome.INTERRUPTED else self._unended(ids)
        for entry in ending:
            entry.state = PARKED if outcome == Outcome.PARKED else CLOSED
        for entry in self.entries.values():
            if entry.state is not CLOSED and claim.turn_id in entry.tried_by:
                entry.tried_by.remove(claim.turn_id)

    def close(self, ids: list[MessageId]) -> None:
        for message_id in ids:
            if message_id in self.entries:
                self.entries[message_id].state = CLOSED
                self.entries[message_id].is_due = False

    def settle(self, message_id: MessageId, *, opens: bool) -> bool:
        entry = self.entries[message_id]
        if entry.state is not PARKED:
            return False
        entry.state, entry.is_due = (OPEN if opens else CLOSED), False
        if opens:
            self.is_provisional = False
        return True

    def deliver(self, message_id: MessageId | None) -> None:
        entry = None if message_id is None else self.entries.get(message_id)
        if entry is not None and entry.is_answer:
            entry.state = CLOSED

    def open_ids(self) -> set[MessageId]:
        return {id for id, entry in self.entries.items() if entry.state is OPEN}

    def swept_ids(self) -> set[MessageId]:
        return {id for id, entry in self.entries.items() if entry.is_swept}

    def _unended(self, ids: list[MessageId]) -> list[Entry]:
        found = [self.entries[id] for id in dict.fromkeys(ids) if id in self.entries]
        return [entry for entry in found if not entry.is_answer and entry.state is not CLOSED]
