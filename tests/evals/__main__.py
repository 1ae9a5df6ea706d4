"""`python -m tests.evals`: scores the brief, prints misses, fails below the targets."""

import argparse
import sys
import time
from collections.abc import Sequence

from tests.evals.labelled import SETS, threads, threads_of
from tests.evals.posted import first_brief
from tests.evals.scoring import Score, score
from tests.evals.why import explained

# Shares of the labels (found, named, new) and of what is shown or labelled answered (the others).
AT_LEAST = {"indicators": 0.95, "open questions": 0.85, "news": 0.95}
AT_MOST = {"false indicators": 0.02, "answered called open": 0.05}


def shares(scores: Sequence[Score]) -> dict[str, float]:
    """Return each figure over all threads together."""

    def share(part: int, of: int) -> float:
        return part / of if of else 0.0

    labelled = sum(it.labelled for it in scores)
    open_ones, new = sum(it.open for it in scores), sum(it.new for it in scores)
    return {
        "indicators": 1 - share(sum(len(it.missed) for it in scores), labelled),
        "false indicators": share(
            sum(len(it.false) for it in scores), sum(it.shown for it in scores)
        ),
        "open questions": 1 - share(sum(len(it.unnamed) for it in scores), open_ones),
        "answered called open": share(
            sum(len(it.called_open) for it in scores), sum(it.answered for it in scores)
        ),
        "news": 1 - share(sum(len(it.new_missed) for it in scores), new),
    }


def failures(found: dict[str, float]) -> list[str]:
    """Return the figures that miss their target."""
    low = [name for name, target in AT_LEAST.items() if found[name] < target]
    high = [name for name, target in AT_MOST.items() if found[name] > target]
    return low + high


def main(arguments: Sequence[str]) -> int:
    """Score, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.evals", description=__doc__)
    told = "; ".join(f"{name}: {what}" for name, what in SETS.items())
    parser.add_argument("--set", choices=SETS, help=f"other threads instead ({told})")
    parser.add_argument("--why", metavar="NAME", help="why the questions of one are answered")
    asked = parser.parse_args(arguments)
    if asked.why:
        return _explain(asked.why)
    chosen = threads_of(asked.set) if asked.set else threads()
    began = time.perf_counter()
    scores = [score(thread) for thread in chosen]
    for it in scores:
        _print_thread(it)
    found = shares(scores)
    for name, value in found.items():
        target = f"≥ {AT_LEAST[name]:.0%}" if name in AT_LEAST else f"≤ {AT_MOST[name]:.0%}"
        print(f"{name:22} {value:7.1%}   target {target}")
    print(f"{len(scores)} threads in {time.perf_counter() - began:.1f} s")
    print(f"a brief of 1,000 messages: {_seconds_of_a_long_brief():.2f} s of the processor's time")
    failed = failures(found)
    twice = [f"{it.name}: {value}" for it in scores for value in it.told_twice]
    for line in [*failed, *twice]:
        print(f"FAILED: {line}")
    return 1 if failed or twice else 0


def _explain(name: str) -> int:
    known = (*threads(), *(it for other in SETS for it in threads_of(other)))
    found = [it for it in known if it.name == name]
    for line in explained(found[0]) if found else ():
        print(line)
    return 0 if found else 2


def _seconds_of_a_long_brief() -> float:
    (thread,) = (thread for thread in threads() if len(thread.messages) == 1_000)
    began = time.process_time()
    first_brief(thread.messages)
    return time.process_time() - began


def _print_thread(it: Score) -> None:
    print(f"{it.name}: {it.labelled} indicators, {it.open} open, {it.answered} answered")
    for title, values in (
        ("missed", it.missed),
        ("false", it.false),
        ("open, not named", it.unnamed),
        ("answered, called open", it.called_open),
        ("new, not told", it.new_missed),
    ):
        for value in values:
            print(f"    {title}: {value}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
