"""An investigator that asks before it changes anything, and people who decide."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.cards.card import Card
from bot.cards.reading import Cards
from bot.investigators.approvals import Ask, CallEnd, CallState, PendingCall, Verdict
from bot.investigators.contract import Case, Finding, Step
from bot.messages import APPROVAL, EXPIRED, WITHDRAWAL
from session import MessageId, NewMessage, Repository, SessionId
from tests.unit.bot.stories import question

RESTART = PendingCall(id="c1", tool="restart", server="k8s", arguments='{"name": "checkout"}')
SCALE = PendingCall(id="c2", tool="scale", arguments='{"name": "checkout", "to": 3}')


@dataclass(slots=True)
class Careful:
    """Asks for its calls, carries out each approved one, and notes what it did."""

    wanted: tuple[PendingCall, ...] = (RESTART,)
    found: str = ""
    """What it says before it asks."""
    state: CallState = CallState.DONE
    why: str = ""
    on_run: Callable[[], Any] = lambda: None
    """What else happens in the middle of a call."""
    seconds: float = 0.0
    """How long it thinks after its calls."""
    ran: list[str] = field(default_factory=list)
    told: list[tuple[str, Verdict]] = field(default_factory=list)

    async def investigate(self, case: Case) -> AsyncIterator[Step]:
        if not case.decisions and not case.pending and "restart" in case.new[-1].text:
            if self.found:
                yield Finding(text=self.found)
            yield Ask(calls=self.wanted, notebook={"asked": [it.id for it in self.wanted]})
            return
        for decision in case.decisions:
            self.told.append((decision.call_id, decision.verdict))
            if decision.verdict is Verdict.APPROVED:
                self.ran.append(decision.call_id)
                self.on_run()
                await asyncio.sleep(0)
                yield CallEnd(call_id=decision.call_id, state=self.state, why=self.why)
        await asyncio.sleep(self.seconds)
        pending = ", ".join(it.id for it in case.pending)
        yield Finding(text=f"looked, {pending} pending" if pending else "looked")


def restart(ts: str = "1", **changes: Any) -> NewMessage:
    """A question that makes it ask."""
    return question(ts, "please restart checkout", **changes)


async def card_of(repository: Repository, session_id: SessionId) -> Card:
    """The session's card."""
    opened = await Cards(repository).of(session_id)
    assert opened is not None
    return opened.card


def decision(
    card: Card, number: int = 1, *, approves: bool = True, by: str = "UBEN", ts: str = "50"
) -> NewMessage:
    """Somebody's click, as it is stored."""
    return question(
        ts,
        "approved" if approves else "denied",
        id=card.decision_id(number),
        author_id=by,
        kind=APPROVAL,
        attributes={"card": card.id, "approves": approves, "post": ""},
    )


def withdrawal(card: Card, *, why: str = EXPIRED, ts: str = "60") -> NewMessage:
    """The request to take a card away."""
    return question(
        ts,
        "",
        id=MessageId(f"{card.id}/{why}"),
        kind=WITHDRAWAL,
        attributes={"card": card.id, "why": why},
    )
