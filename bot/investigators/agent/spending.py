"""Counts the tokens of a day (UTC) of one thread and of the whole installation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from bot.investigators.agent import words
from bot.investigators.agent.memory import Usage
from bot.investigators.contract import Case, TallyView

TOKENS_OF_ALL = "model tokens"
"""The name under which all instances add up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """The limits; 0 means no limit. What runs may overshoot one."""

    per_thread: int
    per_day: int

    async def refusal(self, usage: Usage, tally: TallyView | None, now: datetime) -> str | None:
        """Say which limit of today is reached, or None."""
        if self.per_thread and usage.on(day_of(now)) >= self.per_thread:
            return words.thread_budget(self.per_thread)
        if self.per_day and tally is not None:
            used = await tally.today(TOKENS_OF_ALL)
            return words.day_budget(self.per_day) if used >= self.per_day else None
        return None

    def of_thread(self, usage: Usage, tokens: int, now: datetime) -> Usage:
        """Return the thread's usage with a turn's tokens."""
        day = day_of(now)
        return Usage(day=day, tokens=usage.on(day) + tokens)


def day_of(now: datetime) -> str:
    """Return the day that budgets count by."""
    return f"{now.astimezone(UTC):%Y-%m-%d}"


def spending_on(case: Case) -> Callable[[int], None]:
    """Return what counts a request's tokens for the whole installation."""
    tally = case.tally
    return (lambda _: None) if tally is None else partial(tally.add, TOKENS_OF_ALL)
