"""How a plan looks in Slack, and what becomes of it where Slack refuses it."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.document.plain import plain_text
from bot.document.posts import Action, Label
from bot.document.values import Document, Plan, PlanItem, PlanState
from bot.slack.looks import Look, Looks
from bot.slack.rendering import parts_of
from tests.unit.bot.test_posting import Desk, posting
from tests.unit.bot.virtual_time import in_virtual_time

LABEL = Label(kind="progress", key="turn-1")
STOP = Action(id="burrow_stop", text="Stop", value="turn-1")


def plan(*states: PlanState) -> Document:
    tasks = tuple(
        PlanItem(text=f"look {number}", state=state)
        for number, state in enumerate(states, start=1)
    )
    return Document((Plan("Plan", tasks),))


BEGUN = plan(PlanState.IN_PROGRESS, PlanState.PENDING)
GONE_ON = plan(PlanState.COMPLETE, PlanState.ERROR)


async def blocks(desk: Desk) -> list[dict[str, Any]]:
    return list((await desk.messages())[-1].blocks)


@in_virtual_time
async def test_a_plan_is_a_block_of_its_own_with_a_new_id_at_each_update() -> None:
    async with posting() as desk:
        posted = await desk.posts.post(BEGUN, LABEL, actions=[STOP])
        before, _ = await blocks(desk)
        await desk.posts.update(posted, GONE_ON, actions=[STOP])
        after, _ = await blocks(desk)
    assert before["type"] == after["type"] == "plan"
    assert before["block_id"] != after["block_id"]
    assert before["tasks"] == [
        {"type": "task_card", "task_id": "task_1", "title": "look 1", "status": "in_progress"},
        {"type": "task_card", "task_id": "task_2", "title": "look 2", "status": "pending"},
    ]
    assert [task["status"] for task in after["tasks"]] == ["complete", "error"]


@in_virtual_time
async def test_where_plans_are_refused_they_are_lines_and_not_tried_again() -> None:
    async with posting() as desk:
        await desk.slack.refuse_blocks(["plan"])
        with capture_logs() as logs:
            posted = await desk.posts.post(BEGUN, LABEL, actions=[STOP])
            lines, buttons = await blocks(desk)
            await desk.posts.update(posted, GONE_ON, actions=[STOP])
        assert (lines["type"], buttons["type"]) == ("rich_text", "actions")
        assert "look 1" in str(lines)
        assert await desk.calls("chat.postMessage") == 2
        assert await desk.calls("chat.update") == 1
        assert [entry["event"] for entry in logs] == ["post.blocks_refused"]


@in_virtual_time
async def test_an_update_whose_plan_is_refused_goes_out_as_lines_too() -> None:
    async with posting() as desk:
        posted = await desk.posts.post(BEGUN, LABEL)
        await desk.slack.refuse_blocks(["plan"])
        with capture_logs():
            await desk.posts.update(posted, GONE_ON)
            await desk.posts.update(posted, BEGUN)
        assert await desk.calls("chat.update") == 3
        assert (await blocks(desk))[0]["type"] == "rich_text"


@pytest.mark.parametrize(
    ("refused", "taken", "then"),
    [
        (Look.PLANS, Look.BLOCKS, Look.BLOCKS),
        (Look.BLOCKS, Look.BARE, Look.PLANS),
        (Look.PLANS, Look.BARE, Look.PLANS),
    ],
)
def test_only_a_refusal_of_the_plan_itself_is_remembered(
    refused: Look, taken: Look, then: Look
) -> None:
    looks = Looks(lambda: "id")
    looks.note_taken(taken, refused)
    assert looks.best is then


def test_a_plan_longer_than_a_block_should_be_is_lines_from_the_start() -> None:
    (part,) = parts_of(plan(*[PlanState.PENDING] * 21))
    assert [block["type"] for block in Looks().blocks(part, (), Look.PLANS)] == ["rich_text"]
    assert plain_text(part).count("look") == 21
