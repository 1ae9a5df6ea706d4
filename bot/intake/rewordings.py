"""An author edits a question into a command: the question is taken back, the command is obeyed."""

from dataclasses import replace

from bot.intake.commands import DECIDE
from bot.intake.incoming import EDITION, Incoming
from bot.intake.rules import Rule, Ruling
from bot.messages import QUESTIONS, STOP, is_taken_back, mentions_us
from session import Message, MessageState, Repository


class Rewordings:
    """Knows which edits make commands of questions, whichever event tells of them."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    async def applied_to(self, ruling: Ruling, incoming: Incoming) -> Ruling:
        """Say what an edit comes to whose words are a command now."""
        if ruling.command == DECIDE:
            return ruling
        stored = await self._repository.get_message(incoming.message_id)
        if stored is None or stored.kind not in QUESTIONS or stored.kind == ruling.kind:
            return ruling
        if is_taken_back(stored):
            # What is only whispered comes of one of the two events alone, perhaps of this one.
            return ruling if ruling.kind is None else Ruling(rule=Rule.TAKEN_BACK)
        if incoming.edition <= str(stored.attributes.get(EDITION, "")):
            return ruling
        if stored.state is MessageState.CLOSED:
            speaks_to_us_now = incoming.asks and not mentions_us(stored)
            return replace(ruling, is_rewording=True) if speaks_to_us_now else ruling
        if ruling.kind == STOP and mentions_us(stored) and not _runs(stored, ruling):
            ruling = Ruling(rule=Rule.TAKEN_BACK)
        return replace(ruling, is_rewording=True, takes_back=stored)


def _runs(question: Message, ruling: Ruling) -> bool:
    """Tell whether the turn that runs began with the question: then a stop ends that turn."""
    return ruling.stops is not None and question.turn_id == ruling.stops and not question.joined
