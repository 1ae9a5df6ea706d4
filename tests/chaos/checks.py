"""The promises, checked against the evidence: each broken one is a sentence."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from session import MessageId, MessageState, Outcome, slack_message_id
from tests.chaos.cards import approvals
from tests.chaos.evidence import Evidence, Story
from tests.chaos.fleet import Life
from tests.chaos.posts import leftovers, posted_late, posted_twice, unposted, updates_of
from tests.chaos.stops import Stops
from tests.chaos.verdict import Verdict

ENDS = frozenset({Outcome.ANSWERED, Outcome.FAILED, Outcome.STOPPED})
AT_ONCE = 1.0
ENOUGH_CONTROLS = 5
WAITS_FOR_THE_SWEEP = 4.5
"""Seconds; a message that is stranded waits at least five."""


def judge(evidence: Evidence) -> Verdict:
    """Check every promise."""
    verdict = Verdict()
    stops = Stops(evidence)
    if evidence.still_open:
        verdict.broken.append(f"{evidence.still_open} messages are still open")
    verdict.broken += _not_stored(evidence)
    verdict.broken += _ended_badly(evidence.lives)
    verdict.broken += _stranded(evidence, verdict)
    verdict.broken += approvals(evidence, verdict)
    updates = updates_of(evidence.updates)
    for story in evidence.stories:
        verdict.broken += _ends(story)
        verdict.broken += _unended(story, evidence, verdict)
        verdict.broken += _overlaps(story, stops)
        verdict.broken += leftovers(story, stops, updates, verdict)
        verdict.broken += unposted(story, verdict)
        posted_twice(story, stops, evidence.call_seconds, verdict)
        posted_late(story, stops, updates, evidence.taken_over, verdict)
        _count(story, verdict)
    return verdict


def _not_stored(evidence: Evidence) -> Iterator[str]:
    """By their ids: of one that was deleted nothing else is left."""
    stored = {entry.id for story in evidence.stories for entry in story.timeline}
    teams = {story.session.thread.team_id for story in evidence.stories if story.session.thread}
    for channel, ts in sorted(evidence.acked_at):
        if not any(slack_message_id(team, channel, ts) in stored for team in teams):
            yield f"the mention {ts} in {channel} was acked but is not stored"


def _stranded(evidence: Evidence, verdict: Verdict) -> Iterator[str]:
    """When nothing goes wrong, no message waits for the sweep, which leaves new ones 5 seconds.

    The pulse, one new thread after the other, is the control: a wait counts only if whatever was
    written there meanwhile was begun at once, for a machine that stalls proves nothing.
    """
    beside = _waits(evidence, evidence.pulse_channel).values()
    pulse = [wait for waits in beside for wait in waits]
    calm = {
        turn_id: waits
        for name in evidence.calm_channels
        for turn_id, waits in _waits(evidence, name).items()
    }
    verdict.calm_gap = median([wait.seconds for wait in pulse] or [0.0])
    for turn_id, waits in calm.items():
        for wait in waits:
            until = wait.until - AT_ONCE
            control = [other for other in pulse if wait.since <= other.since <= until]
            if (
                wait.seconds >= WAITS_FOR_THE_SWEEP
                and len(control) >= ENOUGH_CONTROLS
                and all(other.seconds < AT_ONCE for other in control)
            ):
                yield f"{turn_id} began {wait.seconds:.1f} s after it could have: stranded"


@dataclass(frozen=True, slots=True)
class _Wait:
    """From when a turn could have begun to when it did."""

    since: float
    until: float

    @property
    def seconds(self) -> float:
        return self.until - self.since


def _waits(evidence: Evidence, channel_id: str) -> dict[str, list[_Wait]]:
    """How long each turn of a channel was waited for: since the ack, or the turn before it."""
    found: dict[str, list[_Wait]] = defaultdict(list)
    for story in evidence.stories:
        thread = story.session.thread
        if thread is None or thread.channel_id != channel_id:
            continue
        ts_of = {entry.id: str(entry.attributes.get("ts")) for entry in story.timeline}
        free_at = 0.0
        for run in story.runs:
            acked = [
                evidence.acked_at.get((channel_id, ts_of[message_id]), run.started_at)
                for message_id in map(MessageId, run.message_ids)
            ]
            found[run.turn_id].append(_Wait(max(free_at, min(acked)), run.started_at))
            free_at = run.ended_at or run.started_at
    return found


def _ended_badly(lives: Sequence[Life]) -> Iterator[str]:
    for life in lives:
        text = life.log.read_text()
        # Asked before it could listen: nothing had begun.
        was_starting = life.code == -15 and "bot.ready" not in text
        if life.asked_to_end and life.code not in (0, -9) and not was_starting:
            yield f"{life.log.name} was asked to end and did so with code {life.code}"
        if "task.failed" in text:
            line = next(line for line in text.splitlines() if "task.failed" in line)
            yield f"a task of {life.log.name} died of an error: {line[-400:]}"


def _ends(story: Story) -> Iterator[str]:
    """Every stored message has exactly one recorded end."""
    ended = {turn.id for turn in story.turns if turn.outcome in ENDS}
    worked_on = defaultdict(set)
    for run in story.runs:
        if run.turn_id in ended:
            for message_id in run.message_ids:
                worked_on[message_id].add(run.turn_id)
    for message in story.questions:
        name = f"message {message.id} ({message.text[:40]!r})"
        if message.state is not MessageState.CLOSED or message.outcome not in ENDS:
            yield f"{name} has no end: {message.state}, {message.outcome}"
            continue
        ends = worked_on[message.id] | {str(message.turn_id)}
        if len(ends) > 1:
            yield f"{name} was ended by several turns: {', '.join(sorted(ends))}"


def _unended(story: Story, evidence: Evidence, verdict: Verdict) -> Iterator[str]:
    """No lease and no running turn is left.

    But for a lease that ended by itself: the store did not answer when it was taken or given back.
    """
    lease = story.session.lease
    if lease is not None:
        what = f"session {story.session.id} is still held by {lease.holder_id}"
        has_ended = lease.expires_at <= evidence.collected_at
        if has_ended and lease.holder_id in evidence.left_by_the_store:
            verdict.ran_out.append(what)
        else:
            yield what
    for turn in story.turns:
        if turn.outcome is None:
            yield f"turn {turn.id} never ended"


def _overlaps(story: Story, stops: Stops) -> Iterator[str]:
    """No two investigations at once; one of a stopped process may wake, and must end."""
    for earlier, later in pairwise(story.runs):
        if earlier.fence == later.fence:
            yield f"turn {later.turn_id} ran twice"
        end = min(stops.death_of(earlier), earlier.ended_at or float("inf"))
        if later.started_at < end and not stops.is_a_zombie(earlier, later.started_at, end):
            yield f"turns {earlier.turn_id} and {later.turn_id} ran at the same time"


def _count(story: Story, verdict: Verdict) -> None:
    verdict.outcomes.update(str(question.outcome) for question in story.questions)
    verdict.turns.update(str(turn.outcome) for turn in story.turns)
    verdict.marked += story.marked
