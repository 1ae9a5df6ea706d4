"""Three bots on one workspace and one store, as processes: nothing is done twice, nothing lost."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot import words
from session import MessageState, Outcome, Repository, open_repository
from simulator import Options, Slack
from simulator.values import Message
from tests.conformance.harness import Harness
from tests.e2e.conftest import texts
from tests.e2e.processes import BotProcess, bot_process, environment
from tests.e2e.records import FILE_VARIABLE, overlaps, read_stays
from tests.support.inbox import all_due

INSTANCES = 3
THREADS = 50
MENTIONS = 500
WAVES = 20
THREADS_A_WAVE = 5
"""A wave is as much as an emulator on a busy machine takes in within Slack's three seconds."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def slack_options() -> Options:
    """Redeliveries after 0, 3 and 15 seconds: a busy machine gets what Slack gives in minutes."""
    return Options(time_scale=0.05)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return tmp_path / "turns.jsonl"


@pytest.fixture
async def bots(
    slack: Slack, shared_store: Harness, tmp_path: Path, records: Path
) -> AsyncIterator[list[BotProcess]]:
    """Three processes, all connected."""
    assert shared_store.url is not None
    env = environment(
        slack,
        shared_store.url,
        INVESTIGATOR="tests.e2e.investigators:recording",
        **{FILE_VARIABLE: str(records)},
        **shared_store.environment,
    )
    async with AsyncExitStack() as running:
        started = []
        for number in range(INSTANCES):
            started.append(await running.enter_async_context(bot_process(env, tmp_path)))
            await slack.wait_for_sockets(number + 1, timeout=60)
        yield started


async def test_five_hundred_mentions_over_three_instances_are_each_dealt_with_once(
    slack: Slack, bots: Sequence[BotProcess], shared_store: Harness, records: Path
) -> None:
    roots = await slack.prepare_threads(THREADS, channels=5)
    for wave in range(WAVES):
        if wave % 4 == 0:
            await misdeliver(slack)
        first = wave * THREADS_A_WAVE % THREADS
        await slack.burst(
            MENTIONS // WAVES,
            threads=roots[first : first + THREADS_A_WAVE],
            text=f"m{wave}-{{n}}.",
            answer_contains=f"m{wave}-{{n}}.",
        )
    await slack.wait_quiet(1, timeout=180)

    stays = read_stays(records)
    assert overlaps(stays) == []
    assert len({stay.pid for stay in stays}) == INSTANCES
    times_taken = Counter(one for stay in stays for one in stay.message_ids)
    assert len(times_taken) == MENTIONS
    assert set(times_taken.values()) == {1}
    for root in roots:
        await assert_each_answered_once(slack, root)
    assert shared_store.url is not None
    async with open_repository(shared_store.url) as repository:
        await assert_one_settled_session_per_thread(repository, roots)


async def misdeliver(slack: Slack) -> None:
    """Have most of the next events lost, come twice, out of order, or again although acked.

    The lost ones are whole mentions, both events of each, which then come seconds later.
    """
    await slack.drop(8)
    await slack.duplicate(12)
    await slack.reorder(12)
    await slack.ignore_acks(12)


async def assert_each_answered_once(slack: Slack, root: Message) -> None:
    posts = await texts(slack, root)
    assert sum(post.startswith(words.STARTING) for post in posts) == 1
    answered = Counter(one for post in posts for one in re.findall(r"m(\d+-\d+)\.", post))
    assert len(answered) == MENTIONS // THREADS
    assert set(answered.values()) == {1}


async def assert_one_settled_session_per_thread(
    repository: Repository, roots: Sequence[Message]
) -> None:
    sessions = await repository.scan_sessions(limit=THREADS + 1)
    threads = {one.thread.thread_ts for one in sessions if one.thread is not None}
    assert len(sessions) == THREADS
    assert threads == {root.ts for root in roots}
    assert all(one.lease is None and not one.notice_owed for one in sessions)
    assert list(await all_due(repository)) == []
    for session in sessions:
        timeline = await repository.timeline(session.id)
        questions = [one for one in timeline if one.kind == "question"]
        assert len(questions) == MENTIONS // THREADS
        assert {one.state for one in timeline} == {MessageState.CLOSED}
        assert {one.outcome for one in questions} == {Outcome.ANSWERED}
        # A storage call that timed out may have taken the lease all the same, for nobody.
        turns = await repository.turns(session.id)
        assert {one.outcome for one in turns} <= {Outcome.ANSWERED, Outcome.INTERRUPTED}
