"""Verbs of administrators: they set up and change the workspace."""

from collections.abc import Sequence
from typing import Protocol

from simulator.values import Channel, ChannelKind, User


class Administration(Protocol):
    async def add_user(
        self,
        name: str,
        real_name: str,
        *,
        restricted: bool = False,
        single_channel: bool = False,
        stranger: bool = False,
        deleted: bool = False,
        is_bot: bool = False,
        home_team: str | None = None,
    ) -> User:
        """`restricted`: a guest; `single_channel`: a guest of one channel. `deleted`: somebody
        whose account was deactivated. `stranger`: somebody of another company. `is_bot`: a
        program that posts as a user, without `bot_id`. `home_team`: a full member of the same
        Enterprise Grid whose home is that other workspace.
        """
        ...

    async def add_channel(
        self,
        name: str,
        *,
        kind: ChannelKind = "channel",
        members: Sequence[str] = (),
        with_bot: bool = True,
        ext_shared: bool = False,
    ) -> Channel:
        """A channel with these members (none named: Ann, Ben and Chloe); found again by name."""
        ...

    async def join(self, user: str, channel: str) -> None: ...

    async def leave(self, user: str, channel: str) -> None: ...

    async def archive(self, channel: str, *, archived: bool = True) -> Channel: ...

    async def share(self, channel: str, *, shared: bool = True) -> Channel:
        """Share a channel with another organisation from now on, or no longer."""
        ...

    async def set_channel_type(self, channel: str, channel_type: str | None) -> None:
        """What `message` events from that channel carry as `channel_type` from now on; None: they
        carry none.
        """
        ...
