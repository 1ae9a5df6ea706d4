"""What stands in the threads, checked against what is stored: whole, once, and of nobody stale."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from bot import words
from bot.turns.answers import NOT_DELIVERED
from bot.turns.progress import GOES_ON
from session import ANSWER, Message, MessageState, Outcome
from tests.chaos.evidence import Story
from tests.chaos.investigator import TOKEN
from tests.chaos.stops import Stops
from tests.chaos.verdict import Verdict
from tests.chaos.writes import Post, Update

Updates = dict[tuple[str, str], list[Update]]
"""The changes of each post, by its channel and `ts`, oldest first."""


def updates_of(updates: Sequence[Update]) -> Updates:
    """Sort changes by what they change."""
    found: Updates = defaultdict(list)
    for update in updates:
        found[update.channel_id, update.ts].append(update)
    return found


def leftovers(story: Story, stops: Stops, updates: Updates, verdict: Verdict) -> Iterator[str]:
    """No message that still says work goes on: neither a progress message nor the notice.

    Unless its process was killed or stopped while Slack was still taking what it said last.
    """
    for post in story.posts:
        if post.kind not in ("progress", "notice") or not post.text.endswith(GOES_ON):
            continue
        last = updates[post.thread.channel_id, post.ts][-1:]
        asked_at, applied_at = post.asked_at, post.posted_at
        for update in last:
            asked_at, applied_at = update.asked_at, update.applied_at
        what = f"{post.label} of {asked_at:.3f}–{applied_at:.3f}"
        if stops.was_under_way(asked_at, applied_at, workers(story, post.fence)):
            verdict.on_the_wire.append(f"{what} was left behind")
            continue
        yield (
            f"session {story.session.id} shows a progress message of a turn that is over:"
            f" {what}, {post.text!r}"
        )
    notices = [post for post in story.posts if post.kind == "notice"]
    if not notices and not story.session.notice_owed:
        yield f"session {story.session.id} has no notice, though it is recorded"


def unposted(story: Story, verdict: Verdict) -> Iterator[str]:
    """Each stored answer stands in the thread as a whole, with the tokens of its questions.

    Or it was given up, which is recorded with it.
    """
    posted = defaultdict(set)
    shown: dict[str, str] = defaultdict(str)
    for post in story.posts:
        if post.kind == "answer":
            posted[post.key].add((post.part, post.of))
            shown[post.key] += post.shown
    answers = {entry.turn_id: entry for entry in story.timeline if entry.kind == ANSWER}
    for answer in answers.values():
        if answer.outcome == NOT_DELIVERED:
            verdict.not_delivered.append(answer.id)
            continue
        if answer.state is not MessageState.CLOSED:
            yield f"answer {answer.id} is still owed, until {answer.due_at}"
        parts = len(answer.attributes["parts"])
        if posted[answer.id] != {(part, parts) for part in range(1, parts + 1)}:
            yield f"answer {answer.id} has {parts} parts; posted: {sorted(posted[answer.id])}"
    for message in story.questions:
        given = answers.get(message.turn_id)
        if given is None:
            if message.attributes.get("asks") or message.outcome == Outcome.FAILED:
                yield f"message {message.id} ({message.text[:40]!r}) was closed without an answer"
        elif message.outcome == Outcome.ANSWERED and given.outcome != NOT_DELIVERED:
            yield from _unanswered(message, given, shown[given.id])


def _unanswered(message: Message, given: Message, shown: str) -> Iterator[str]:
    token = TOKEN.search(message.text)
    if token and token[0] not in TOKEN.findall(shown):
        yield f"the answer {given.id} does not answer {token[0]}"


def posted_twice(story: Story, stops: Stops, call_seconds: float, verdict: Verdict) -> None:
    """Nothing stands in a thread twice, unless the copy says that it may be one.

    An answer of a process that was killed may not even then, if its post was no longer on the
    wire than a call may last: the successor waits for so long.
    """
    copies: dict[tuple[str, str, int], list[Post]] = defaultdict(list)
    for post in story.posts:
        copies[post.label].append(post)
    answered: dict[str, set[str]] = defaultdict(set)
    for label, posts in copies.items():
        unlabelled = [post for post in posts if words.REPEATED not in post.shown]
        verdict.repeats += len(posts) - len(unlabelled)
        if len(unlabelled) > 1:
            times = ", ".join(f"{post.asked_at:.3f}–{post.posted_at:.3f}" for post in posts)
            what = f"{label} was posted {len(posts)} times: {times}"
            covered = call_seconds if label[0] == "answer" else 0.0
            if any(
                stops.was_under_way(post.asked_at, post.posted_at, covered=covered)
                for post in unlabelled
            ):
                verdict.on_the_wire.append(what)
            else:
                verdict.broken.append(what)
        if label[0] == "answer":
            for token in TOKEN.findall(posts[0].shown):
                answered[token].add(label[1])
    for token, answers in answered.items():
        if len(answers) > 1:
            verdict.broken.append(f"{token} was answered twice: {', '.join(sorted(answers))}")


def posted_late(
    story: Story,
    stops: Stops,
    updates: Updates,
    taken_over: Mapping[str, float],
    verdict: Verdict,
) -> None:
    """Nothing of an older turn is posted once a newer turn's investigation has begun.

    But for answers that were still owed, from the moment on in which a later holder says that it
    posts them. Of the changes only those count that say that work goes on: to end such a message
    is right at any time.
    """
    for post in story.posts:
        writes = [(post.fence, post.asked_at, post.posted_at)]
        for update in updates[post.thread.channel_id, post.ts]:
            if update.text.endswith(GOES_ON):
                writes.append((update.fence, update.asked_at, update.applied_at))
        for fence, asked_at, applied_at in writes:
            begun = min(
                (run.started_at for run in story.runs if fence and run.fence > fence),
                default=float("inf"),
            )
            is_owed = post.kind == "answer" and taken_over.get(post.key, float("inf")) <= asked_at
            if applied_at <= begun or is_owed:
                continue
            what = (
                f"{post.label} was asked for {asked_at - begun:.3f} s and applied"
                f" {applied_at - begun:.3f} s after a newer turn began"
            )
            pids = () if post.kind == "answer" else workers(story, fence)
            if asked_at <= begun or stops.was_under_way(asked_at, applied_at, pids):
                verdict.on_the_wire.append(what)
            else:
                verdict.broken.append(what)


def workers(story: Story, fence: int | None) -> Collection[int]:
    """Return which processes ran a turn; without a fence, any turn of the session.

    An answer may be posted by another process than the one that found it.
    """
    return {run.pid for run in story.runs if fence in (None, run.fence)}
