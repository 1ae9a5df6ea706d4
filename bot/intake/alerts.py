"""Alerts: noted in the store, which says what becomes of each; then what is stored of it."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.intake.alert_texts import Alert, alert_in, text_of_alert
from bot.intake.incoming import Incoming, whole
from bot.messages import ALERT, ALERT_RECOVERS, ALERT_REPEATS, ALERTS_LIMITED
from bot.redact import redact
from bot.slack.addresses import sent_at
from session import (
    AlertFate,
    AlertKey,
    AlertReceipt,
    NewAlert,
    NewMessage,
    Repository,
    SlackThread,
    slack_message_id,
)

log = structlog.get_logger(__name__)

_LINES = {
    AlertFate.REPEATS: ALERT_REPEATS,
    AlertFate.RECOVERS: ALERT_RECOVERS,
    AlertFate.LIMITED: ALERTS_LIMITED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEntry:
    """The stored message of an alert, and its thread."""

    thread: SlackThread
    message: NewMessage


class Alerts:
    """Each delivery of one alert comes to the same: what one stored, the others find there."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    async def see(self, incoming: Incoming, request_id: str) -> AlertEntry | None:
        """Note an alert; return what is to be stored of it, which may be nothing.

        Raises what the store raises: then nobody knows what becomes of it.
        """
        new = await self.read(incoming)
        receipt = await self._repository.see_alert(new)
        log.info(
            "alert.seen",
            fate=str(receipt.fate),
            channel_id=incoming.channel_id,
            ts=new.ts,
            thread_ts=receipt.thread_ts,
            app=incoming.app_name,
        )
        if receipt.fate is AlertFate.BEGINS:
            return AlertEntry(
                thread=incoming.thread, message=_case(incoming, new.key.fingerprint, request_id)
            )
        return self._line(incoming, new, receipt, request_id)

    async def read(self, incoming: Incoming) -> NewAlert:
        """Read an app's message as an alert, or as the end of one."""
        alert, ts = alert_in(incoming.app), incoming.changed_ts or incoming.ts
        return NewAlert(
            key=AlertKey(
                team_id=incoming.thread.team_id,
                channel_id=incoming.channel_id,
                fingerprint=await self._fingerprint(incoming, alert),
            ),
            thread_ts=incoming.thread.thread_ts,
            ts=ts,
            sent_at=sent_at(ts),
            is_over=alert.is_over,
        )

    async def _fingerprint(self, incoming: Incoming, alert: Alert) -> str:
        """Return that of its root for a reply or a change that says nothing but a state."""
        if not alert.title and (incoming.is_reply or incoming.changed_ts):
            root_id = slack_message_id(
                incoming.thread.team_id, incoming.channel_id, incoming.thread.thread_ts
            )
            root = await self._repository.get_message(root_id)
            if root is not None and "fingerprint" in root.attributes:
                return str(root.attributes["fingerprint"])
        return alert.fingerprint(incoming.bot_id or "")

    def _line(
        self, incoming: Incoming, new: NewAlert, receipt: AlertReceipt, request_id: str
    ) -> AlertEntry | None:
        """Make what the alert's first thread is to say, where it is to say anything."""
        if receipt.thread_ts is None or receipt.line_at is None:
            return None
        team_id, channel_id, kind = new.key.team_id, new.key.channel_id, _LINES[receipt.fate]
        message = NewMessage(
            id=slack_message_id(team_id, channel_id, f"{kind} {new.ts}"),
            author_id=incoming.bot_id or "",
            text="",
            sent_at=new.sent_at,
            request_id=request_id,
            kind=kind,
            attributes={
                "asks": False,
                "files": [],
                "fingerprint": new.key.fingerprint,
                "lasted_s": receipt.lasted.total_seconds() if receipt.lasted else 0.0,
                "times": receipt.times,
            },
            due_at=self._later(receipt.line_at),
            provisional=True,
        )
        thread = SlackThread(team_id=team_id, channel_id=channel_id, thread_ts=receipt.thread_ts)
        return AlertEntry(thread=thread, message=message)

    def _later(self, moment: datetime) -> datetime | None:
        return moment if moment > self._repository.now() else None


def _case(incoming: Incoming, fingerprint: str, request_id: str) -> NewMessage:
    """Make what is stored of an alert that begins."""
    message = incoming.as_message(request_id, ALERT)
    return NewMessage(
        id=message.id,
        author_id=incoming.bot_id or "",
        text=redact(whole(text_of_alert(incoming.app))),
        sent_at=message.sent_at,
        request_id=request_id,
        kind=ALERT,
        attributes={
            **message.attributes,
            "app": incoming.app_name,
            "fingerprint": fingerprint,
        },
        provisional=True,
    )
