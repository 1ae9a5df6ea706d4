"""One mention at a time, and a thousand at once."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress

from benchmarks.contenders import Stand, log_of
from benchmarks.report import Check, Line, Table
from benchmarks.rounds import Samples, interleaved, medians, percentile, ratio
from simulator import Burst, SimulatorError

CHANNELS = 100
LONGEST = 30.0
"""Seconds a burst may take; what is not answered by then counts as unanswered."""
ACK_LIMIT = 3.0
"""Seconds; later Slack sends the event again (https://docs.slack.dev/apis/events-api/)."""


async def one_at_a_time(stands: Mapping[str, Stand], *, rounds: int, mentions: int) -> Table:
    """Mention, wait for the answer, mention again; each mention begins a new thread."""
    calls = {name: await _calls_of_a_mention(one) for name, one in stands.items()}

    async def measure(one: Stand) -> dict[str, float]:
        times = [await _until_answered(one) for _ in range(mentions)]
        return {"p50": percentile(times, 50), "p99": percentile(times, 99)}

    samples = await interleaved(stands, measure, rounds=rounds)
    return Table(
        title=f"One mention at a time, until its answer is posted ({rounds} × {mentions})",
        columns=list(stands),
        lines=[
            Line(
                label="p50, ms",
                values=medians(samples, "p50"),
                checks=[
                    Check(what=what, value=value, target=target, goal=goal)
                    for what, value, target, goal in (
                        ("memory ÷ bare", _to_bare(samples, "p50", "memory"), 1.5, None),
                        ("SQLite ÷ bare", _to_bare(samples, "p50", "SQLite"), 4.0, 2.5),
                    )
                ],
            ),
            Line(label="p99, ms", values=medians(samples, "p99")),
        ],
        notes=[f"Web API calls of one mention, {name}: {one}" for name, one in calls.items()],
    )


async def a_thousand_at_once(stands: Mapping[str, Stand], *, rounds: int, mentions: int) -> Table:
    """Mention in as many threads at once; every mention is two events, every answer two more."""

    async def measure(one: Stand) -> dict[str, float]:
        return await _burst(one, mentions)

    samples = await interleaved(stands, measure, rounds=rounds)
    first = {name: samples[name][0] for name in stands}
    worst = {name: max(one["acked"] for one in samples[name]) for name in stands}
    unanswered = {name: sum(one["unanswered"] for one in samples[name]) for name in stands}
    acked, answered = "latest ack", "unanswered"
    return Table(
        title=f"{mentions:,} mentions at once in {mentions:,} threads of {CHANNELS} channels"
        f" ({rounds} rounds)",
        columns=list(stands),
        lines=[
            Line(
                label="mentions/s",
                values=medians(samples, "rate"),
                digits=0,
                checks=[
                    Check(
                        what="SQLite ÷ bare",
                        value=_to_bare(samples, "rate", "SQLite"),
                        target=0.5,
                        goal=0.8,
                        at_least=True,
                    )
                ],
            ),
            Line(
                label="latest ack of all rounds, s",
                values=worst,
                checks=[
                    Check(what=f"{name} {acked}", value=worst[name], target=ACK_LIMIT, unit=" s")
                    for name in ("memory", "SQLite")
                ],
            ),
            Line(
                label="unanswered",
                values=unanswered,
                digits=0,
                checks=[
                    Check(what=f"{name} {answered}", value=unanswered[name], target=0)
                    for name in ("memory", "SQLite")
                ],
            ),
            Line(label="processor time, ms a mention", values=medians(samples, "cpu")),
            Line(
                label="resident before, MiB",
                values={name: one["before"] for name, one in first.items()},
                digits=1,
            ),
            Line(
                label="resident after, MiB",
                values={name: one["after"] for name, one in first.items()},
                digits=1,
            ),
        ],
    )


async def burst_of(one: Stand, mentions: int) -> Burst:
    """Mention the bot that often at once, and wait for the answers."""
    await one.slack.clear_logs()
    return await one.slack.burst(
        mentions, channels=CHANNELS, answer_contains=one.contender.answer_contains, timeout=LONGEST
    )


async def _until_answered(one: Stand) -> float:
    burst = await one.slack.burst(1, answer_contains=one.contender.answer_contains)
    mention = burst.mentions[0]
    if mention.answered_at is None:
        raise RuntimeError(f"{one.contender.name} did not answer:\n{log_of(one.folder)}")
    return (mention.answered_at - mention.sent_at) * 1000


async def _burst(one: Stand, mentions: int) -> dict[str, float]:
    before, cpu = one.resident(), one.cpu_seconds()
    burst = await burst_of(one, mentions)
    after = one.resident()
    # Both events of a mention, and those of the answers.
    await _quiet(one)
    deliveries = await one.slack.deliveries()
    began = min(mention.sent_at for mention in burst.mentions)
    answered = [mention.answered_at for mention in burst.mentions if mention.answered_at]
    return {
        "rate": len(answered) / (max(answered) - began),
        "acked": max(delivery.ack_seconds or 99.0 for delivery in deliveries),
        "unanswered": float(mentions - len(answered)),
        "cpu": (one.cpu_seconds() - cpu) * 1000 / mentions,
        "before": before,
        "after": after,
    }


async def _quiet(one: Stand) -> None:
    """Wait for the acks of all events; those that missed theirs come again after a minute."""
    with suppress(SimulatorError):
        await one.slack.wait_quiet(timeout=10)


async def _calls_of_a_mention(one: Stand, *, mentions: int = 20) -> str:
    """Warm the bot up, then count what it asks of Slack, in the order of the calls."""
    for _ in range(mentions):
        await _until_answered(one)
    await one.slack.wait_quiet()
    await one.slack.clear_logs()
    for _ in range(mentions):
        await _until_answered(one)
    calls = Counter(call.method for call in await one.slack.api_calls())
    return ", ".join(f"{method} {count / mentions:g}" for method, count in calls.items())


def _to_bare(samples: Samples, key: str, name: str) -> float:
    return ratio(samples, key, name, "bare Bolt")
