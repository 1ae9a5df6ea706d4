"""The story: what happens to a mention, from Slack's event to the answer in its thread."""

from functools import partial

import structlog

from bot.errands import Errands
from bot.errors import ShuttingDownError
from bot.intake.admission import Admission
from bot.intake.alerts import Alerts
from bot.intake.completing import complete, new_message
from bot.intake.incoming import Incoming
from bot.intake.limits import QuestionLimits
from bot.intake.rules import Ruling
from bot.intake.twins import EarlyDeletions, FirstMentions, Twins
from bot.turns.run import TurnRunner
from bot.turns.slots import queue_of
from bot.turns.workers import Assignment, Workers
from session import (
    LockService,
    NewMessage,
    Repository,
    Resolver,
    SlackThread,
    current_request_id,
    request_scope,
    slack_session_id,
)


class Handlers:
    """`take_in` runs before the ack; after it the session's worker runs `investigate`."""

    def __init__(
        self,
        admission: Admission,
        repository: Repository,
        resolver: Resolver,
        locks: LockService,
        workers: Workers,
        turns: TurnRunner,
        errands: Errands,
        limits: QuestionLimits,
    ) -> None:
        self._admission = admission
        self._repository = repository
        self._resolver = resolver
        self._locks = locks
        self._workers = workers
        self._turns = turns
        self._errands = errands
        self._limits = limits
        self._alerts = Alerts(repository)
        self._twins = Twins[Ruling](lambda ruling: ruling.kind is not None)
        self._first_mentions = FirstMentions()
        self.deletions = EarlyDeletions(repository)
        self._is_closed = False

    def close(self) -> None:
        """Take no message in from now on. Slack sends it again, or to another instance."""
        self._is_closed = True

    async def take_in(self, incoming: Incoming) -> Ruling:
        """Store a message that is for us. If the store fails this raises, and there is no ack.

        Of a mention's two events the second gets the ruling of the first, unless it says more.
        """
        if self._is_closed:
            raise ShuttingDownError("shutting down")
        take_in = partial(self.deletions.heeded, incoming, self._take_in)
        with self._first_mentions.under_way(incoming):
            return await self._twins.once(incoming.twin_key, take_in)

    async def _take_in(self, incoming: Incoming) -> Ruling:
        with request_scope(current_request_id()) as request_id:
            ruling = await self._first_mentions.ruled(incoming, self._admission.rule)
            ruling = self._limits.applied_to(ruling, incoming)
            if ruling.kind is None:
                self._errands.decline(incoming, ruling)
            elif not ruling.rule.is_of_alert:
                message = new_message(incoming, ruling, request_id, self._repository.now())
                await self._put(incoming.thread, message, ruling)
            # An alert begins a case, or becomes a line in the thread of the one it repeats.
            elif (entry := await self._alerts.see(incoming, request_id)) is not None:
                await self._put(entry.thread, entry.message, ruling)
            if ruling.takes_back is not None:
                await self._repository.blank_message(ruling.takes_back.id)
                self._errands.clear_away(incoming.thread, ruling.takes_back)
            return ruling

    async def _put(self, thread: SlackThread, message: NewMessage, ruling: Ruling) -> None:
        """Resolve the thread's one session and store the message with it, in one write.

        The same write takes the lock, if it is free and this instance has room for a turn:
        `try_acquire` then hands it to the worker. The sweep takes what is due later.
        """
        session_id, author_id = slack_session_id(thread), queue_of(message)
        with self._workers.slot_for(session_id, author_id, wanted=message.due_at is None) as slot:
            receipt = await self._resolver.resolve_slack_session(
                thread, message.author_id, message=message, locks=self._locks if slot else None
            )
            if not receipt.is_new:
                receipt = await complete(self._repository, receipt, message)
            if receipt.message.is_open and message.due_at is None:
                self._workers.assign(session_id, message.request_id, author_id, slot)
        self._errands.show(receipt, ruling)

    async def investigate(self, assignment: Assignment) -> None:
        """Run turns while anything is due. One turn takes up all open questions.

        The first turn of a new session posts "Starting a new investigation" (`bot.turns.notices`).
        If somebody else holds the lock we return: the holder looks for open messages after its
        release. If the holder dies, a sweep calls this again once its lease has ended.
        """
        session_id = assignment.session_id
        # For the log lines of the worker's task, whose context is its own.
        structlog.contextvars.bind_contextvars(session_id=session_id)
        while self._locks.has_lease_for(session_id) or await self._turns.are_due(session_id):
            lock = await self._locks.try_acquire(session_id)
            if lock is None:
                return
            try:
                result = await self._turns.run(lock)
            finally:
                await lock.release()
            if result is None:
                return
            self._errands.clear(result)
            if self._workers.stopping:
                return
