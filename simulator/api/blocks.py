"""Refuses blocks of a message as Slack does. docs/simulator.md names the sources."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from simulator.api.elements import CHECKS, MAX_ID, characters, too_long
from simulator.errors import SlackError
from simulator.values import Json

MAX_BLOCKS = 50
MAX_ATTACHMENTS = 100
MAX_MARKDOWN_TEXT = 12_000
MAX_BLOCK_CHARACTERS = 13_200
KNOWN_BLOCKS = frozenset(
    {
        *("actions", "alert", "call", "card", "carousel", "context", "context_actions"),
        *("data_table", "divider", "file", "header", "image", "input", "markdown", "plan"),
        *("rich_text", "section", "table", "task_card", "video"),
    }
)
STRUCTURED_BLOCKS = ("rich_text", "table", "data_table")


def check_blocks(blocks: Sequence[Any], *, refused: Collection[str] = ()) -> None:
    """`SlackError` as chat.postMessage gives it: `invalid_blocks`, `invalid_attachments` (of two
    tables) or `msg_blocks_too_long`. `refused`: types that this workspace does not take.
    """
    problems = list(_problems(blocks, "/blocks"))
    for index, block in enumerate(blocks):
        if isinstance(block, dict) and block.get("type") in refused:
            problems.append(
                f"unsupported type: {block['type']} [json-pointer:/blocks/{index}/type]"
            )
    if problems:
        raise _refusal("invalid_blocks", problems)
    _check_tables(blocks)
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MAX_MARKDOWN_TEXT or _size(blocks) > MAX_BLOCK_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def check_attachments(attachments: Sequence[Any], blocks: Sequence[Json]) -> None:
    """The blocks inside attachments are held to the same rules; one table a message in all."""
    if len(attachments) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    inner: list[Json] = []
    for index, attachment in enumerate(attachments):
        if not isinstance(attachment, dict):
            raise SlackError("invalid_attachments")
        found = attachment.get("blocks") or []
        problems = list(_problems(found, f"/attachments/{index}/blocks"))
        if problems:
            raise _refusal("invalid_attachments", problems)
        inner += found
    _check_tables([*blocks, *inner])


def _refusal(error: str, problems: list[str]) -> SlackError:
    messages = [f"[ERROR] {problem}" for problem in problems]
    return SlackError(error, errors=problems, response_metadata={"messages": messages})


def _check_tables(blocks: Sequence[Json]) -> None:
    if sum(block["type"] in ("table", "data_table") for block in blocks) > 1:
        raise _refusal("invalid_attachments", ["only_one_table_allowed"])


def _size(blocks: Sequence[Json]) -> int:
    """The characters that count towards the total, which Slack does not document: texts, and of
    rich text and tables their structure too.
    """
    return sum(
        len(json.dumps(block, ensure_ascii=False, separators=(",", ":")))
        if block["type"] in STRUCTURED_BLOCKS
        else characters(block)
        for block in blocks
    )


def _problems(blocks: Sequence[Any], at: str) -> Iterator[str]:
    if not isinstance(blocks, list | tuple):
        yield f"must be an array [json-pointer:{at}]"
        return
    if len(blocks) > MAX_BLOCKS:
        yield f"no more than {MAX_BLOCKS} items allowed [json-pointer:{at}]"
    ids: set[str] = set()
    for index, block in enumerate(blocks):
        where = f"{at}/{index}"
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in KNOWN_BLOCKS:
            yield f"unsupported type: {kind} [json-pointer:{where}/type]"
            continue
        block_id = block.get("block_id")
        if block_id and block_id in ids:
            yield f"block_id already exists [json-pointer:{where}/block_id]"
        ids.add(block_id or "")
        yield from too_long(block_id, f"{where}/block_id", MAX_ID)
        if kind in CHECKS:
            yield from CHECKS[kind](block, where)
