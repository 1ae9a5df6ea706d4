"""At once until Slack complains; then a pause, one a second, and calm after a minute."""

import asyncio

from bot.slack.pacing import ChannelPacing
from tests.unit.bot.virtual_time import in_virtual_time, now


async def post(pacing: ChannelPacing, count: int, channel: str = "C1") -> list[float]:
    """Ask for that many turns at once; when each came, in seconds from now."""
    began = now()

    async def one() -> float:
        await pacing.turn_to_post(channel)
        return now() - began

    return sorted(round(when, 3) for when in await asyncio.gather(*(one() for _ in range(count))))


@in_virtual_time
async def test_nothing_is_held_back_before_slack_complains() -> None:
    assert await post(ChannelPacing(now), 50) == [0.0] * 50


@in_virtual_time
async def test_after_a_refusal_the_channel_pauses_then_takes_one_a_second() -> None:
    pacing = ChannelPacing(now)
    pacing.refused("C1", 7)
    assert await post(pacing, 4) == [7.0, 8.0, 9.0, 10.0]


@in_virtual_time
async def test_other_channels_are_not_held_back() -> None:
    pacing = ChannelPacing(now)
    pacing.refused("C1", 7)
    assert await post(pacing, 3, "C2") == [0.0] * 3


@in_virtual_time
async def test_a_minute_without_a_refusal_makes_it_calm_again() -> None:
    pacing = ChannelPacing(now)
    pacing.refused("C1", 2)
    await asyncio.sleep(61.9)
    assert await post(pacing, 2) == [0.0, 0.1]
    assert await post(pacing, 20) == [0.0] * 20


@in_virtual_time
async def test_who_waits_when_the_minute_ends_goes_at_once() -> None:
    pacing = ChannelPacing(now)
    pacing.refused("C1", 1)
    times = await post(pacing, 80)
    assert times[:3] == [1.0, 2.0, 3.0]
    assert times[59:] == [60.0, *[61.0] * 20]


@in_virtual_time
async def test_a_shorter_refusal_does_not_cut_a_longer_pause() -> None:
    pacing = ChannelPacing(now)
    pacing.refused("C1", 30)
    pacing.refused("C1", 1)
    assert await post(pacing, 1) == [30.0]


@in_virtual_time
async def test_strain_is_forgotten_also_of_channels_nobody_posts_to_again() -> None:
    pacing = ChannelPacing(now)
    for number in range(100):
        pacing.refused(f"C{number}", 1)
    await asyncio.sleep(62)
    pacing.refused("CNEW", 1)
    assert list(pacing._strained) == ["CNEW"]
