"""`python -m tests.evals.agent [MODEL]`: scores the brief, and with a model agent and control.

Without a judge: points that must and must not appear, quotations, words, requests, seconds.
"""

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bot.investigators.agent.model import ModelChoice, choose_model
from tests.evals.agent import arms
from tests.evals.agent.arms import Answered
from tests.evals.agent.scenarios import SCENARIOS, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one arm did in one thread."""

    hit: int
    points: int
    wrong: int
    answered: Answered

    @property
    def is_good(self) -> bool:
        """Whether all points are there and nothing wrong."""
        return self.hit == self.points and not self.wrong


def score(scenario: Scenario, answered: Answered) -> Score:
    """Look for the points."""
    hit = sum(bool(re.search(it, answered.text)) for it in scenario.must)
    wrong = sum(bool(re.search(it, answered.text)) for it in scenario.must_not)
    return Score(hit=hit, points=len(scenario.must), wrong=wrong, answered=answered)


async def _run(arguments: argparse.Namespace) -> int:
    chosen = [it for it in SCENARIOS if not arguments.thread or it.name in arguments.thread]
    scores: dict[str, list[Score]] = {"brief": [], "agent": [], "control": []}
    choice = _choice(arguments)
    for scenario in chosen:
        scores["brief"].append(score(scenario, await arms.brief(scenario)))
        if choice is not None:
            for name, arm in (("agent", arms.agent), ("control", arms.control)):
                answered = await arm(scenario, choice, arguments.seconds)
                scores[name].append(score(scenario, answered))
                if arguments.show:
                    print(f"--- {scenario.name}, {name}\n{answered.text}\n", flush=True)
        _print_line(scenario.name, scores)
    for name, found in scores.items():
        if found:
            _print_sum(name, found)
    return 0


def _choice(arguments: argparse.Namespace) -> ModelChoice | None:
    if not arguments.model:
        return None
    return choose_model(
        arguments.model, context_tokens=arguments.context, is_streamed=not arguments.unstreamed
    )


def _print_line(name: str, scores: dict[str, list[Score]]) -> None:
    cells = [
        f"{arm} {it[-1].hit}/{it[-1].points} -{it[-1].wrong}" for arm, it in scores.items() if it
    ]
    print(f"{name:22} " + "   ".join(f"{cell:18}" for cell in cells), flush=True)


def _print_sum(name: str, found: Sequence[Score]) -> None:
    hit, points = sum(it.hit for it in found), sum(it.points for it in found)
    answers = [it.answered for it in found]
    words = sum(len(it.text.split()) for it in answers) // len(answers)
    print(
        f"{name:8} good {sum(it.is_good for it in found)} of {len(found)},"
        f" points {hit} of {points}, wrong {sum(it.wrong for it in found)},"
        f" quotations {sum(len(it.quotations) for it in answers)},"
        f" invented {sum(len(it.invented) for it in answers)}, words {words},"
        f" requests {sum(it.requests for it in answers)},"
        f" seconds {sum(it.seconds for it in answers):.0f},"
        f" slowest {max(it.seconds for it in answers):.0f}"
    )


def main(arguments: Sequence[str]) -> int:
    """Parse, run, return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.evals.agent", description=__doc__)
    parser.add_argument("model", nargs="?", default="", help="provider:name; its key as usual")
    window = int(os.environ.get("MODEL_CONTEXT_TOKENS", "32000"))
    whole = os.environ.get("MODEL_STREAM", "") == "false"
    parser.add_argument("--context", type=int, default=window, help="tokens the model takes")
    parser.add_argument("--seconds", type=float, default=900.0, help="for one turn")
    parser.add_argument(
        "--unstreamed", action="store_true", default=whole, help="as MODEL_STREAM=false"
    )
    parser.add_argument("--thread", action="append", help="only this one; may be repeated")
    parser.add_argument("--show", action="store_true", help="print the answers")
    return asyncio.run(_run(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
