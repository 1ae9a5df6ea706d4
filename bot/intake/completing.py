"""Makes the stored form of a message, and adds to it what its twin or an edit says more."""

from dataclasses import replace
from datetime import datetime

from bot.intake.clicks import StopClick
from bot.intake.incoming import EDITION, Incoming
from bot.intake.newcomers import LOOK_AFTER
from bot.intake.rules import Ruling
from bot.redact import redact
from bot.slack.addresses import sent_at
from session import NewMessage, Receipt, Repository, slack_message_id


def new_message(incoming: Incoming, ruling: Ruling, request_id: str, now: datetime) -> NewMessage:
    """Make what is stored; a message whose author is not known yet is parked."""
    assert ruling.kind is not None
    message = incoming.as_message(request_id, ruling.kind)
    if ruling.is_rewording:
        message = _beside_its_question(message, incoming)
    if ruling.stops:
        message = replace(message, attributes={**message.attributes, "stops": ruling.stops})
    return _parked_if_unknown(message, ruling, now)


def new_stop(click: StopClick, ruling: Ruling, request_id: str, now: datetime) -> NewMessage:
    """Make what is stored of a click on a stop button."""
    return _parked_if_unknown(click.as_message(request_id, ruling.stops), ruling, now)


async def complete(repository: Repository, receipt: Receipt, message: NewMessage) -> Receipt:
    """Add what a duplicate knows more: files, a later wording, a mention that an edit added.

    A question to which a mention is added is open again.
    """
    stored, known, told = receipt.message, receipt.message.attributes, message.attributes
    if not known:
        return receipt
    edition, before = told.get(EDITION, ""), known.get(EDITION, "")
    is_newer = edition > before
    adds_mention = bool(told["asks"]) and not known.get("asks")
    adds_files = bool(set(told["files"]) - set(known.get("files", ())))
    if not (adds_mention or adds_files or is_newer):
        return receipt
    await repository.amend_message(
        stored.id,
        text=message.text if is_newer or (adds_mention and edition == before) else None,
        attributes={
            "asks": told["asks"] or known.get("asks"),
            "files": told["files"] or known.get("files", []),
            **({EDITION: edition} if is_newer else {}),
        },
        reopen=adds_mention,
        newer_by=EDITION if is_newer and not adds_mention else None,
    )
    amended = await repository.get_message(stored.id)
    return receipt if amended is None else replace(receipt, message=amended)


async def amend(repository: Repository, edited: Incoming) -> bool:
    """Take over an author's later wording of a question that is open or parked."""
    return await repository.amend_message(
        edited.message_id,
        text=redact(edited.text),
        attributes={EDITION: edited.edition},
        newer_by=EDITION,
    )


def _beside_its_question(message: NewMessage, incoming: Incoming) -> NewMessage:
    """Make a command a message of its own, given when the edit was made."""
    edited_ts = incoming.edition.split()[0]
    key = f"{incoming.ts} {edited_ts}"
    return replace(
        message,
        id=slack_message_id(incoming.thread.team_id, incoming.channel_id, key),
        sent_at=sent_at(edited_ts),
    )


def _parked_if_unknown(message: NewMessage, ruling: Ruling, now: datetime) -> NewMessage:
    if ruling.is_author_known:
        return message
    return replace(message, parked=True, due_at=now + LOOK_AFTER)
