"""Two versions side by side on Firestore, as in a rolling deploy, there and back."""

import asyncio
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot import words
from session import Access, MessageState, Outcome, open_repository
from simulator import Options, Slack
from simulator.values import Message
from tests.conformance.firestore import FirestoreHarness
from tests.e2e.conftest import has_reaction, texts
from tests.e2e.next_version import POLLED
from tests.e2e.processes import BotProcess, bot_process, environment
from tests.e2e.records import FILE_VARIABLE, overlaps, read_stays

THIS, NEXT = "bot", "tests.e2e.next_version"
THREADS = 12
WAVE = 6
TAKEN_UP = 120
"""Seconds: an instance looks once a minute what others have left."""
QUEUED = "hourglass_flowing_sand"
ROLL = (THIS, THIS, NEXT, NEXT, THIS, THIS)
"""The instances in the order of their starts; two of them run at a time."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def slack_options() -> Options:
    """What finds no connection comes again after seconds, not minutes."""
    return Options(time_scale=0.05)


@pytest.fixture(scope="session")
def firestore() -> Iterator[None]:
    """Its emulator."""
    with FirestoreHarness.server():
        yield


class Fleet:
    """The instances on one store, of either version."""

    def __init__(self, slack: Slack, folder: Path) -> None:
        self.slack, self.folder = slack, folder
        self.store = FirestoreHarness(folder)
        self.records = folder / "turns.jsonl"
        self._running = AsyncExitStack()
        self._living = 0

    async def start(self, module: str, **settings: str) -> BotProcess:
        """Start one and wait for its connection."""
        env = environment(
            self.slack,
            self.store.url,
            INVESTIGATOR="tests.e2e.investigators:recording",
            **{FILE_VARIABLE: str(self.records)},
            **self.store.environment,
            **settings,
        )
        bot = await self._running.enter_async_context(bot_process(env, self.folder, module))
        self._living += 1
        await self.slack.wait_for_sockets(self._living, timeout=60)
        return bot

    async def stop(self, bot: BotProcess) -> None:
        """Ask it to stop, and see that it ends well."""
        bot.signal(signal.SIGTERM)
        assert await bot.exit_code() == 0, bot.log
        self._living -= 1
        assert "Traceback" not in bot.log

    async def close(self) -> None:
        await self._running.aclose()


@pytest.fixture
async def fleet(slack: Slack, tmp_path: Path, firestore: None) -> AsyncIterator[Fleet]:
    fleet = Fleet(slack, tmp_path)
    yield fleet
    await fleet.close()


async def test_nothing_is_lost_and_nothing_done_twice_while_instances_are_replaced_under_load(
    slack: Slack, fleet: Fleet
) -> None:
    roots = await slack.prepare_threads(THREADS, channels=3)
    is_over = asyncio.Event()
    running = [await fleet.start(module) for module in ROLL[:2]]
    load = asyncio.create_task(mentions_until(is_over, slack, roots))
    for module in ROLL[2:]:
        await asyncio.sleep(2)
        running.append(await fleet.start(module))
        await fleet.stop(running.pop(0))
    await asyncio.sleep(2)
    is_over.set()
    asked = await load
    await slack.wait_quiet(1, timeout=180)

    stays = read_stays(fleet.records)
    assert overlaps(stays) == []
    assert len({stay.pid for stay in stays}) == len(ROLL), "each of them did some of the work"
    answered = Counter[str]()
    for root in roots:
        posts = await texts(slack, root)
        assert sum(post.startswith(words.STARTING) for post in posts) <= 1
        answered.update(one for post in posts for one in re.findall(r"m(\d+-\d+)\.", post))
    assert set(answered) == asked
    assert set(answered.values()) == {1}
    await assert_all_is_closed(fleet)


async def mentions_until(
    is_over: asyncio.Event, slack: Slack, roots: Sequence[Message]
) -> set[str]:
    """Mention the bot wave after wave, and return what its answers must name."""
    asked, wave = set[str](), 0
    while not is_over.is_set():
        first = wave * WAVE % THREADS
        burst = await slack.burst(
            WAVE,
            threads=roots[first : first + WAVE],
            text=f"m{wave}-{{n}}.",
            answer_contains=f"m{wave}-{{n}}.",
        )
        asked |= {f"{wave}-{mention.number}" for mention in burst.mentions}
        wave += 1
    return asked


async def assert_all_is_closed(fleet: Fleet) -> None:
    async with open_repository(fleet.store.url, access=Access.LOOK) as repository:
        for session in await repository.scan_sessions(limit=THREADS + 1):
            assert session.lease is None
            timeline = await repository.timeline(session.id)
            assert {one.state for one in timeline} == {MessageState.CLOSED}
            questions = [one for one in timeline if one.kind == "question"]
            assert {one.outcome for one in questions} == {Outcome.ANSWERED}


@pytest.mark.parametrize(("first", "second"), [(THIS, NEXT), (NEXT, THIS)])
async def test_what_one_version_left_open_is_ended_by_the_other(
    slack: Slack, fleet: Fleet, first: str, second: str
) -> None:
    bot = await fleet.start(first, SHUTDOWN_GRACE_SECONDS="1")
    running = await slack.user("ann").mention("#incidents", "sleep 12")
    await slack.wait_for_reply(running, containing=words.STARTING, timeout=30)
    queued = await slack.user("ben").mention("#incidents", "and why?", running.ts)
    await slack.wait_until(lambda: has_reaction(slack, queued, QUEUED), timeout=30)
    owed = await slack.user("ann").mention("#incidents", "sleep 3")
    await slack.wait_for_reply(owed, containing=words.STARTING, timeout=30)
    await slack.fail("users.info", "internal_error", calls=None)
    await slack.fail("chat.postMessage", "internal_error", calls=None)
    await slack.wait_until(lambda: "answer.not_posted" in bot.log, timeout=30)
    parked = await slack.user("chloe").mention("#incidents", "who am I?")
    await until_stored(fleet, parked, MessageState.PARKED)

    other = await fleet.start(second)
    await fleet.stop(bot)
    await slack.clear_faults()
    for asked, answer in (
        (owed, "answer 1 to: sleep 3"),
        (parked, "answer 1 to: who am I?"),
        (running, "sleep 12"),
        (running, "and why?"),
    ):
        await slack.wait_for_reply(asked, containing=answer, timeout=TAKEN_UP)
        found = [text for text in await texts(slack, asked) if answer in text]
        assert len(found) == 1
    await fleet.stop(other)
    await assert_all_is_closed(fleet)


async def until_stored(fleet: Fleet, message: Message, state: MessageState) -> None:
    """Wait until it is stored in that state."""
    for _ in range(300):
        if await state_of(fleet, message) is state:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{message.text} did not become {state}")


async def state_of(fleet: Fleet, message: Message) -> MessageState | None:
    """In which state it is stored, if it is."""
    async with open_repository(fleet.store.url, access=Access.LOOK) as repository:
        for session in await repository.scan_sessions():
            for entry in await repository.timeline(session.id):
                if entry.attributes.get("ts") == message.ts:
                    return entry.state
    return None


async def test_what_only_the_next_version_knows_waits_for_an_instance_of_it(
    slack: Slack, fleet: Fleet
) -> None:
    after = await fleet.start(NEXT, SHUTDOWN_GRACE_SECONDS="1")
    asked = await slack.user("ann").mention("#incidents", "sleep 15")
    await slack.wait_for_reply(asked, containing=words.STARTING, timeout=30)
    poll = await slack.user("ben").mention("#incidents", "poll", asked.ts)
    await until_stored(fleet, poll, MessageState.OPEN)
    before = await fleet.start(THIS)
    await fleet.stop(after)
    await slack.wait_for_reply(asked, containing="answer 1 to: sleep 15", timeout=TAKEN_UP)
    await slack.wait_until(lambda: "entry.no_deed" in before.log, timeout=60)
    assert not any(POLLED in text for text in await texts(slack, asked))
    again = await fleet.start(NEXT)
    await slack.wait_for_reply(asked, containing=POLLED, timeout=TAKEN_UP)
    await fleet.stop(before)
    await fleet.stop(again)
