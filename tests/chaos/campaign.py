"""A campaign: people write, things go wrong, and in the end every promise is checked."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from session import open_repository
from simulator import Refused, Simulator, Slack
from tests.chaos.approvers import Approvers
from tests.chaos.asking import askings
from tests.chaos.baits import Baits
from tests.chaos.balancer import Balancer
from tests.chaos.checks import judge
from tests.chaos.evidence import call_seconds_of, collect
from tests.chaos.faults import FaultMaker
from tests.chaos.fleet import Fleet
from tests.chaos.plan import Plan, plan_of
from tests.chaos.records import FOLDER_VARIABLE, read_calls, read_runs
from tests.chaos.sabotage import OPENED_BY, sabotaged_copy
from tests.chaos.stage import Stage
from tests.chaos.stops import WINDOW
from tests.chaos.stores import Store, opened_store
from tests.chaos.verdict import Verdict
from tests.e2e.processes import ROOT, environment
from tests.unit.bot.http_events import free_port

LEASE_SECONDS = 10.0
"""The shortest that the bot's settings allow."""
CALL_SECONDS = call_seconds_of(LEASE_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a campaign is run with; the same options make the same plan."""

    engine: str = "sqlite"
    messages: int = 600
    seconds: float = 45.0
    seed: int = 1
    processes: int = 3
    sabotage: str | None = None
    http: bool = False
    """Events come over HTTP through a balancer, not over Socket Mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of it."""

    plan: Plan
    verdict: Verdict
    seconds: float
    stall: float
    processes_started: int


async def run_campaign(
    options: Options, address: str, folder: Path, tell: Callable[[str], None]
) -> Report:
    """Run one in an empty folder; `address` is the engine's server's."""
    began_at = time.monotonic()
    plan = plan_of(
        options.seed,
        messages=options.messages,
        seconds=options.seconds,
        lease=LEASE_SECONDS,
        above_all=OPENED_BY[options.sabotage] if options.sabotage else (),
    )
    wanted = askings(options.seed, messages=options.messages, seconds=options.seconds)
    for line in (*plan.lines(), *map(str, wanted)):
        tell(line)
    (records := folder / "records").mkdir()
    async with (
        Simulator.start(ack_timeout=3.0, time_scale=0.05, seed=options.seed) as slack,
        opened_store(options.engine, address, folder) as store,
        open_repository(store.url) as repository,
    ):
        env = _environment(slack, store, records, options, folder)
        ports = [free_port() for _ in range(options.processes)] if options.http else []
        fleet = Fleet(options.processes, env, folder, ("-m", "tests.chaos.bot"), ports)
        stage = Stage(slack, repository)
        (freeze,) = await stage.channels("bait", 1)
        baits = Baits(
            slack=slack,
            fleet=fleet,
            records=records,
            freeze_channel=freeze,
            call_seconds=CALL_SECONDS,
        )
        approvers = Approvers(slack=slack, repository=repository, fleet=fleet, records=records)
        faults = FaultMaker(slack=slack, store=store, fleet=fleet, records=records, baits=baits)
        async with (
            watched_for_stalls() as stalls,
            _running(fleet),
            _reached_by(slack, options, ports),
        ):
            await asyncio.gather(
                _break(plan, stage, faults),
                approvers.play(wanted, *await stage.channels("card", 1)),
            )
            await stage.settle()
            tell("the faults are over and everything has settled; now the calm")
            calm, pulse = await stage.channels("calm", 4), await stage.channels("pulse", 1)
            await _calm_down(plan, stage, faults, calm, pulse[0])
        evidence = await collect(
            slack,
            repository,
            read_runs(records),
            fleet.lives,
            fleet.freezes,
            call_seconds=CALL_SECONDS,
            calm_channels=frozenset(calm),
            pulse_channel=pulse[0],
            stalls=stalls,
            call_runs=read_calls(records),
            never_free=approvers.never_free,
        )
    return Report(
        plan=plan,
        verdict=judge(evidence),
        seconds=time.monotonic() - began_at,
        stall=max((end - begin for begin, end in evidence.stalls), default=0.0),
        processes_started=len(fleet.lives),
    )


async def _break(plan: Plan, stage: Stage, faults: FaultMaker) -> None:
    """Let people write while things go wrong."""
    channels = await stage.channels("chaos", plan.channels)
    await asyncio.gather(stage.play(plan.sayings, channels), faults.make_all(plan.faults))
    await faults.slack.clear_faults()
    await faults.slack.thaw_sockets()


async def _calm_down(
    plan: Plan, stage: Stage, faults: FaultMaker, channels: Sequence[str], pulse: str
) -> None:
    """Let people write while nothing fails, with a pulse beside them to compare with."""
    beside = [
        asyncio.create_task(faults.hesitate(plan.pauses)),
        asyncio.create_task(stage.pulse(pulse)),
    ]
    try:
        await stage.play_calmly(plan.calm, channels)
    finally:
        for task in beside:
            task.cancel()
        await asyncio.wait(beside)
    await stage.settle()


@asynccontextmanager
async def watched_for_stalls() -> AsyncIterator[list[tuple[float, float]]]:
    """Note from when to when this process could not run."""
    found: list[tuple[float, float]] = []

    async def watch() -> None:
        while True:
            due = time.monotonic() + WINDOW
            await asyncio.sleep(WINDOW)
            if (now := time.monotonic()) - due > WINDOW:
                found.append((due, now))

    watching = asyncio.create_task(watch())
    try:
        yield found
    finally:
        watching.cancel()
        await asyncio.wait([watching])


def _environment(
    slack: Slack, store: Store, records: Path, options: Options, folder: Path
) -> Mapping[str, str]:
    env = environment(
        slack,
        store.url,
        INVESTIGATOR="tests.chaos.investigator:scripted",
        LOCK_TTL_SECONDS=str(LEASE_SECONDS),
        TURN_TIMEOUT_SECONDS="60",
        SHUTDOWN_GRACE_SECONDS="3",
        LOG_LEVEL="info",
        **{FOLDER_VARIABLE: str(records)},
        **store.environment,
    )
    if options.http:
        del env["SLACK_APP_TOKEN"]
        env["SLACK_SIGNING_SECRET"] = slack.connection.signing_secret
    if options.sabotage is None:
        return env
    copy = sabotaged_copy(options.sabotage, folder / "sabotaged")
    return {**env, "PYTHONPATH": f"{copy}:{ROOT}"}


@asynccontextmanager
async def _running(fleet: Fleet) -> AsyncIterator[None]:
    await fleet.start()
    try:
        yield
    finally:
        await fleet.close()


@asynccontextmanager
async def _reached_by(slack: Slack, options: Options, ports: Sequence[int]) -> AsyncIterator[None]:
    """Wait until Slack reaches the bots: all over sockets, any of them over HTTP."""
    if not ports:
        await slack.wait_for_sockets(options.processes, timeout=60)
        yield
        return
    async with Balancer.over(ports, seed=options.seed) as balancer:

        async def is_reached() -> bool:
            with suppress(Refused):
                await slack.deliver_to(f"http://127.0.0.1:{balancer.port}/slack/events")
                return True
            return False

        await slack.wait_until(is_reached, timeout=60)
        yield
