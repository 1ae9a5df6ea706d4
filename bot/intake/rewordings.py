"""An author edits a question into a command: the question is taken back, the command is obeyed."""

from dataclasses import dataclass, replace

from bot.intake.commands import DECIDE
from bot.intake.incoming import EDITION, Incoming
from bot.intake.rules import Rule, Ruling
from bot.messages import QUESTIONS, STOP, is_taken_back, mentions_us
from bot.slack.addresses import sent_at
from session import Message, MessageState, NewMessage, Repository, slack_message_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworded:
    """What an edit comes to that makes a command of a stored question."""

    ruling: Ruling
    incoming: Incoming
    question: Message | None
    """What is to be taken back; None if it is over, or taken back already."""

    def as_command(self, message: NewMessage) -> NewMessage:
        """Make the command a message of its own, given when the edit was made."""
        incoming, edited_ts = self.incoming, self.incoming.edition.split()[0]
        key = f"{incoming.ts} {edited_ts}"
        return replace(
            message,
            id=slack_message_id(incoming.thread.team_id, incoming.channel_id, key),
            sent_at=sent_at(edited_ts),
        )


class Rewordings:
    """Knows which edits make commands of questions, whichever event tells of them."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    async def read(self, incoming: Incoming, ruling: Ruling) -> Reworded | None:
        """Say what such an edit comes to; None for any other message."""
        if not incoming.edition or ruling.command in (None, DECIDE):
            return None
        stored = await self._repository.get_message(incoming.message_id)
        if stored is None or stored.kind not in QUESTIONS or stored.kind == ruling.kind:
            return None
        if is_taken_back(stored):
            # What is only whispered comes of one of the two events alone, perhaps of this one.
            now = ruling if ruling.kind is None else Ruling(rule=Rule.TAKEN_BACK)
            return Reworded(ruling=now, incoming=incoming, question=None)
        if incoming.edition <= str(stored.attributes.get(EDITION, "")):
            return None
        if stored.state is MessageState.CLOSED:
            speaks_to_us_now = incoming.asks and not mentions_us(stored)
            return _reworded(incoming, ruling, None) if speaks_to_us_now else None
        if ruling.kind == STOP and mentions_us(stored) and not _runs(stored, ruling):
            ruling = Ruling(rule=Rule.TAKEN_BACK)
        return _reworded(incoming, ruling, stored)


def _reworded(incoming: Incoming, ruling: Ruling, question: Message | None) -> Reworded:
    return Reworded(ruling=ruling, incoming=incoming, question=question)


def _runs(question: Message, ruling: Ruling) -> bool:
    """Tell whether the turn that runs began with the question: then a stop ends that turn."""
    return ruling.stops is not None and question.turn_id == ruling.stops and not question.joined
