"""The contract for alerts: which are the same, and which of them begin."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Protocol

from session.alerts import AlertId, AlertKey, AlertReceipt, AlertRecord, NewAlert


class AlertRepository(Protocol):
    """One record for each channel and fingerprint, and one for each channel."""

    def see_alert(self, new: NewAlert) -> Awaitable[AlertReceipt]:
        """Say what becomes of an alert and note it, in one atomic step: `transitions.seen`.

        Of any number of simultaneous callers with the same key one begins. A redelivery gets the
        receipt of the first delivery and changes nothing.
        """
        ...

    async def find_alert(self, key: AlertKey) -> AlertRecord | None:
        """Read one record, or None."""
        ...

    async def scan_alerts(
        self, *, after: AlertId | None = None, limit: int = 100
    ) -> Sequence[AlertRecord]:
        """A page of all records in the order of their ids; pass the last id to go on."""
        ...

    async def delete_alert(self, key: AlertKey, *, idle_since: datetime) -> bool:
        """Delete a record that was last seen before `idle_since`; False if there is none."""
        ...

    async def restore_alert(self, record: AlertRecord) -> bool:
        """Store a record as it is, for moving between stores; False if one is there already."""
        ...
