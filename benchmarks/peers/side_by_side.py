"""Second mentions in known threads, one post each: Burrow, a bare Bolt, and what others use."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.peer import FLOOR, MEMORY, OTHERS, SQLITE, Peer, redis, running
from benchmarks.peers.stand_in import StandIn
from benchmarks.peers.timing import Timer
from benchmarks.report import Check, Line, Table
from benchmarks.rounds import Samples, medians, percentile, ratio

AT_ONCE = 64
_WARM = 600
_CALM = 0.7
_OURS = (MEMORY.name, SQLITE.name)


async def side_by_side(folder: Path, *, rounds: int, mentions: int) -> Table:
    """Start each peer anew in every round, in turn forward and backward.

    Ratios are taken within one round. A peer that needs what is not here is left out, with a note.
    """
    left_out = {peer.name: why for peer in OTHERS if (why := peer.missing())}
    peers = [FLOOR, MEMORY, SQLITE, *(peer for peer in OTHERS if peer.name not in left_out)]
    samples: Samples = {peer.name: [] for peer in peers}
    async with redis(folder) as redis_url:
        for number in range(rounds):
            for peer in peers if number % 2 == 0 else reversed(peers):
                found = await _round(peer, redis_url, folder, mentions)
                samples[peer.name].append(found)
    return _table(
        samples, rounds, mentions, [f"left out: {it}: {left_out[it]}" for it in left_out]
    )


async def _round(peer: Peer, redis_url: str, folder: Path, mentions: int) -> dict[str, float]:
    slack = StandIn()
    await slack.start()
    try:
        async with running(peer, slack, redis_url, folder) as one:
            timer = Timer(slack, one.driver)
            await timer.first()
            # Caches, pools and, in other languages, compilers settle.
            await timer.mentions(await timer.known_threads(_WARM, AT_ONCE), AT_ONCE)
            single = await timer.mentions(await timer.known_threads(mentions, 16), 1)
            threads = await timer.known_threads(mentions * 5, AT_ONCE)
            before = one.cpu_seconds()
            many = await timer.mentions(threads, AT_ONCE)
            used = one.cpu_seconds() - before
            await asyncio.sleep(_CALM)
            return {
                "p50": percentile(single.answers, 50) * 1000,
                "p99": percentile(single.answers, 99) * 1000,
                "ack": percentile(single.acks, 50) * 1000,
                "rate": many.per_second,
                "cpu": used / len(threads) * 1000,
                "resident": one.resident(),
                "lost": single.lost + many.lost + slack.answered_wrongly,
            }
    finally:
        slack.stop()


def _table(samples: Samples, rounds: int, mentions: int, notes: Sequence[str]) -> Table:
    def to_floor(key: str, of: str) -> float:
        return ratio(samples, key, of, FLOOR.name)

    lost = {name: max(one["lost"] for one in found) for name, found in samples.items()}
    return Table(
        title=f"A second mention in a known thread, one post each ({rounds} rounds: {mentions} one"
        f" at a time, {mentions * 5} with {AT_ONCE} at once)",
        columns=list(samples),
        lines=[
            Line(
                label="p50, ms",
                values=medians(samples, "p50"),
                checks=[
                    Check(
                        what="SQLite ÷ Bolt",
                        value=to_floor("p50", SQLITE.name),
                        target=4.2,
                        goal=3.4,
                    ),
                    Check(what="memory ÷ Bolt", value=to_floor("p50", MEMORY.name), target=2.3),
                ],
            ),
            Line(
                label="p50 ÷ Bolt",
                values={name: to_floor("p50", name) for name in samples},
            ),
            Line(label="p99, ms", values=medians(samples, "p99")),
            Line(label="ack p50, ms", values=medians(samples, "ack")),
            Line(
                label="mentions/s",
                values=medians(samples, "rate"),
                digits=0,
                checks=[
                    Check(
                        what="SQLite ÷ Bolt",
                        value=to_floor("rate", SQLITE.name),
                        target=0.40,
                        at_least=True,
                    )
                ],
            ),
            Line(
                label="mentions/s ÷ Bolt",
                values={name: to_floor("rate", name) for name in samples},
            ),
            Line(label="processor time, ms a mention", values=medians(samples, "cpu")),
            Line(label="resident, MiB", values=medians(samples, "resident"), digits=1),
            Line(
                label="lost, most of all rounds",
                values=lost,
                digits=0,
                checks=[Check(what=f"{name} lost", value=lost[name], target=0) for name in _OURS],
            ),
        ],
        notes=notes,
    )
