"""How long a thread stands still after `kill -9` in the middle of its turn."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.emulator import is_running
from benchmarks.report import Check, Line, Table
from benchmarks.rounds import interleaved
from tests.chaos.scene import Scene
from tests.chaos.stores import FirestoreStore, Store, opened_store
from tests.support.firestore_emulator import HOST_VARIABLE

TTL = int(FirestoreStore.lease_seconds)
"""Seconds; on SQLite leases last an hour, so that a wait for one would show."""
RESTART = 0.1
NEVER = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Accident:
    """Who is there to take over: another bot, or only the one that is started again."""

    engine: str
    bots: int
    within: float
    """Seconds: since the new process was spawned, or since the kill where another one runs."""


ACCIDENTS = {
    "SQLite, restarted": Accident(engine="sqlite", bots=1, within=2),
    "SQLite, another runs": Accident(engine="sqlite", bots=2, within=2),
}
ON_FIRESTORE = {
    "Firestore, restarted": Accident(engine="firestore", bots=1, within=TTL + 5),
    "Firestore, another runs": Accident(engine="firestore", bots=2, within=TTL + 5),
}


async def after_a_kill(folder: Path, *, rounds: int) -> Table:
    """Measure until the turn's successor begins its work."""
    accidents = ACCIDENTS | (ON_FIRESTORE if is_running() else {})

    async def measure(accident: Accident) -> dict[str, float]:
        place = Path(tempfile.mkdtemp(dir=folder))
        address = os.environ.get(HOST_VARIABLE, "")
        async with opened_store(accident.engine, address, place) as store:
            return {"seconds": await _seconds(accident, store, place)}

    samples = await interleaved(accidents, measure, rounds=rounds)
    worst = {name: max(one["seconds"] for one in found) for name, found in samples.items()}
    checks = [
        Check(what=name, value=worst[name], target=one.within, unit=" s")
        for name, one in accidents.items()
    ]
    return Table(
        title=f"kill -9 in mid-turn, seconds until the work goes on (the worst of {rounds})",
        columns=list(accidents),
        lines=[Line(label="worst", values=worst, checks=checks)],
        notes=[
            f"Leases last an hour on SQLite and {TTL} s on Firestore. On SQLite a bot looks each"
            " second which of the others live.",
        ],
    )


async def _seconds(accident: Accident, store: Store, place: Path) -> float:
    async with Scene.open(store, place, bots=accident.bots) as scene:
        await scene.slack.user("ann").mention("#incidents", "q1 work 2")
        (cut_off,) = await scene.until_runs()
        is_alone = accident.bots == 1
        scene.fleet.kill_pid(cut_off.pid, RESTART if is_alone else NEVER)
        successor = (await scene.until_runs(2))[-1]
        lives = {one.pid: one for one in scene.fleet.lives}
        if is_alone and accident.engine == "sqlite":
            return successor.started_at - lives[successor.pid].started_at
        killed_at = lives[cut_off.pid].killed_at
        assert killed_at is not None
        return successor.started_at - killed_at
