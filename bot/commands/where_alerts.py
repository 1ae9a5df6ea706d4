"""The words of `where` about an alert: the case that it began, repeats or ends, or why none."""

from bot import words
from bot.slack.addresses import permalink
from session import MOST_BEGIN, AlertFate, AlertReceipt, AlertRecord, NewAlert, SlackThread

_NO_START = (
    "It says that an alert is over. That alert did not begin here, so the bot says nothing."
)
_NOT_NOTED = (
    "The bot has not noted it: the bot or its store may have been down for longer than Slack"
    " repeats a message (about six minutes), or the record is deleted by now."
)


def of_alert(new: NewAlert, record: AlertRecord | None, workspace_url: str) -> tuple[bool, str]:
    """Tell whether anything is known of an alert that is not stored, and what became of it."""
    receipt = _receipt(new, record)
    if receipt is None:
        if new.is_over:
            return False, _NO_START
        return False, _NOT_NOTED
    link = _link(new, receipt, workspace_url)
    match receipt.fate:
        case AlertFate.BEGINS:
            return True, f"It began a case, {link}, which is not stored any more."
        case AlertFate.REPEATS:
            return True, f"It is a repeat of {link}, whose thread says so."
        case AlertFate.RECOVERS:
            lasted = words.duration(receipt.lasted.total_seconds() if receipt.lasted else 0)
            return True, f"It is the recovery of {link}, after {lasted}."
        case AlertFate.LIMITED:
            return True, (
                f"It is over the limit: {MOST_BEGIN} alerts had begun in its channel within an"
                f" hour. The last of them is {link}."
            )
    return False, _NO_START


def since_it_began(record: AlertRecord, began_at_ts: str) -> str:
    """Say what has come of an alert since it began; empty if it has begun anew since."""
    if record.thread_ts != began_at_ts:
        return ""
    said = []
    if record.count:
        times = "once" if record.count == 1 else f"{record.count:,} times"
        said.append(f"It was seen again {times}, last at {record.last_seen_at:%H:%M:%S} UTC.")
    if record.recovered_at and record.began_at:
        lasted = words.duration((record.recovered_at - record.began_at).total_seconds())
        said.append(f"It recovered at {record.recovered_at:%H:%M:%S} UTC, after {lasted}.")
    return " ".join(said)


def _receipt(new: NewAlert, record: AlertRecord | None) -> AlertReceipt | None:
    """Return what became of it; older ones than are kept lie between a case's first and last."""
    if record is None:
        return None
    if (known := record.receipt_of(new.ts)) is not None:
        return known
    if record.began_at and record.began_at < new.sent_at <= record.last_seen_at:
        return AlertReceipt(ts=new.ts, fate=AlertFate.REPEATS, thread_ts=record.thread_ts)
    return None


def _link(new: NewAlert, receipt: AlertReceipt, workspace_url: str) -> str:
    ts = receipt.thread_ts or new.thread_ts
    key = new.key
    thread = SlackThread(team_id=key.team_id, channel_id=key.channel_id, thread_ts=ts)
    return permalink(workspace_url, thread, ts)
