"""The one bot that this store can have."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from session import storable
from session.engines.memory.tables import Tables
from session.instances import Instance
from session.limits import SIGN_BYTES
from session.repository import InstanceRepository


class Signs(InstanceRepository):
    """The part of the engine that knows itself."""

    _sign: Instance | None = None

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def sign(self, about: Mapping[str, Any]) -> None:
        text = storable.json_text(about, "sign", SIGN_BYTES)
        self._sign = Instance(
            id="memory", about=json.loads(text), signed_at=self._tables.clock(), is_ours=True
        )

    async def instances(self) -> Sequence[Instance]:
        return [] if self._sign is None else [self._sign]
