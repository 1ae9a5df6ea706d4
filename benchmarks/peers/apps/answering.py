"""Burrow's half: an investigator that answers each mention with its token."""

import re
from collections.abc import AsyncIterator, Callable

from bot.investigators.contract import Case, Finding

_TOKEN = re.compile(r"tok[0-9a-f]{10}z")


def investigator() -> Callable[[Case], AsyncIterator[Finding]]:
    """Make it."""
    return _investigate


async def _investigate(case: Case) -> AsyncIterator[Finding]:
    tokens = [found[0] for message in case.new if (found := _TOKEN.search(message.text))]
    yield Finding(text=f"re: {' '.join(tokens)}")
