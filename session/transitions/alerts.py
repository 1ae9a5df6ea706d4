"""Decides the fate of an alert: it begins a case, repeats one, ends one, or is one too many."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from session.alerts import AlertFate, AlertReceipt, AlertRecord, NewAlert

SAME_WITHIN = timedelta(minutes=30)
"""An alert that was seen so lately goes on; after that it begins anew."""
MOST_BEGIN = 20
"""How many may begin in one channel within an hour."""
BEGUN_WITHIN = timedelta(hours=1)
LINE_EVERY = timedelta(minutes=1)
"""A thread says at most so often that its alert was seen again."""
COUNTED_WITHIN = timedelta(hours=24)
_MOST_BEGUN = 100
_MOST_RECEIPTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAlert:
    """What became of an alert, and the records as they are then; None for one that stays."""

    receipt: AlertReceipt
    record: AlertRecord | None = None
    channel: AlertRecord | None = None


def seen(
    record: AlertRecord | None, channel: AlertRecord | None, new: NewAlert, now: datetime
) -> SeenAlert:
    """Say what becomes of an alert; `now` is the engine's, for when a thread is to say so.

    `record` is that of the alert, `channel` that of all that began in its channel.
    """
    if record is not None and (known := record.receipt_of(new.ts)):
        return SeenAlert(receipt=known)
    if new.is_over:
        return _recovers(record, new, now)
    if record is not None and _is_the_same_case(record, new):
        return _repeats(record, new, now)
    begun = _since(() if channel is None else channel.begun, new.sent_at - BEGUN_WITHIN)
    if channel is not None and len(begun) >= MOST_BEGIN:
        return _limited(record, channel, new, now)
    return _begins(record, begun, new)


def _begins(record: AlertRecord | None, begun: tuple[datetime, ...], new: NewAlert) -> SeenAlert:
    earlier = _since(() if record is None else record.begun, new.sent_at - COUNTED_WITHIN)
    receipt = AlertReceipt(ts=new.ts, fate=AlertFate.BEGINS, thread_ts=new.thread_ts)
    begins = AlertRecord(
        key=new.key,
        last_seen_at=new.sent_at,
        thread_ts=new.thread_ts,
        began_at=new.sent_at,
        begun=(*earlier, new.sent_at)[-_MOST_BEGUN:],
        receipts=_with(record, receipt),
    )
    channel = AlertRecord(
        key=new.key.channel,
        last_seen_at=new.sent_at,
        thread_ts=new.thread_ts,
        begun=(*begun, new.sent_at),
    )
    return SeenAlert(receipt=receipt, record=begins, channel=channel)


def _repeats(record: AlertRecord, new: NewAlert, now: datetime) -> SeenAlert:
    line_at = None
    if record.line_at is None:
        line_at = now
    elif not now < record.line_at <= now + LINE_EVERY:
        # Later than that only a clock can have written it that ran ahead before a reboot.
        line_at = now if record.line_at > now else max(now, record.line_at + LINE_EVERY)
    receipt = AlertReceipt(
        ts=new.ts, fate=AlertFate.REPEATS, thread_ts=record.thread_ts, line_at=line_at
    )
    repeated = replace(
        record,
        last_seen_at=max(record.last_seen_at, new.sent_at),
        count=record.count + 1,
        line_at=line_at or record.line_at,
        receipts=_with(record, receipt),
    )
    return SeenAlert(receipt=receipt, record=repeated)


def _recovers(record: AlertRecord | None, new: NewAlert, now: datetime) -> SeenAlert:
    if record is None or record.began_at is None or not record.goes_on:
        return SeenAlert(receipt=AlertReceipt(ts=new.ts, fate=AlertFate.NO_START))
    if new.sent_at < record.began_at:
        return SeenAlert(receipt=AlertReceipt(ts=new.ts, fate=AlertFate.NO_START))
    receipt = AlertReceipt(
        ts=new.ts,
        fate=AlertFate.RECOVERS,
        thread_ts=record.thread_ts,
        line_at=now,
        lasted=new.sent_at - record.began_at,
        times=len(_since(record.begun, new.sent_at - COUNTED_WITHIN)),
    )
    recovered = replace(
        record,
        last_seen_at=max(record.last_seen_at, new.sent_at),
        recovered_at=new.sent_at,
        receipts=_with(record, receipt),
    )
    return SeenAlert(receipt=receipt, record=recovered)


def _limited(
    record: AlertRecord | None, channel: AlertRecord, new: NewAlert, now: datetime
) -> SeenAlert:
    """Leave it alone; the channel's last case says so once."""
    line_at = now if channel.line_at is None else None
    receipt = AlertReceipt(
        ts=new.ts, fate=AlertFate.LIMITED, thread_ts=channel.thread_ts, line_at=line_at
    )
    limited = AlertRecord(
        key=new.key,
        last_seen_at=new.sent_at,
        begun=() if record is None else record.begun,
        receipts=_with(record, receipt),
    )
    told = None if line_at is None else replace(channel, line_at=line_at)
    return SeenAlert(receipt=receipt, record=limited, channel=told)


def _is_the_same_case(record: AlertRecord, new: NewAlert) -> bool:
    """Whether it came while the case went on; it may have been sent before its recovery came."""
    if record.began_at is None:
        return False
    if record.recovered_at is not None and new.sent_at > record.recovered_at:
        return False
    return new.sent_at - record.last_seen_at <= SAME_WITHIN


def _since(moments: tuple[datetime, ...], start: datetime) -> tuple[datetime, ...]:
    return tuple(moment for moment in moments if moment > start)


def _with(record: AlertRecord | None, receipt: AlertReceipt) -> tuple[AlertReceipt, ...]:
    earlier = () if record is None else record.receipts
    return (*earlier, receipt)[-_MOST_RECEIPTS:]
