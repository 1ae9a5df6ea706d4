"""Carries out what people do to stored messages: a stop, an edit, a deletion."""

from bot.errands import Errands
from bot.handlers import Handlers
from bot.intake.admission import Admission
from bot.intake.clicks import StopClick
from bot.intake.commands import command_in
from bot.intake.completing import amend, new_stop
from bot.intake.revisions import Deletion, Edit
from bot.intake.rules import Rule, Ruling
from bot.turns.slots import NOBODY
from bot.turns.workers import Workers
from session import MessageId, Repository, Resolver, current_request_id, request_scope


class Changes:
    """Takes each in before its ack. Raises what keeps it from being stored."""

    def __init__(
        self,
        admission: Admission,
        repository: Repository,
        resolver: Resolver,
        workers: Workers,
        errands: Errands,
        handlers: Handlers,
    ) -> None:
        self._admission = admission
        self._repository = repository
        self._resolver = resolver
        self._workers = workers
        self._errands = errands
        self._handlers = handlers

    async def stop(self, click: StopClick) -> Ruling:
        """Store a click on a stop button; the holder of the session ends the turn."""
        with request_scope(current_request_id()) as request_id:
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

    async def edit(self, edit: Edit) -> Ruling | None:
        """Replace the text of a question that is still open, or obey the command it has become.

        Slack keeps no order: an edit that comes before its message is taken in as the message,
        which then is a duplicate.
        """
        message = edit.message
        if command_in(message) and await self._repository.get_message(message.message_id):
            ruling = await self._handlers.take_in(message)
            if ruling.command or ruling.rule is Rule.TAKEN_BACK:
                return ruling
        if edit.adds_mention:
            # In a group message no `app_mention` tells of it.
            return await self._handlers.take_in(message)
        if await amend(self._repository, message) or not edit.may_come_first:
            return None
        if await self._repository.get_message(message.message_id) is not None:
            return None
        ruling = await self._handlers.take_in(message)
        if ruling.kind is not None and message.mentions_me:
            self._errands.unwarn(message)
        return ruling

    async def delete(self, deletion: Deletion) -> None:
        """Forget a message that its author deleted, also if it is yet to come."""
        if await self._repository.blank_message(deletion.message_id):
            self._errands.forget(deletion.message_id)
            return
        self._handlers.deletions.note(deletion.message_id)
        if deletion.may_come_first:
            self._errands.start(self._await_elsewhere(deletion.message_id))

    async def _await_elsewhere(self, message_id: MessageId) -> None:
        if await self._handlers.deletions.await_elsewhere(message_id):
            self._errands.forget(message_id)
