"""Approvals, checked: each call at most once, each card at its end, a line for each decision."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot.cards.card import DECIDED
from bot.messages import APPROVAL, card_of
from bot.turns.answers import NOT_DELIVERED
from session import ANSWER, Message, MessageState
from tests.chaos.evidence import Evidence, Story
from tests.chaos.records import CallRun
from tests.chaos.verdict import Verdict

_LINE = re.compile(r"\b(act\d+_\d) of the server k8s: (done|failed|not run|outcome not known)")


def approvals(evidence: Evidence, verdict: Verdict) -> Iterator[str]:
    """Check what was promised about approvals (promises 11 and 12)."""
    for session_id in evidence.never_free:
        yield f"session {session_id} was locked all the while its card was open"
    runs: dict[str, list[CallRun]] = {}
    for run in evidence.call_runs:
        runs.setdefault(run.tool, []).append(run)
    for name, carried_out in runs.items():
        if len(carried_out) > 1:
            turns = ", ".join(f"turn {run.fence} in process {run.pid}" for run in carried_out)
            yield f"the approved call {name} was carried out {len(carried_out)} times: {turns}"
    allowed: set[str] = set()
    for story in evidence.stories:
        yield from _of_session(story, runs, allowed, verdict)
    for name in sorted(runs.keys() - allowed):
        yield f"the call {name} was carried out though nobody approved it"


def _of_session(
    story: Story, runs: dict[str, list[CallRun]], allowed: set[str], verdict: Verdict
) -> Iterator[str]:
    if story.card:
        yield f"session {story.session.id} still has a card that nobody can decide about"
    cards = [it for it in story.timeline if it.kind == ANSWER and "act" in it.text]
    decisions = [it for it in story.timeline if it.kind == APPROVAL]
    if not decisions:
        return
    verdict.decisions.update(it.text for it in decisions)
    told = _told(story)
    are_lines_owed = all(
        it.outcome != NOT_DELIVERED and it.state is MessageState.CLOSED
        for it in story.timeline
        if it.kind == ANSWER
    )
    for decision in decisions:
        if decision.state is not MessageState.CLOSED:
            yield f"the decision {decision.id} is still open"
        name = _tool_of(decision, cards)
        if name is None:
            yield f"the decision {decision.id} is about no card that was ever asked for"
            continue
        is_approved = decision.attributes.get("approves") is True
        if is_approved:
            allowed.add(name)
        if decision.outcome == DECIDED and are_lines_owed:
            yield from _wrongly_told(name, told[name], runs.get(name, []), is_approved)


def _tool_of(decision: Message, cards: Sequence[Message]) -> str | None:
    """Return the tool of the call that somebody decided about, from the card's own answer."""
    number = decision.id.rpartition("/")[2]
    for card in cards:
        if card.id == card_of(decision):
            return next(iter(re.findall(rf"\bact\d+_{number}\b", card.text)), None)
    return None


def _told(story: Story) -> dict[str, set[tuple[tuple[str, str, int], str]]]:
    """Return what the thread was told became of each call; a copy of a post tells it once."""
    told: dict[str, set[tuple[tuple[str, str, int], str]]] = defaultdict(set)
    for post in story.posts:
        if post.kind == "answer":
            for name, became in _LINE.findall(post.text):
                told[name].add((post.label, became))
    return told


def _wrongly_told(
    name: str,
    told: set[tuple[tuple[str, str, int], str]],
    runs: Sequence[CallRun],
    is_approved: bool,
) -> Iterator[str]:
    """A line for each decided call, and a true one."""
    if len(told) != 1:
        yield f"of the decided call {name} the thread has {len(told)} lines: {sorted(told)}"
        return
    ((_, became),) = told
    has_returned = any(run.returned_at is not None for run in runs)
    if became == "done" and not has_returned:
        yield f"the thread says that {name} was done, and it was not"
    if became == "not run" and runs:
        yield f"the thread says that {name} was not run, and it was"
    if not is_approved and became != "not run":
        yield f"the thread says of {name}, which was denied: {became}"
