"""Screenshots for the model: shown under a handle, and never remembered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from pydantic_ai.framing import register_tag, wrap
from pydantic_ai.messages import (
    BinaryContent,
    ModelMessage,
    ModelRequest,
    UserContent,
    UserPromptPart,
)

from bot.document.thread import FileImage, FileText, ThreadMessage
from bot.investigators.agent.clean import shown
from bot.investigators.agent.seen import Seen
from bot.investigators.agent.sources import Source, Sources, Standing
from bot.investigators.contract import Case
from bot.messages import wants_answer

IMAGE_TAG = register_tag("shared_image")
IMAGE_CHARACTERS = 6_000
"""What an image counts in a request: about 1,500 tokens, as providers count a large one."""
NOT_SHOWN = "(an image; not shown again)"


async def images_of(case: Case, messages: Sequence[ThreadMessage]) -> Sequence[FileImage]:
    """Read the screenshots of a thread, where there are any and somebody waits for an answer."""
    if not any(map(wants_answer, case.new)):
        return ()
    if not any(file.is_image for it in messages for file in it.files):
        return ()
    return await case.thread.read_images(messages)


def with_images(
    prompt: str, images: Sequence[FileImage], sources: Sources, seen: Seen
) -> str | list[UserContent]:
    """Add the images that were read to a prompt, each behind a line with its handle."""
    content: list[UserContent] = [prompt]
    for image in images:
        if image.left_out is None:
            content += [_line(image, sources, seen), _binary(image)]
    return content if len(content) > 1 else prompt


def beside_images(files: Sequence[FileText], images: Sequence[FileImage]) -> Sequence[FileText]:
    """Return the files without the images that are shown, and why others are not."""
    by_id = {image.file.id: image for image in images}
    return [
        replace(file, left_out=image.left_out) if (image := by_id.get(file.file.id)) else file
        for file in files
        if file.file.id not in by_id or by_id[file.file.id].left_out
    ]


def _line(image: FileImage, sources: Sources, seen: Seen) -> str:
    """Make the image a source, and say what it is."""
    message = image.message
    name, who = shown(image.file.name), shown(message.author) or "somebody"
    handle = seen.handle_of(f"{message.ts}/{image.file.id}", name)
    sources.add(
        Source(
            handle=handle,
            title=f"{name}, shared by {who}, {message.sent_at.astimezone(UTC):%H:%M} UTC",
            text="",
            link=message.link,
            standing=Standing.IMAGE,
        )
    )
    return wrap(IMAGE_TAG, "the next image", handle=handle, name=name, author=who)


def _binary(image: FileImage) -> BinaryContent:
    return BinaryContent(data=image.data, media_type=image.media_type)


def without_images(message: ModelMessage) -> ModelMessage:
    """Return a message with a line in the place of each image."""
    if not isinstance(message, ModelRequest):
        return message
    return replace(message, parts=[as_text(part) for part in message.parts])


def as_text(part: Any) -> Any:
    """Return a part of a request with a line in the place of each image."""
    if isinstance(part, UserPromptPart) and not isinstance(part.content, str):
        return replace(part, content=text_of_prompt(part.content))
    return part


def text_of_prompt(content: str | Sequence[UserContent]) -> str:
    """Return the words of a prompt."""
    if isinstance(content, str):
        return content
    return "\n".join(item if isinstance(item, str) else NOT_SHOWN for item in content)
