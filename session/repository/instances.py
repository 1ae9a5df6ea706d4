"""The contract for the bots on a store."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from session.instances import Instance


class InstanceRepository(Protocol):
    """The bots on one store."""

    async def sign(self, about: Mapping[str, Any]) -> None:
        """Write this repository's own record, which closing takes back: it lives, and can write.

        `about` is JSON of at most a few hundred bytes.
        """
        ...

    async def instances(self) -> Sequence[Instance]:
        """Return the bots that live as far as the store knows, by id.

        They signed within `SIGN_LASTS`; an engine that knows better whose process lives says so.
        """
        ...
