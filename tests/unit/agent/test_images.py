"""Screenshots reach the model if the operator says so; nothing of them is remembered."""

from dataclasses import replace

import pytest
from pydantic_ai.exceptions import ModelRequestRejectedError
from pydantic_ai.messages import BinaryContent, UserPromptPart

from bot.document.thread import FileImage, FileText, LeftOut, SharedFile
from bot.investigators.agent import words
from bot.investigators.agent.compaction import characters_in, compacted
from bot.investigators.agent.memory import read_memory
from bot.investigators.contract import Case
from tests.unit.agent.cases import QUESTION, Views, asked, case_of, said
from tests.unit.agent.reports import reply, report
from tests.unit.agent.scripted import Script, agent_with, answer

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 300_000
FILE = SharedFile(id="F1", name="grafana.png", media_type="image/png", is_image=True)
MESSAGE = said(1, "see the graph", author="Ben", files=(FILE,))
SHOWN = FileImage(file=FILE, message=MESSAGE, data=PNG, media_type="image/png")
SEEN = report(("Latency rises at 10:00", "m3", ""))


def thread(*images: FileImage, **more: object) -> Case:
    files = [FileText(file=FILE, message=MESSAGE, left_out=LeftOut.NOT_TEXT)]
    views = Views(images=images, files=files)
    return case_of([MESSAGE, QUESTION], [asked(3, "why?")], views=views, **more)  # type: ignore[arg-type]


def images_in(script: Script, number: int = -1) -> list[bytes]:
    return [
        item.data
        for message in script.requests[number]
        for part in message.parts
        if isinstance(part, UserPromptPart) and not isinstance(part.content, str)
        for item in part.content
        if isinstance(item, BinaryContent)
    ]


async def test_a_fact_that_is_seen_in_an_image_says_so_and_needs_no_words() -> None:
    script = Script([SEEN])
    finding = await answer(agent_with(script, model_images=True), thread(SHOWN))
    assert images_in(script) == [PNG]
    assert "Latency rises at 10:00" in finding.text
    assert "Seen in an image, which I can't check: grafana.png, shared by Ben" in finding.text
    assert "was not read" not in script.sent()


async def test_without_the_setting_an_image_is_only_named() -> None:
    script = Script([reply("I see no graph", "m1", "see the graph")])
    await answer(agent_with(script), thread(SHOWN))
    assert images_in(script) == []
    assert 'name="grafana.png" author="Ben">(not read: an image)<' in script.sent()


async def test_an_image_that_is_left_out_is_named_with_the_reason() -> None:
    large = replace(SHOWN, data=b"", left_out=LeftOut.TOO_LARGE)
    script = Script([reply("I see no graph", "m1", "see the graph")])
    await answer(agent_with(script, model_images=True), thread(large))
    assert 'name="grafana.png" author="Ben">(not read: larger than' in script.sent()


async def test_an_image_is_not_remembered_and_shown_again_in_the_next_turn() -> None:
    script = Script([SEEN])
    agent = agent_with(script, model_images=True)
    first = await answer(agent, thread(SHOWN))
    assert first.notebook is not None
    assert len(str(first.notebook)) < 20_000
    (prompt, *_) = read_memory(first.notebook).history
    assert "not shown again" in str(prompt)
    second = await answer(agent, thread(SHOWN, memory=dict(first.notebook), fence=2))
    assert images_in(script) == [PNG]
    assert "Seen in an image" in second.text


async def test_a_model_that_takes_no_images_is_asked_without_them() -> None:
    refused = ModelRequestRejectedError("m", "image input is not supported")
    held = report(("There is a graph", "m1", "see the graph"))
    script = Script([refused, held])
    finding = await answer(agent_with(script, model_images=True), thread(SHOWN))
    assert (images_in(script, 0), images_in(script, 1)) == ([PNG], [])
    assert words.IMAGES_NOT_TAKEN in finding.text


async def test_an_image_counts_as_what_it_costs_not_as_its_bytes() -> None:
    script = Script([SEEN])
    await answer(agent_with(script, model_images=True), thread(SHOWN))
    messages = script.requests[0]
    assert characters_in(messages) < 20_000
    shortened = compacted(messages, window=500)
    assert all(
        isinstance(part.content, str)
        for message in shortened
        for part in message.parts
        if isinstance(part, UserPromptPart)
    )


@pytest.mark.parametrize("handle", ["m1", "m9"])
async def test_only_an_image_needs_no_words(handle: str) -> None:
    script = Script([report(("It is slow", handle, ""))])
    finding = await answer(agent_with(script, model_images=True), thread(SHOWN))
    assert finding.text.startswith("Inconclusive.")


async def test_what_a_tool_shows_is_attached_to_the_answer_the_newest_three() -> None:
    async def render(panel: int) -> BinaryContent:
        return BinaryContent(data=b"%d" % panel * 3_000, media_type="image/png")

    called = [("render", {"panel": number}) for number in (1, 2, 3, 4, 4)]
    script = Script([called, report(("There is a graph", "m1", "see the graph"))])
    finding = await answer(agent_with(script, [render]), thread())
    assert [image.data[:1] for image in finding.images] == [b"2", b"3", b"4"]
    assert finding.images[0].title.startswith("render(")
    assert "(image/png, 3 kB, not shown)" in script.sent()
