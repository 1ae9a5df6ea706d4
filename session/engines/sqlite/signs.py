"""The bots on this file, and what each wrote about itself."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from session.engines.sqlite.instances import Instance as LivingInstance
from session.engines.sqlite.rows import microseconds, stored_time, time_of
from session.engines.sqlite.transaction import Execute, Transaction
from session.instances import SIGN_LASTS, Instance

_SIGN = "INSERT OR REPLACE INTO instances (id, about, signed_at) VALUES (?, ?, ?)"


def sign(tx: Transaction, about: str) -> None:
    """Write our own row, and forget those whose bots have not signed for long."""
    long_ago = tx.now - microseconds(SIGN_LASTS)
    tx.execute("DELETE FROM instances WHERE signed_at < ?", (long_ago,))
    tx.execute(_SIGN, (tx.instance.id, about, tx.now))


def take_back(tx: Transaction) -> None:
    """Remove our own row."""
    tx.execute("DELETE FROM instances WHERE id = ?", (tx.instance.id,))


def living(execute: Execute, ours: LivingInstance, now: datetime) -> Sequence[Instance]:
    """Return those whose file is locked, or on Windows, where nobody can tell, who signed lately.

    Whoever lives and never signed, on a full disk for one, is there too.
    """
    rows = {row["id"]: row for row in execute("SELECT * FROM instances").fetchall()}
    if sys.platform == "win32":
        since = stored_time(now - SIGN_LASTS)
        names = [name for name, row in rows.items() if row["signed_at"] > since]
    else:
        names = ours.living()
    return [_instance(name, rows.get(name), ours, now) for name in sorted(names)]


def _instance(
    name: str, row: Mapping[str, Any] | None, ours: LivingInstance, now: datetime
) -> Instance:
    return Instance(
        id=name,
        about={} if row is None else json.loads(row["about"]),
        signed_at=now if row is None else time_of(row["signed_at"]),
        is_ours=name == ours.id,
    )
