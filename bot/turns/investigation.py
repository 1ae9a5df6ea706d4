"""Runs the investigator over one case and gathers what it yields."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.investigators.contract import Case, Finding, Progress
from bot.investigators.loading import Steps
from session import ANSWER, Message, Repository, SessionId, TurnId


@dataclass(slots=True)
class Gathered:
    """What an investigation has yielded so far."""

    findings: list[Finding] = field(default_factory=list)

    @property
    def is_worth_posting(self) -> bool:
        """Whether any of it is new."""
        return any(one.worth_posting for one in self.findings)

    @property
    def memory(self) -> dict[str, Any]:
        """All that is to be remembered, later findings winning."""
        return {key: value for one in self.findings for key, value in one.memory.items()}


async def investigate(
    steps: Steps, case: Case, gathered: Gathered, note: Callable[[str], None]
) -> None:
    """Fill `gathered`; raises what the investigator raises."""
    async for step in steps(case):
        match step:
            case Progress(text=text):
                note(text)
            case Finding():
                gathered.findings.append(step)


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
        return [one for one in entries if one.id not in self._new and not _is_waiting(one)]


class SessionInbox:
    """The messages that arrive while the turn runs."""

    def __init__(self, repository: Repository, session_id: SessionId, turn_id: TurnId) -> None:
        self._repository = repository
        self._session_id = session_id
        self._turn_id = turn_id

    async def waiting(self) -> Sequence[Message]:
        """Read what waits now, oldest first."""
        entries = await self._repository.open_messages(self._session_id)
        return [one for one in entries if one.turn_id != self._turn_id and one.kind != ANSWER]


def _is_waiting(message: Message) -> bool:
    return message.is_open and message.kind != ANSWER
