"""What people do about messages that are stored: they stop, edit and delete."""

from bot.errands import Errands
from bot.intake.admission import Admission
from bot.intake.clicks import StopClick
from bot.intake.completing import new_stop
from bot.intake.revisions import Edit
from bot.intake.rules import Ruling
from bot.turns.slots import NOBODY
from bot.turns.workers import Workers
from session import MessageId, Repository, Resolver, request_scope


class Changes:
    """Takes each in before its ack. Raises what keeps it from being stored."""

    def __init__(
        self,
        admission: Admission,
        repository: Repository,
        resolver: Resolver,
        workers: Workers,
        errands: Errands,
    ) -> None:
        self._admission = admission
        self._repository = repository
        self._resolver = resolver
        self._workers = workers
        self._errands = errands

    async def stop(self, click: StopClick) -> Ruling:
        """Store a click on a stop button; the holder of the session ends the turn."""
        with request_scope() as request_id:
            ruling = await self._admission.rule_for_stop(click)
            if ruling.kind is None:
                self._errands.refuse(click, ruling)
                return ruling
            receipt = await self._resolver.resolve_slack_session(
                click.thread,
                click.user_id,
                message=new_stop(click, ruling, request_id, self._repository.now()),
            )
            if receipt.message.is_open:
                self._workers.assign(receipt.session.id, request_id, NOBODY)
        self._errands.show(receipt, ruling)
        return ruling

    async def edit(self, edit: Edit) -> None:
        """Replace the text of a question that is still open."""
        await self._repository.amend_message(edit.message_id, text=edit.text)

    async def delete(self, message_id: MessageId) -> None:
        """Forget a message that its author deleted."""
        if await self._repository.blank_message(message_id):
            self._errands.forget(message_id)
