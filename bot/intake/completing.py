"""What is stored of a message, and what its twin or an edit adds to it."""

from dataclasses import replace
from datetime import datetime

from bot.intake.clicks import StopClick
from bot.intake.incoming import Incoming
from bot.intake.newcomers import LOOK_AFTER
from bot.intake.rules import Ruling
from session import NewMessage, Receipt, Repository


def new_message(incoming: Incoming, ruling: Ruling, request_id: str, now: datetime) -> NewMessage:
    """Make what is stored; a message whose author is not known yet is parked."""
    assert ruling.kind is not None
    message = incoming.as_message(request_id, ruling.kind)
    if ruling.stops:
        message = replace(message, attributes={**message.attributes, "stops": ruling.stops})
    return _parked_if_unknown(message, ruling, now)


def new_stop(click: StopClick, ruling: Ruling, request_id: str, now: datetime) -> NewMessage:
    """Make what is stored of a click on a stop button."""
    return _parked_if_unknown(click.as_message(request_id, ruling.stops), ruling, now)


async def complete(repository: Repository, receipt: Receipt, message: NewMessage) -> Receipt:
    """Add what the twin of a duplicate knows more: files, or a mention that an edit added.

    A question to which a mention is added is open again.
    """
    stored = receipt.message
    if not stored.attributes:
        return receipt
    adds_mention = bool(message.attributes["asks"]) and not stored.attributes.get("asks")
    adds_files = bool(set(message.attributes["files"]) - set(stored.attributes.get("files", ())))
    if not (adds_mention or adds_files):
        return receipt
    attributes = {
        **stored.attributes,
        "asks": message.attributes["asks"] or stored.attributes.get("asks"),
        "files": message.attributes["files"] or stored.attributes.get("files", []),
    }
    await repository.amend_message(
        stored.id,
        text=message.text if adds_mention else None,
        attributes=attributes,
        reopen=adds_mention,
    )
    amended = await repository.get_message(stored.id)
    return receipt if amended is None else replace(receipt, message=amended)


def _parked_if_unknown(message: NewMessage, ruling: Ruling, now: datetime) -> NewMessage:
    if ruling.is_author_known:
        return message
    return replace(message, parked=True, due_at=now + LOOK_AFTER)
