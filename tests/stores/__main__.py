"""Write this version's file anew: `python -m tests.stores`, before it is released and never after.

Beside it goes what stands in it, as JSON, for later versions may say more of the same records.
"""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import __version__
from bot.errors import Hope, PostingError
from bot.investigators.contract import Case, Finding
from session import Repository
from tests.support.full_store import facts, fill
from tests.unit.bot.rooms import Room
from tests.unit.bot.stories import question, take_in
from tests.unit.session.sqlite.machine import Machine

FOLDER = Path(__file__).parent
OWED = "1720.0001"
"""The question whose answer is still to be posted."""


async def investigate(_: Case) -> AsyncIterator[Finding]:
    """Answer with more than plain words."""
    text = "**A cold cache**, since 9:02.\n\n| host | hits |\n| --- | --- |\n| `c1` | 0 |"
    yield Finding(text=text, notebook={"seen": ["c1"]}, audit={"tokens": 7})


async def leave_an_answer(repository: Repository) -> None:
    """Have a turn of the bot store an answer that the thread does not take now."""
    room = Room(investigate, repository=repository)
    refusal = PostingError("internal_error", hope=Hope.PASSING)
    room.surface.refuse = lambda _, label: refusal if label.kind == "answer" else None
    (asked,) = await take_in(repository, question(OWED))
    await room.turn(asked.session_id)


async def main() -> None:
    """Fill a store, and keep its file as the bot leaves it at its end."""
    machine = Machine()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "burrow.db"
        repository = await machine.open(path)
        await repository.sign({"version": __version__, "host": "here"})
        machine.advance(timedelta(seconds=1))
        await fill(repository)
        await leave_an_answer(repository)
        told = await facts(repository)
        await repository.aclose()
        assert not path.with_name("burrow.db-wal").exists(), "all of it stands in the file"
        shutil.copyfile(path, FOLDER / f"{__version__}.sqlite")
    text = json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False)
    (FOLDER / f"{__version__}.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"Written: {FOLDER / __version__}.sqlite, {len(told)} records\n")


if __name__ == "__main__":
    asyncio.run(main())
