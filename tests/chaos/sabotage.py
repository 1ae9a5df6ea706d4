"""The code broken on purpose, to see the campaign find it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

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
            'HELD = "id = ? AND holder_id = ? AND fence = ?"',
            "HELD = \"id = ? AND ? <> '' AND ? > 0\"",
        ),
        Cut(
            "session/engines/firestore/held.py",
            "while before is not None and before.is_held_by(claim):",
            "while before is not None and before.session.lease is not None:",
        ),
    ),
    "look-before-release": (
        Cut(
            "bot/turns/running.py",
            "    left_unposted: bool = False\n",
            "    more: bool = True\n    left_unposted: bool = False\n",
        ),
        Cut(
            "bot/turns/finish.py",
            "        if posted:\n",
            "        if posted:\n"
            "            seen = await self.repository.open_messages(turn.lock.session_id)\n"
            "            turn.more = any(one.id != answer.id for one in seen)\n",
        ),
        Cut(
            "bot/handlers.py",
            "                if turn is not None:\n",
            "                if turn is not None and not turn.more:\n"
            "                    return\n"
            "                if turn is not None:\n",
        ),
    ),
    "post-before-storing": (
        Cut(
            "bot/turns/finish.py",
            "        answer = end.answer\n",
            "        answer = end.answer\n"
            "        if answer is not None:\n"
            "            await self.answers.post(turn.thread, answer, turn.guard)\n",
        ),
        Cut(
            "bot/turns/finish.py",
            "posted = await self.answers.post(turn.thread, answer, turn.guard)",
            "posted = await self.answers.post(\n"
            "            turn.thread, answer, turn.guard, perhaps_posted=True\n"
            "        )",
        ),
    ),
}


def sabotaged_copy(name: str, folder: Path) -> Path:
    """Copy the bot and the library into `folder` with one thing broken; what to import from."""
    for package in ("bot", "session"):
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
