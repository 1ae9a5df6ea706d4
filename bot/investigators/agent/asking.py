"""Decides which calls people are asked about, and which are refused to the model instead."""

import json
from collections.abc import Mapping
from typing import Any

from bot.document.exact import exact, is_kept
from bot.investigators.agent import words
from bot.investigators.agent.clean import shown
from bot.investigators.agent.work import Work
from bot.investigators.approvals import MOST_CALLS, PendingCall

MOST_CHARACTERS = 2_500
_LONGEST_NAMES = 100
"""Of tool and server together: five of them stand on a card of 3 KB."""


def pending_call(
    call_id: str, tool: str, server: str, arguments: Mapping[str, Any]
) -> PendingCall:
    """Make what people see of a call, its arguments exactly as they would run."""
    text = json.dumps(arguments, ensure_ascii=False, indent=1, default=str)
    return PendingCall(id=call_id, tool=tool, server=server, arguments=text)


def refusal(work: Work, wanted: PendingCall) -> str | None:
    """Say why people are not asked about a call; None where they are."""
    if work.case.pending:
        return words.ANOTHER_IS_OPEN
    if len(work.asked) >= MOST_CALLS:
        return words.TOO_MANY_AT_ONCE
    if max(len(wanted.arguments), len(exact(wanted.arguments))) > MOST_CHARACTERS:
        return words.TOO_LONG_TO_SHOW
    names = wanted.tool, wanted.server
    if sum(len(exact(name)) for name in names) > _LONGEST_NAMES:
        return words.TOO_LONG_TO_SHOW
    if any(shown(text) != text or not is_kept(text) for text in (*names, wanted.arguments)):
        return words.SECRET_IN_IT
    return None
