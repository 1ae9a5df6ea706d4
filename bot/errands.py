"""Small tasks beside the story: signs, whispers, mending. Nobody waits for them."""

import asyncio
import math
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import structlog

from bot.document.posts import Sign
from bot.document.sentences import sentence
from bot.intake.clicks import StopClick
from bot.intake.commands import DECIDE
from bot.intake.incoming import Incoming
from bot.intake.limit_notes import LimitNotes
from bot.intake.newcomers import Newcomers
from bot.intake.replies import Replies, calls_for_a_reply, refusal_of_stop
from bot.intake.rules import Ruling
from bot.intake.twins import Twins
from bot.intake.withdrawals import Withdrawals, is_parked_for_approval
from bot.messages import mentions_us, ts_of
from bot.observe.recorder import NO_RECORDER, Recorder
from bot.observe.series import RECEIVED
from bot.surfaces.contract import Surface
from bot.tasks import TaskSet
from bot.turns.ending import TurnResult
from bot.turns.queue_signs import QueueSigns
from session import Message, MessageId, MessageState, Receipt, SlackThread

log = structlog.get_logger(__name__)


MOST_ERRANDS = 2_000
"""Under way at once; more are left undone, since each is a sign and no step of the story."""
TOLD_EVERY_SECONDS = 60.0


class Errands:
    """Starts each as a task of its own, which ends before the process does."""

    def __init__(
        self,
        replies: Replies,
        newcomers: Newcomers,
        queue_signs: QueueSigns,
        limit_notes: LimitNotes,
        withdrawals: Withdrawals,
        surface_of: Callable[[SlackThread], Surface],
        recorder: Recorder = NO_RECORDER,
    ) -> None:
        self.tasks = TaskSet()
        self._recorder = recorder
        self._replies = replies
        self._newcomers = newcomers
        self._queue_signs = queue_signs
        self._limit_notes = limit_notes
        self._withdrawals = withdrawals
        self._surface_of = surface_of
        self._told = Twins[None]()
        self._left_undone = 0
        self._told_at = -math.inf

    def decline(self, incoming: Incoming, ruling: Ruling) -> None:
        """Whisper to the author of a message that is not stored, where that is due."""
        if incoming.comes_once or not incoming.mentions_me:
            self._count("declined", ruling)
        # Somebody who was refused comes to ask why; what nobody meant for the bot is no news.
        tell = log.info if ruling.rule.refuses and incoming.comes_once else log.debug
        tell("message.declined", **incoming.whereabouts, rule=ruling.rule.name.lower())
        comes_once = incoming.comes_once or ruling.command == DECIDE
        if comes_once and calls_for_a_reply(ruling, asks=incoming.asks):
            self._start(self._reply_once(incoming, ruling))

    def refuse(self, click: StopClick, ruling: Ruling) -> None:
        """Tell somebody why their click did nothing, where that is due."""
        self._count("declined", ruling)
        if text := refusal_of_stop(ruling):
            surface = self._surface_of(click.thread)
            self._start(surface.hint(click.user_id, sentence(text)))

    def show(self, receipt: Receipt, ruling: Ruling) -> None:
        """Show that a new message has to wait, or find out who its author is."""
        self._count("stored" if receipt.is_new else "duplicate", ruling)
        if not receipt.is_new:
            return
        if receipt.message.state is MessageState.PARKED:
            self._start(self._newcomers.settle(receipt.message))
        elif receipt.claim is None:
            self._start(self._queue_signs.mark(receipt))

    def settle(self, message: Message) -> None:
        """Look again who the author of a parked message is, or whether an approval came."""
        if is_parked_for_approval(message):
            self._start(self._withdrawals.expire(message))
        else:
            self._start(self._newcomers.settle(message))

    def forget(self, message_id: MessageId) -> None:
        """Have a card withdrawn whose question was taken back."""
        self._start(self._withdrawals.delete(message_id))

    def clear_away(self, thread: SlackThread, question: Message) -> None:
        """Have the ⏳ and the card of a question go that its author made a command of."""
        self.forget(question.id)
        if mentions_us(question) and (ts := ts_of(question)):
            self._start(self._surface_of(thread).unmark(ts, Sign.QUEUED))

    def start(self, errand: Coroutine[Any, Any, object]) -> None:
        """Do something that nobody waits for."""
        self._start(errand)

    def clear(self, result: TurnResult) -> None:
        """Take the signs off what a turn has closed, and mend what it could not."""
        if signed := self._queue_signs.of(result):
            self._start(self._queue_signs.clear(result, signed))
        for work in result.afterwards:
            self._start(work())

    def warn(self, incoming: Incoming, reason: str) -> None:
        """Say that a message could not be stored, with a ⚠️ on it if it is a mention."""
        self._recorder.count(RECEIVED, "not_stored", "undecided")
        log.error(
            "message.not_taken_in",
            reason=reason,
            outcome="not_acked",
            **incoming.whereabouts,
        )
        self._mark_not_stored(incoming)

    def mark_unstorable(self, incoming: Incoming) -> None:
        """Put a ⚠️ on a mention that can never be stored; it is not delivered again."""
        self._recorder.count(RECEIVED, "not_stored", "undecided")
        self._mark_not_stored(incoming)

    def _mark_not_stored(self, incoming: Incoming) -> None:
        if incoming.mentions_me:
            self._start(self._surface_of(incoming.thread).mark(incoming.ts, Sign.STORAGE_DOWN))

    def unwarn(self, incoming: Incoming) -> None:
        """Take the ⚠️ off a message that could not be stored the first time."""
        self._start(self._surface_of(incoming.thread).unmark(incoming.ts, Sign.STORAGE_DOWN))

    async def _reply_once(self, incoming: Incoming, ruling: Ruling) -> None:
        give = (
            partial(self._limit_notes.give, incoming, ruling.rule)
            if ruling.rule.is_limit
            else partial(self._replies.give, incoming, ruling)
        )
        # An edit may make another command of what was answered so.
        key = f"{incoming.message_id} {ruling.command} {ruling.rule}"
        await self._told.once(key, give)

    def _count(self, outcome: str, ruling: Ruling) -> None:
        self._recorder.count(RECEIVED, outcome, ruling.rule.name.lower())

    def _start(self, errand: Coroutine[Any, Any, object]) -> None:
        if len(self.tasks) < MOST_ERRANDS:
            self.tasks.start(errand, name="errand")
            return
        errand.close()
        self._left_undone += 1
        now = asyncio.get_running_loop().time()
        if now >= self._told_at + TOLD_EVERY_SECONDS:
            self._told_at = now
            log.warning("errands.left_undone", count=self._left_undone, under_way=MOST_ERRANDS)
