"""The ids that Slack gives to blocks and elements that came without."""

import zlib

from simulator.values import Json, Message

WITH_ACTIONS = ("actions", "context_actions")


def blocks_with_ids(message: Message) -> list[Json]:
    """A message's blocks, each with a `block_id`, and with an `action_id` on whatever can be
    clicked. The ids of a message that did not change stay the same.

    https://docs.slack.dev/reference/block-kit/blocks
    """
    return [
        _with_ids(block, f"{message.ts}/{index}") for index, block in enumerate(message.blocks)
    ]


def _with_ids(block: Json, at: str) -> Json:
    found = {"block_id": _made_id(at), **block}
    if block["type"] in WITH_ACTIONS:
        found["elements"] = [
            {"action_id": _made_id(f"{at}/{index}"), **element}
            for index, element in enumerate(block["elements"])
        ]
    accessory = block.get("accessory")
    if accessory and accessory.get("type") != "image":
        found["accessory"] = {"action_id": _made_id(f"{at}/accessory"), **accessory}
    return found


def _made_id(at: str) -> str:
    return f"{zlib.crc32(at.encode()):08x}"
