"""Many mentions at once, and when each was acked and answered."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from simulator.controls.contract import Burst, MentionTimes
from simulator.values import Content, Delivery, Happening, Message
from simulator.wiring import Wiring


@dataclass(slots=True)
class Entry:
    """One mention while its ack and its answer are awaited."""

    number: int
    message: Message
    sent_at: float
    acked_at: float | None = None
    first_reply_at: float | None = None
    answered_at: float | None = None

    @property
    def settled(self) -> bool:
        return self.acked_at is not None and self.answered_at is not None

    def times(self) -> MentionTimes:
        return MentionTimes(
            number=self.number,
            channel=self.message.channel,
            ts=self.message.ts,
            thread_ts=self.message.root_ts,
            sent_at=self.sent_at,
            acked_at=self.acked_at,
            first_reply_at=self.first_reply_at,
            answered_at=self.answered_at,
        )


class Ledger:
    """The mentions of one burst, filled in as acks and replies come."""

    def __init__(self, wiring: Wiring, answer_contains: str | None) -> None:
        self.entries: dict[tuple[str, str], Entry] = {}
        self.settled = asyncio.Event()
        self._wiring = wiring
        self._answer_contains = answer_contains or ""
        self._by_thread: dict[tuple[str, str], list[Entry]] = {}
        self._open = 0

    def expect(self, number: int, message: Message) -> None:
        entry = Entry(number, message, message.posted_at)
        self.entries[message.channel, message.ts] = entry
        self._by_thread.setdefault((message.channel, message.root_ts), []).append(entry)
        self._open += 1

    def note(self, happening: Happening) -> None:
        match happening.kind:
            case "envelope_sent" | "envelope_done" | "ack_ignored":
                if happening.delivery is not None:
                    self._delivery(happening.delivery)
            case "message_posted" | "message_changed":
                message = happening.message
                if message is not None and message.user == self._wiring.workspace.bot.id:
                    self._reply(message, happening.at)

    def _delivery(self, delivery: Delivery) -> None:
        entry = self.entries.get((delivery.channel or "", delivery.ts or ""))
        if entry is None:
            return
        if delivery.outcome == "pending" and delivery.attempt == 0:
            entry.sent_at = max(entry.sent_at, delivery.sent_at)
        elif delivery.acked_at is not None and entry.acked_at is None:
            entry.acked_at = delivery.acked_at
            self._settle(entry)

    def _reply(self, message: Message, at: float) -> None:
        for entry in self._by_thread.get((message.channel, message.root_ts), ()):
            if entry.answered_at is not None or message.ts < entry.message.ts:
                continue
            entry.first_reply_at = entry.first_reply_at or at
            wanted = self._answer_contains.replace("{n}", str(entry.number))
            if not wanted or wanted in self._wiring.transcript.text(message):
                entry.answered_at = at
                self._settle(entry)

    def _settle(self, entry: Entry) -> None:
        if entry.settled:
            self._open -= 1
            if not self._open:
                self.settled.set()


async def run_burst(
    wiring: Wiring,
    mentions: int,
    roots: Sequence[Message],
    *,
    text: str,
    answer_contains: str | None,
    timeout: float,
) -> Burst:
    """Mentions go to the roots in turn; Ann writes them all."""
    ledger = Ledger(wiring, answer_contains)
    with wiring.sent_together():
        _write(wiring, ledger, mentions, roots, text)
        stop = wiring.activity.listen(ledger.note)
        started_at = wiring.activity.clock.monotonic()
    sending = wiring.activity.clock.monotonic() - started_at
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(ledger.settled.wait(), timeout)
    finally:
        stop()
    return Burst(
        mentions=tuple(entry.times() for entry in ledger.entries.values()), sending_seconds=sending
    )


def _write(
    wiring: Wiring, ledger: Ledger, mentions: int, roots: Sequence[Message], text: str
) -> None:
    ann = wiring.workspace.find_user("ann")
    prefix = f"<@{wiring.workspace.bot.id}> "
    for number in range(mentions):
        root = roots[number % len(roots)]
        message = wiring.workspace.post(
            wiring.workspace.channels[root.channel],
            Content(text=prefix + text.replace("{n}", str(number))),
            user=ann,
            thread_ts=root.root_ts,
        )
        ledger.expect(number, message)
