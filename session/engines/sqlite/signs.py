"""The bots on this file, and what each wrote about itself."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from session import storable
from session.engines.sqlite.clock import EngineClock
from session.engines.sqlite.instances import Instance as LivingInstance
from session.engines.sqlite.reader import Reader
from session.engines.sqlite.rows import microseconds, stored_time, time_of
from session.engines.sqlite.safety_copy import SafetyCopy
from session.engines.sqlite.transaction import Execute, Transaction
from session.engines.sqlite.writer import Writer
from session.errors import StorageError
from session.instances import SIGN_LASTS, Instance
from session.limits import SIGN_BYTES
from session.repository import InstanceRepository

LOOK_SECONDS = 1.0
"""A look at who lives asks the file system a few questions, and the store nothing."""
_SIGN = "INSERT OR REPLACE INTO instances (id, about, signed_at) VALUES (?, ?, ?)"


class Signs(InstanceRepository):
    """The part of the engine that knows which bots live."""

    _clock: EngineClock
    _instance: LivingInstance
    _writer: Writer
    _reader: Reader
    _safety_copy: SafetyCopy
    _has_signed = False
    _others: frozenset[str] = frozenset()

    async def sign(self, about: Mapping[str, Any]) -> None:
        text = storable.json_text(about, "sign", SIGN_BYTES)
        await self._writer.run(lambda tx: _sign(tx, text))
        self._has_signed = True
        await self._reader.look_anew()
        # A bot may run for longer than the copy is kept.
        await asyncio.to_thread(self._safety_copy.delete_if_old, self._clock.date())

    async def instances(self) -> Sequence[Instance]:
        ours, now = self._instance, time_of(self._clock())
        return await self._reader.long(lambda db: _living(db.execute, ours, now))

    async def until_one_leaves(self) -> None:
        while True:
            before, self._others = self._others, frozenset(self._instance.others())
            if before - self._others:
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def _take_back(self) -> None:
        """Remove our own row on the way out, if that can be done; else nobody minds it."""
        if self._has_signed:
            with suppress(StorageError):
                await self._writer.run(_remove)


def _sign(tx: Transaction, about: str) -> None:
    """Write our own row, and forget those whose bots have not signed for long."""
    long_ago = tx.now - microseconds(SIGN_LASTS)
    tx.execute("DELETE FROM instances WHERE signed_at < ?", (long_ago,))
    tx.execute(_SIGN, (tx.instance.id, about, tx.now))


def _remove(tx: Transaction) -> None:
    """Remove our own row."""
    tx.execute("DELETE FROM instances WHERE id = ?", (tx.instance.id,))


def _living(execute: Execute, ours: LivingInstance, now: datetime) -> Sequence[Instance]:
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
