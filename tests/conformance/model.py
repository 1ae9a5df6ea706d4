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


@dataclass
class Thread:
    """One session. `held` is the stored pair, which stays after its end until somebody comes."""

    id: SessionId
    entries: dict[MessageId, Entry] = field(default_factory=dict)
    turns: dict[TurnId, Outcome | None] = field(default_factory=dict)
    held: Claim | None = None
    held_until: timedelta = timedelta(0)
    fence: int = 0

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
            entry.state = OPEN
            if claim.turn_id not in entry.tried_by:
                entry.tried_by.append(claim.turn_id)

    def finish(self, claim: Claim, outcome: Outcome, ids: list[MessageId]) -> None:
        self.turns[claim.turn_id] = outcome
        if outcome is Outcome.INTERRUPTED:
            for entry in self.entries.values():
                if entry.state is OPEN and claim.turn_id in entry.tried_by:
                    entry.tried_by.remove(claim.turn_id)
            return
        for entry in self._unended(ids):
            entry.state = PARKED if outcome is Outcome.WAITING else CLOSED
            if entry.state is PARKED and claim.turn_id in entry.tried_by:
                entry.tried_by.remove(claim.turn_id)

    def deliver(self, message_id: MessageId | None) -> None:
        entry = None if message_id is None else self.entries.get(message_id)
        if entry is not None and entry.is_answer:
            entry.state = CLOSED

    def open_ids(self) -> set[MessageId]:
        return {one for one, entry in self.entries.items() if entry.state is OPEN}

    def _unended(self, ids: list[MessageId]) -> list[Entry]:
        found = [self.entries[one] for one in dict.fromkeys(ids) if one in self.entries]
        return [one for one in found if not one.is_answer and one.state is not CLOSED]
