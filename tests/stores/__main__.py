"""Write this version's file anew: `python -m tests.stores`, before it is released and never after.

Beside it goes what stands in it, as JSON, for later versions may say more of the same records.
"""

import asyncio
import json
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import __version__
from tests.support.full_store import facts, fill
from tests.unit.session.sqlite.machine import Machine

FOLDER = Path(__file__).parent


async def main() -> None:
    """Fill a store, and keep its file as the bot leaves it at its end."""
    machine = Machine()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "burrow.db"
        repository = await machine.open(path)
        await repository.sign({"version": __version__, "host": "here"})
        machine.advance(timedelta(seconds=1))
        await fill(repository)
        told = await facts(repository)
        await repository.aclose()
        assert not path.with_name("burrow.db-wal").exists(), "all of it stands in the file"
        shutil.copyfile(path, FOLDER / f"{__version__}.sqlite")
    text = json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False)
    (FOLDER / f"{__version__}.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"Written: {FOLDER / __version__}.sqlite, {len(told)} records\n")


if __name__ == "__main__":
    asyncio.run(main())
