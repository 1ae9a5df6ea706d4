"""The comparison with other bots: every mention is delivered, answered once and timed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.peers.peer import FLOOR, OTHERS, SQLITE, Peer, redis, running
from benchmarks.peers.stand_in import StandIn
from benchmarks.peers.timing import Timer


@pytest.fixture
async def slack() -> AsyncIterator[StandIn]:
    stand_in = StandIn()
    await stand_in.start()
    yield stand_in
    stand_in.stop()


@pytest.mark.slow
@pytest.mark.parametrize("peer", [FLOOR, SQLITE, *OTHERS], ids=lambda peer: peer.name)
async def test_a_peer_answers_each_mention_of_a_known_thread_with_one_post(
    peer: Peer, slack: StandIn, tmp_path: Path
) -> None:
    if missing := peer.missing():
        pytest.skip(missing)
    async with redis(tmp_path) as url, running(peer, slack, url, tmp_path) as one:
        timer = Timer(slack, one.driver)
        await timer.first()
        threads = await timer.known_threads(20, at_once=10)
        slack.calls.clear()
        times = await timer.mentions(threads, at_once=10)
        assert one.cpu_seconds() > 0
    assert (len(times.answers), len(times.acks), times.lost) == (20, 20, 0)
    assert slack.calls["chat.postMessage"] == 20
    assert slack.answered_wrongly == 0
    assert 0 < min(times.acks) <= max(times.answers) < times.seconds


def test_what_a_peer_needs_is_named_where_it_is_missing(tmp_path: Path) -> None:
    assert FLOOR.missing() is None
    assert Peer(name="x", command=["no-such-runtime"]).missing() == (
        "no-such-runtime is not installed"
    )
    absent = Peer(name="x", command=["sh"], files=[tmp_path / "absent"])
    assert absent.missing() == "`make bench-peers` has not been run"
