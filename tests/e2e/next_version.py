"""`python -m tests.e2e.next_version`: the bot in an invented next version.

It stores more than this one: a field of each Firestore document, an attribute of each message, a
kind `poll` that it alone knows, a column in SQLite. The step to that column waits until there is
a file `go` in the folder of the start.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot import messages
from bot.__main__ import main
from bot.document.sentences import sentence
from bot.intake import commands, newcomers
from bot.intake.incoming import Incoming
from bot.turns import building
from bot.turns.deeds import unknown
from bot.turns.deeds.contract import Deed
from bot.turns.ending import Ending
from bot.turns.open_turn import OpenTurn
from session import Message, NewMessage, Outcome
from session.engines.firestore import records, store
from session.engines.sqlite.repository import SQLiteRepository
from tests.support.next_version import NEXT, add_moods

POLL = "poll"
POLLED = "Everybody has been polled"
WAITS_FOR = Path("go")
WAITS_VARIABLE = "SECONDS_FOR_OTHERS"
"""How long it waits for other processes to leave the file; a minute without it."""


class Poll(Deed):
    """What only the next version can do."""

    kinds = frozenset({POLL})

    async def do(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Say so."""
        answer = sentence(POLLED)
        await turn.end(Ending(outcome=Outcome.ANSWERED, messages=picked, answer=answer))


def _slowly(connection: sqlite3.Connection) -> None:
    add_moods(connection)
    while not WAITS_FOR.exists():
        time.sleep(0.05)


def _with_more(fields_of: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    def more(value: Any) -> dict[str, Any]:
        fields = fields_of(value)
        return {**fields, "mood": f"calm at {fields.get('fence', fields.get('tries'))}"}

    return more


def become_next() -> None:
    """Change this process's Burrow into the next version."""
    defaults = SQLiteRepository.open.__func__.__kwdefaults__  # type: ignore[attr-defined]
    defaults["ours"] = replace(NEXT, steps=(*NEXT.steps[:-1], _slowly))
    defaults["waits"] = float(os.environ.get(WAITS_VARIABLE, "60"))
    for module in (store, records):
        for name in ("session_fields", "message_fields", "turn_fields"):
            if hasattr(module, name):
                setattr(module, name, _with_more(getattr(module, name)))
    commands.COMMANDS[POLL] = POLL  # type: ignore[index]
    for module in (messages, newcomers, unknown):
        module.KINDS = messages.KINDS | {POLL}  # type: ignore[attr-defined]
    _learn_to_poll()
    _remember_moods()


def _learn_to_poll() -> None:
    former = building.build_deeds

    def build_deeds(*parts: Any) -> tuple[Deed, ...]:
        return Poll(), *former(*parts)

    building.build_deeds = build_deeds  # type: ignore[assignment]


def _remember_moods() -> None:
    former = Incoming.as_message

    def as_message(incoming: Incoming, request_id: str, kind: str) -> NewMessage:
        message = former(incoming, request_id, kind)
        return replace(message, attributes={**message.attributes, "mood": {"is": ["calm"]}})

    Incoming.as_message = as_message  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    become_next()
    sys.exit(main())
