"""What is done beside the story has an end too."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot import errands
from tests.unit.bot.test_handlers import house, incoming
from tests.unit.bot.virtual_time import in_virtual_time


@in_virtual_time
async def test_beyond_so_many_signs_no_more_are_given_and_that_is_told_once_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(errands, "MOST_ERRANDS", 2)
    async with house() as home:
        with capture_logs() as logs:
            for number in range(5):
                home.errands.warn(incoming(ts=f"1712345690.{number}", text="<@UBURROW> ?"), "full")
            assert len(home.errands.tasks) == 2
            await home.quiet()
            await asyncio.sleep(errands.TOLD_EVERY_SECONDS)
            home.errands.unwarn(incoming())
            await home.quiet()
        assert len(home.surface.signs) == 2
        assert [it["event"] for it in logs].count("errands.left_undone") == 1
