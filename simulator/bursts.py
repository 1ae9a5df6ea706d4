"""Many mentions at once, and when each was acked and answered."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from simulator.controls import Burst, MentionTimes
from simulator.values import Delivery, Happening, Message
from simulator.works import Works


@dataclass(slots=True)
class Ledger:
    """The mentions of one burst, filled in as acks and replies come."""

    bot_id: str
    transcript_text: Callable[[Message], str]
    answer_contains: str | None
    times: dict[tuple[str, str], MentionTimes] = field(default_factory=dict)
    in_thread: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)
    unsettled: int = 0
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    def expect(self, number: int, message: Message) -> None:
        key = (message.channel, message.ts)
        self.times[key] = MentionTimes(
            number=number,
            channel=message.channel,
            ts=message.ts,
            thread_ts=message.root_ts,
            sent_at=message.posted_at,
            acked_at=None,
            first_reply_at=None,
            answered_at=None,
        )
        self.in_thread.setdefault((message.channel, message.root_ts), []).append(key)
        self.unsettled += 1

    def note(self, happening: Happening) -> None:
        match happening.kind:
            case "envelope_sent" | "envelope_done" | "ack_ignored":
                if happening.delivery is not None:
                    self._delivery(happening.delivery)
            case "message_posted" | "message_changed":
                if happening.message is not None and happening.message.user == self.bot_id:
                    self._reply(happening.message, happening.at)

    def _delivery(self, delivery: Delivery) -> None:
        known = self.times.get((delivery.channel or "", delivery.ts or ""))
        if known is None:
            return
        if delivery.outcome == "pending" and delivery.attempt == 0:
            self._put(replace(known, sent_at=max(known.sent_at, delivery.sent_at)))
        elif delivery.acked_at is not None and known.acked_at is None:
            self._put(replace(known, acked_at=delivery.acked_at))

    def _reply(self, message: Message, at: float) -> None:
        for key in self.in_thread.get((message.channel, message.root_ts), ()):
            known = self.times[key]
            if known.answered_at is not None or message.ts < known.ts:
                continue
            wanted = (self.answer_contains or "").replace("{n}", str(known.number))
            found = not wanted or wanted in self.transcript_text(message)
            first = known.first_reply_at or at
            self._put(replace(known, first_reply_at=first, answered_at=at if found else None))

    def _put(self, times: MentionTimes) -> None:
        key = (times.channel, times.ts)
        before, self.times[key] = self.times[key], times
        if _settled(times) and not _settled(before):
            self.unsettled -= 1
            if not self.unsettled:
                self.settled.set()


def _settled(times: MentionTimes) -> bool:
    return times.acked_at is not None and times.answered_at is not None


async def run_burst(
    works: Works,
    mentions: int,
    roots: Sequence[Message],
    *,
    text: str,
    answer_contains: str | None,
    timeout: float,
) -> Burst:
    """Mentions go to the roots in turn; Ann writes them all."""
    ledger = Ledger(works.workspace.bot.id, works.transcript.text, answer_contains)
    ann = works.workspace.find_user("ann")
    prefix = f"<@{works.workspace.bot.id}> "
    posted = []
    with works.fan_out_held():
        for number in range(mentions):
            root = roots[number % len(roots)]
            message = works.workspace.post(
                works.workspace.channels[root.channel],
                user=ann,
                text=prefix + text.replace("{n}", str(number)),
                thread_ts=root.root_ts,
            )
            ledger.expect(number, message)
            posted.append(message)
        stop = works.activity.listen(ledger.note)
        started_at = works.activity.clock.monotonic()
    sending = works.activity.clock.monotonic() - started_at
    try:
        async with asyncio.timeout(timeout):
            await ledger.settled.wait()
    except TimeoutError:
        pass
    finally:
        stop()
    return Burst(mentions=tuple(ledger.times.values()), sending_seconds=sending)
