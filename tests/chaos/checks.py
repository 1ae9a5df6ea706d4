"""The promises, checked against the evidence: each broken one is a sentence."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from bot import words
from session import ANSWER, Message, MessageId, MessageState, Outcome
from tests.chaos.evidence import Evidence, Post, Story
from tests.chaos.fleet import Life
from tests.chaos.investigator import TOKEN
from tests.chaos.stops import Stops

ENDS = frozenset({Outcome.ANSWERED, Outcome.FAILED, Outcome.STOPPED})
AT_ONCE = 1.0
ENOUGH_CONTROLS = 5
WAITS_FOR_THE_SWEEP = 4.5
"""Seconds; a message that is stranded waits at least five."""
WAKES_WITHIN = 5.0
"""Seconds that a continued process may take to notice that its lease is over."""


@dataclass(slots=True)
class Verdict:
    """What the checks found. `on_the_wire` names the requests that were under way already."""

    broken: list[str] = field(default_factory=list)
    on_the_wire: list[str] = field(default_factory=list)
    repeats: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    turns: Counter[str] = field(default_factory=Counter)
    calm_gap: float = 0.0
    """The median of the seconds between a message's ack and its turn, in the pulse."""


def judge(evidence: Evidence) -> Verdict:
    """Check every promise."""
    verdict = Verdict()
    stops = Stops(evidence)
    if evidence.still_open:
        verdict.broken.append(f"{evidence.still_open} messages are still open")
    verdict.broken += _not_stored(evidence)
    verdict.broken += _ended_badly(evidence.lives)
    verdict.broken += _stranded(evidence, verdict)
    updated = defaultdict(list)
    for update in evidence.updates:
        if not update.text.endswith("…"):
            # To end a message that says that work goes on is right at any time.
            continue
        updated[update.channel_id, update.ts].append(update.asked_at)
    for story in evidence.stories:
        verdict.broken += _ends(story)
        verdict.broken += _leftovers(story, stops, verdict)
        verdict.broken += _overlaps(story, stops)
        verdict.broken += _unposted(story)
        _posted_twice(story, stops, verdict)
        _posted_late(story, stops, updated, verdict)
        _count(story, verdict)
    return verdict


def _not_stored(evidence: Evidence) -> Iterator[str]:
    stored = {
        (story.session.thread.channel_id, str(one.attributes.get("ts")))
        for story in evidence.stories
        if story.session.thread is not None
        for one in story.timeline
    }
    for channel, ts in sorted(set(evidence.acked_at) - stored):
        yield f"the mention {ts} in {channel} was acked but is not stored"


def _stranded(evidence: Evidence, verdict: Verdict) -> Iterator[str]:
    """When nothing goes wrong, no message waits for the sweep, which leaves new ones 5 seconds.

    The pulse, one new thread after the other, is the control: a wait counts only if whatever was
    written there meanwhile was begun at once, for a machine that stalls proves nothing.
    """
    pulse = [one for waits in _waits(evidence, evidence.pulse_channel).values() for one in waits]
    calm = {
        key: one for name in evidence.calm_channels for key, one in _waits(evidence, name).items()
    }
    verdict.calm_gap = median([one.seconds for one in pulse] or [0.0])
    for turn_id, waits in calm.items():
        for wait in waits:
            control = [one for one in pulse if wait.since <= one.since <= wait.until - AT_ONCE]
            if (
                wait.seconds >= WAITS_FOR_THE_SWEEP
                and len(control) >= ENOUGH_CONTROLS
                and all(one.seconds < AT_ONCE for one in control)
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
        ts_of = {one.id: str(one.attributes.get("ts")) for one in story.timeline}
        free_at = 0.0
        for run in story.runs:
            acked = [
                evidence.acked_at.get((channel_id, ts_of[one]), run.started_at)
                for one in map(MessageId, run.message_ids)
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
            line = next(one for one in text.splitlines() if "task.failed" in one)
            yield f"a task of {life.log.name} died of an error: {line[-400:]}"


def _ends(story: Story) -> Iterator[str]:
    """Every stored message has exactly one recorded end."""
    ended = {one.id for one in story.turns if one.outcome in ENDS}
    worked_on = defaultdict(set)
    for run in story.runs:
        if run.turn_id in ended:
            for message_id in run.message_ids:
                worked_on[message_id].add(run.turn_id)
    for message in _questions(story):
        name = f"message {message.id} ({message.text[:40]!r})"
        if message.state is not MessageState.CLOSED or message.outcome not in ENDS:
            yield f"{name} has no end: {message.state}, {message.outcome}"
            continue
        ends = worked_on[message.id] | {str(message.turn_id)}
        if len(ends) > 1:
            yield f"{name} was ended by several turns: {', '.join(sorted(ends))}"


def _leftovers(story: Story, stops: Stops, verdict: Verdict) -> Iterator[str]:
    """No lease, no running turn, no progress message that still says it works.

    Unless its process was killed or stopped while Slack was still taking the message.
    """
    name = f"session {story.session.id}"
    if story.session.lease is not None:
        yield f"{name} is still held by {story.session.lease.holder_id}"
    for turn in story.turns:
        if turn.outcome is None:
            yield f"turn {turn.id} never ended"
    for post in story.posts:
        if post.kind == "progress" and post.text.endswith("…"):
            what = f"{post.label} of {post.asked_at:.3f}–{post.posted_at:.3f}"
            if stops.was_under_way(post.asked_at, post.posted_at, _workers(story, post)):
                verdict.on_the_wire.append(f"{what} was left behind")
                continue
            yield f"{name} shows a progress message of a turn that is over: {what}, {post.text!r}"
    notices = [one for one in story.posts if one.kind == "notice"]
    if not notices and not story.session.notice_owed:
        yield f"{name} has no notice, though one is recorded"


def _overlaps(story: Story, stops: Stops) -> Iterator[str]:
    """No two investigations at once; one of a stopped process may wake, and must end."""
    for earlier, later in pairwise(story.runs):
        if earlier.fence == later.fence:
            yield f"turn {later.turn_id} ran twice"
        end = min(stops.death_of(earlier), earlier.ended_at or float("inf"))
        if later.started_at >= end:
            continue
        freeze = stops.is_a_zombie(earlier, later.started_at)
        if freeze is None or end > freeze.continued_at + WAKES_WITHIN:
            yield f"turns {earlier.turn_id} and {later.turn_id} ran at the same time"


def _unposted(story: Story) -> Iterator[str]:
    """Each stored answer stands in the thread as a whole, with the tokens of its questions."""
    posted = defaultdict(set)
    shown: dict[str, str] = defaultdict(str)
    for post in story.posts:
        if post.kind == "answer":
            posted[post.key].add((post.part, post.of))
            shown[post.key] += post.shown
    answers = {one.turn_id: one for one in story.timeline if one.kind == ANSWER}
    for answer in answers.values():
        parts = len(answer.attributes["parts"])
        if posted[answer.id] != {(part, parts) for part in range(1, parts + 1)}:
            yield f"answer {answer.id} has {parts} parts; posted: {sorted(posted[answer.id])}"
    for message in _questions(story):
        given = answers.get(message.turn_id)
        if given is None:
            if message.attributes["asks"] or message.outcome == Outcome.FAILED:
                yield f"message {message.id} ({message.text[:40]!r}) was closed without an answer"
        elif message.outcome == Outcome.ANSWERED:
            token = TOKEN.search(message.text)
            if token and token[0] not in TOKEN.findall(shown[given.id]):
                yield f"the answer {given.id} does not answer {token[0]}"


def _posted_twice(story: Story, stops: Stops, verdict: Verdict) -> None:
    """Nothing stands in a thread twice, unless the copy says that it may be one."""
    copies: dict[tuple[str, str, int], list[Post]] = defaultdict(list)
    for post in story.posts:
        copies[post.label].append(post)
    answered: dict[str, set[str]] = defaultdict(set)
    for label, posts in copies.items():
        unlabelled = [one for one in posts if words.REPEATED not in one.shown]
        verdict.repeats += len(posts) - len(unlabelled)
        if len(unlabelled) > 1:
            times = ", ".join(f"{one.asked_at:.3f}–{one.posted_at:.3f}" for one in posts)
            what = f"{label} was posted {len(posts)} times: {times}"
            if any(stops.was_under_way(one.asked_at, one.posted_at) for one in unlabelled):
                verdict.on_the_wire.append(what)
            else:
                verdict.broken.append(what)
        if label[0] == "answer":
            for token in TOKEN.findall(posts[0].shown):
                answered[token].add(label[1])
    for token, answers in answered.items():
        if len(answers) > 1:
            verdict.broken.append(f"{token} was answered twice: {', '.join(sorted(answers))}")


def _posted_late(
    story: Story,
    stops: Stops,
    updated: dict[tuple[str, str], list[float]],
    verdict: Verdict,
) -> None:
    """Nothing of an older turn is posted once a newer turn's investigation has begun."""
    for post in story.posts:
        if post.fence is None:
            continue
        begun = min((one.started_at for one in story.runs if one.fence > post.fence), default=None)
        if begun is None:
            continue
        writes = [(post.asked_at, post.posted_at)]
        if post.kind == "progress":
            writes += [(at, at) for at in updated[post.thread.channel_id, post.ts]]
        for asked_at, applied_at in writes:
            if applied_at <= begun:
                continue
            what = (
                f"{post.label} was asked for {asked_at - begun:.3f} s and applied"
                f" {applied_at - begun:.3f} s after a newer turn began"
            )
            pids = _workers(story, post) if post.kind == "progress" else ()
            if asked_at <= begun or stops.was_under_way(asked_at, applied_at, pids):
                verdict.on_the_wire.append(what)
            else:
                verdict.broken.append(what)


def _workers(story: Story, post: Post) -> Collection[int]:
    """Return which processes ran the turn of a post; an answer may be posted by another one."""
    return {one.pid for one in story.runs if one.fence == post.fence}


def _count(story: Story, verdict: Verdict) -> None:
    verdict.outcomes.update(str(one.outcome) for one in _questions(story))
    verdict.turns.update(str(one.outcome) for one in story.turns)


def _questions(story: Story) -> list[Message]:
    return [one for one in story.timeline if one.kind == "question"]
