"""`python -m tests.chaos`: a campaign from the command line."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.chaos.campaign import Options, Report, run_campaign
from tests.chaos.sabotage import SABOTAGES
from tests.chaos.stores import server_of

DESCRIPTION = """\
Run the real bot as several processes against the simulator and a durable store, break things by
a plan that the seed stands for, and check every promise from the records. Exit code 1 if one is
broken. See docs/chaos.md."""


def main() -> int:
    options, keep = _read_arguments()
    with (
        tempfile.TemporaryDirectory(prefix="chaos-") as temporary,
        server_of(options.engine) as at,
    ):
        folder = keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        report = asyncio.run(run_campaign(options, at, folder, _tell))
    _tell(f"{options}")
    for line in summary(report):
        _tell(line)
    return 1 if report.verdict.broken else 0


def summary(report: Report) -> list[str]:
    """What came of a campaign, line by line."""
    verdict = report.verdict
    lines = [
        f"messages: {dict(verdict.outcomes)}; turns: {dict(verdict.turns)}",
        f"{report.processes_started} processes started, {report.seconds:.0f} s in all",
        f"decisions about calls: {dict(verdict.decisions)}",
        f"requests on the wire while their process was stopped or killed:"
        f" {len(verdict.on_the_wire)}; posts labelled as possible repeats: {verdict.repeats};"
        f" median wait in the calm: {verdict.calm_gap * 1000:.0f} ms;"
        f" longest stall of this process: {report.stall:.2f} s",
    ]
    excused = [f"on the wire: {what}" for what in verdict.on_the_wire]
    marked = [f"an hourglass is left on {message_id}" for message_id in verdict.marked]
    ran_out = [f"ended by itself: {what}" for what in verdict.ran_out]
    given_up = [f"not delivered: {answer_id}" for answer_id in verdict.not_delivered]
    broken = [f"BROKEN: {what}" for what in verdict.broken] or ["every promise was kept"]
    return [*lines, *excused, *marked, *ran_out, *given_up, *broken]


def _read_arguments() -> tuple[Options, Path | None]:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add, usual = parser.add_argument, Options()
    add("--messages", type=int, default=usual.messages, help="how many people write")
    add("--seconds", type=float, default=usual.seconds, help="how long things go wrong")
    add("--seed", type=int, default=usual.seed, help="what the plan is made from")
    add("--engine", choices=["sqlite", "firestore"], default=usual.engine)
    add("--processes", type=int, default=usual.processes, help="how many bots")
    add("--sabotage", choices=list(SABOTAGES), help="break the code first: it must be found")
    add("--http", action="store_true", help="deliver over HTTP through a balancer")
    add("--keep", type=Path, help="a new folder that logs, records and the store are left in")
    found = vars(parser.parse_args())
    keep = found.pop("keep")
    return Options(**found), keep.resolve() if keep else None


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
