"""How many tokens a day (UTC) one thread, and all threads of this instance, may use."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.investigators.agent import words
from bot.investigators.agent.memory import Usage


@dataclass(slots=True, kw_only=True)
class Spending:
    """Counts what this instance uses; 0 means no limit. What runs may overshoot a limit."""

    per_thread: int
    per_day: int
    _day: str = ""
    _tokens: int = 0

    def refusal(self, usage: Usage, now: datetime) -> str | None:
        """Say which limit of today is reached, or None."""
        day = day_of(now)
        if self.per_thread and usage.on(day) >= self.per_thread:
            return words.thread_budget(self.per_thread)
        if self.per_day and self._day == day and self._tokens >= self.per_day:
            return words.day_budget(self.per_day)
        return None

    def count(self, usage: Usage, tokens: int, now: datetime) -> Usage:
        """Count a turn's tokens; return the thread's usage with them."""
        day = day_of(now)
        self._tokens = tokens + (self._tokens if self._day == day else 0)
        self._day = day
        return Usage(day=day, tokens=usage.on(day) + tokens)


def day_of(now: datetime) -> str:
    """Return the day that budgets count by."""
    return f"{now.astimezone(UTC):%Y-%m-%d}"
