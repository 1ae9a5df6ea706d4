"""The code broken on purpose, to see the campaign find it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.plan import Kind
from tests.e2e.processes import ROOT


@dataclass(frozen=True, slots=True)
class Cut:
    """Replace `old`, which must stand once in the file, by `new`."""

    file: str
    old: str
    new: str


SABOTAGES: dict[str, tuple[Cut, ...]] = {
    "no-fence": (
        Cut(
            "session/engines/sqlite/leases.py",
            '_WHERE_HELD = "id = ? AND holder_id = ? AND fence = ?"',
            "_WHERE_HELD = \"id = ? AND ? <> '' AND ? > 0\"",
        ),
        Cut(
            "session/engines/sqlite/sessions.py",
            "if found is None or not found.session.is_held_by(claim):",
            "if found is None or found.session.lease is None:",
        ),
        Cut(
            "session/engines/firestore/holder.py",
            "while before is not None and before.is_held_by(claim):",
            "while before is not None and before.session.lease is not None:",
        ),
    ),
    "look-before-release": (
        Cut(
            "bot/turns/ending.py",
            "    is_delivered: bool = True\n",
            "    more: bool = True\n    is_delivered: bool = True\n",
        ),
        Cut(
            "bot/turns/open_turn.py",
            "            await self.stored(lambda: self.lock.release(delivered=message.id))\n",
            "            seen = await self._repository.open_messages(self.lock.session_id)\n"
            "            more = any(entry.id != message.id for entry in seen)\n"
            "            self._more = more\n"
            "            await self.stored(lambda: self.lock.release(delivered=message.id))\n",
        ),
        Cut(
            "bot/turns/open_turn.py",
            "        self._closed: tuple[Message, ...] = ()\n",
            "        self._closed: tuple[Message, ...] = ()\n        self._more = True\n",
        ),
        Cut(
            "bot/turns/open_turn.py",
            "            is_delivered=self._is_delivered,\n",
            "            is_delivered=self._is_delivered,\n            more=self._more,\n",
        ),
        Cut(
            "bot/handlers.py",
            "            if self._workers.stopping:\n",
            "            if not result.more or self._workers.stopping:\n",
        ),
    ),
    "post-before-storing": (
        Cut(
            "bot/turns/open_turn.py",
            "from dataclasses import replace\n",
            "from contextlib import suppress\nfrom dataclasses import replace\n",
        ),
        Cut(
            "bot/turns/open_turn.py",
            "            await delivery.post(answer, ending)\n",
            "            pass\n",
        ),
        Cut(
            "bot/turns/open_turn.py",
            "        await self.stored(lambda: self.lock.finish_turn(end))\n",
            "        if answer is not None:\n"
            "            with suppress(PostingError):\n"
            "                delivery = Delivery(\n"
            "                    self.lock, self.surface, self.posts, self._repository,\n"
            "                    self.stored, self.recorder\n"
            "                )\n"
            "                await delivery.post(answer, ending)\n"
            "        await self.stored(lambda: self.lock.finish_turn(end))\n",
        ),
    ),
    "run-before-closing": (
        Cut(
            "bot/turns/deeds/resume.py",
            "        await turn.stored(lambda: turn.lock.close(decisions, DECIDED))\n",
            "        self._closing = (decisions, DECIDED)\n",
        ),
    ),
    "no-second-look": (
        Cut(
            "bot/turns/owed.py",
            "        return self._repository.is_local and not was_left_in_order\n",
            "        return False\n",
        ),
    ),
}

OPENED_BY: dict[str, tuple[Kind, ...]] = {
    "no-fence": (Kind.FREEZE,),
    "look-before-release": (),
    "post-before-storing": (Kind.KILL_AT_POST,),
    "run-before-closing": (),
    "no-second-look": (Kind.KILL_ON_THE_WIRE,),
}
"""The faults that meet the gap of a sabotage; without any, calm messages or cards meet it."""


def sabotaged_copy(name: str, folder: Path) -> Path:
    """Copy the code into `folder` with one thing broken; what to import from."""
    for package in ("bot", "session", "simulator"):
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for cut in SABOTAGES[name]:
        path = folder / cut.file
        text = path.read_text()
        if text.count(cut.old) != 1:
            raise ValueError(f"{cut.file} has changed: {cut.old!r} does not stand in it once")
        path.write_text(text.replace(cut.old, cut.new))
    return folder
