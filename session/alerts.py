"""Values of alerts: one that came, its fate, and the record by which repeats are recognised."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NewType

from session.messages import as_utc

AlertId = NewType("AlertId", str)


class AlertFate(StrEnum):
    """The fate of an alert."""

    BEGINS = "begins"
    """It is new: its own thread is its case."""
    REPEATS = "repeats"
    """The same one goes on in the thread that it began."""
    RECOVERS = "recovers"
    """It says that the one which goes on is over."""
    LIMITED = "limited"
    """It would begin, but too many have begun in its channel lately."""
    NO_START = "no start"
    """It says that something is over which never began here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertKey:
    """The key of an alert. Alerts of one fingerprint in one channel are the same.

    The channel's own record, which counts what began there, has an empty fingerprint.
    """

    team_id: str
    channel_id: str
    fingerprint: str = ""

    @property
    def id(self) -> AlertId:
        """The record's id."""
        return AlertId(f"{self.team_id}:{self.channel_id}:{self.fingerprint}")

    @property
    def channel(self) -> "AlertKey":
        """The key of the channel's own record."""
        return AlertKey(team_id=self.team_id, channel_id=self.channel_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """An alert, or the end of one, as it came. Times are the sender's, aware."""

    key: AlertKey
    thread_ts: str
    """The root of the thread that it would begin, or that it stands in."""
    ts: str
    """Names the message or the change of one; a redelivery repeats it."""
    sent_at: datetime
    is_over: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "sent_at", as_utc("sent_at", self.sent_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertReceipt:
    """The fate of one alert; the same for each delivery of it."""

    ts: str
    fate: AlertFate
    thread_ts: str | None = None
    """The case: the thread that it begins or began; of a limited one, the channel's last case."""
    line_at: datetime | None = None
    """When that thread is to say so, on the engine's clock; None where it need not."""
    lasted: timedelta | None = None
    """Of a recovery: the time since the alert began."""
    times: int = 0
    """Of a recovery: how often it began within the 24 hours before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """The stored record of one alert, or of all alerts that began in one channel."""

    key: AlertKey
    last_seen_at: datetime
    thread_ts: str | None = None
    """The thread that it began last."""
    began_at: datetime | None = None
    """None if it never began, or too long ago to matter."""
    recovered_at: datetime | None = None
    count: int = 0
    """How often it was seen again since it began."""
    begun: tuple[datetime, ...] = ()
    """When it began lately, oldest first."""
    line_at: datetime | None = None
    """When its thread says so next, or said so last, on the engine's clock."""
    receipts: tuple[AlertReceipt, ...] = ()
    """Of the latest, oldest first."""

    @property
    def goes_on(self) -> bool:
        """Whether it began and is not known to be over."""
        return self.began_at is not None and self.recovered_at is None

    def receipt_of(self, ts: str) -> AlertReceipt | None:
        """Return what became of one of the latest."""
        return next((receipt for receipt in self.receipts if receipt.ts == ts), None)

    def to_json(self) -> dict[str, Any]:
        """Return JSON that `from_json` reads."""
        fields = asdict(self)
        return {
            **fields,
            **{name: _written(fields[name]) for name in _TIMES},
            "begun": [_written(moment) for moment in self.begun],
            "receipts": [_receipt_json(receipt) for receipt in self.receipts],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "AlertRecord":
        """Read what `to_json` returned."""
        last_seen_at = _read(data["last_seen_at"])
        if last_seen_at is None:
            raise ValueError("an alert's record has no last_seen_at")
        return cls(
            key=AlertKey(**data["key"]),
            last_seen_at=last_seen_at,
            thread_ts=data["thread_ts"],
            began_at=_read(data["began_at"]),
            recovered_at=_read(data["recovered_at"]),
            count=int(data["count"]),
            begun=tuple(datetime.fromisoformat(moment) for moment in data["begun"]),
            line_at=_read(data["line_at"]),
            receipts=tuple(map(_receipt, data["receipts"])),
        )


_TIMES = ("last_seen_at", "began_at", "recovered_at", "line_at")


def _receipt_json(receipt: AlertReceipt) -> dict[str, Any]:
    return {
        "ts": receipt.ts,
        "fate": str(receipt.fate),
        "thread_ts": receipt.thread_ts,
        "line_at": _written(receipt.line_at),
        "lasted": None if receipt.lasted is None else receipt.lasted.total_seconds(),
        "times": receipt.times,
    }


def _receipt(data: Mapping[str, Any]) -> AlertReceipt:
    lasted = data["lasted"]
    return AlertReceipt(
        ts=data["ts"],
        fate=AlertFate(data["fate"]),
        thread_ts=data["thread_ts"],
        line_at=_read(data["line_at"]),
        lasted=None if lasted is None else timedelta(seconds=lasted),
        times=int(data["times"]),
    )


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="microseconds")


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
