"""Small signs to people: best effort, once, and never in the way."""

from structlog.testing import capture_logs

from bot.slack.signals import Signals
from simulator import Simulator
from tests.unit.bot.virtual_time import in_virtual_time
from tests.unit.bot.web_api import connected, scripted_api


@in_virtual_time
async def test_a_reaction_is_added_and_taken_off() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        posted = await slack.user("ann").say("#incidents", "down?")
        signals = Signals(client)
        await signals.react(posted.channel, posted.ts, Signals.WAITING)
        assert [one.name for one in await slack.reactions(posted)] == [Signals.WAITING]
        await signals.unreact(posted.channel, posted.ts, Signals.WAITING)
        assert await slack.reactions(posted) == []


@in_virtual_time
async def test_what_is_as_wished_already_is_no_trouble_and_trouble_is_only_logged() -> None:
    async with Simulator.start() as slack, connected(slack) as client:
        posted = await slack.user("ann").say("#incidents", "down?")
        signals = Signals(client)
        with capture_logs() as logs:
            await signals.unreact(posted.channel, posted.ts, Signals.WAITING)
            await signals.react(posted.channel, posted.ts, Signals.WAITING)
            await signals.react(posted.channel, posted.ts, Signals.WAITING)
        assert logs == []
        with capture_logs() as logs:
            await slack.fail("reactions.add", "not_in_channel")
            await signals.react(posted.channel, posted.ts, Signals.NOTHING_NEW)
            await slack.cut("chat.postEphemeral")
            await signals.whisper(posted.channel, posted.ts, str(posted.user), "hello")
        assert [one["method"] for one in logs] == ["reactions.add", "chat.postEphemeral"]
        assert len(await slack.api_calls("reactions.add")) == 3


@in_virtual_time
async def test_an_app_that_is_no_agent_is_told_so_once() -> None:
    refusal = {"ok": False, "error": "not_authorized"}
    async with scripted_api(agents_sessions_setStatus=refusal) as (api, client):
        signals = Signals(client)
        for _ in range(3):
            await signals.agent_status("C1", "1.1", "processing")
        assert api.calls["agents.sessions.setStatus"] == 1


@in_virtual_time
async def test_an_agent_app_whose_status_failed_for_now_tries_the_next_one() -> None:
    refusal = {"ok": False, "error": "internal_error"}
    async with scripted_api(agents_sessions_setStatus=refusal) as (api, client):
        signals = Signals(client)
        for _ in range(3):
            await signals.agent_status("C1", "1.1", "processing")
        assert api.calls["agents.sessions.setStatus"] == 3
