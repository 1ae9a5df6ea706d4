"""The verbs of administrators, carried out in this process."""

from collections.abc import Sequence

from simulator.controls.local.base import Local
from simulator.values import Channel, ChannelKind, User
from simulator.workspace.seed import ENTERPRISE, PARTNER_TEAM


class LocalAdministration(Local):
    """See `Administration` for what the verbs do."""

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
        letters = "".join(letter for letter in name.upper() if letter.isalnum())
        team = PARTNER_TEAM if stranger else self._workspace.team_id
        return self._workspace.add_user(
            User(
                id=f"U0{letters}",
                name=name,
                real_name=real_name,
                team_id=home_team or team,
                is_restricted=restricted,
                is_ultra_restricted=single_channel,
                is_deleted=deleted,
                is_stranger=stranger,
                is_bot=is_bot,
                enterprise_id=ENTERPRISE if home_team else None,
            )
        )

    async def add_channel(
        self,
        name: str,
        *,
        kind: ChannelKind = "channel",
        members: Sequence[str] = (),
        with_bot: bool = True,
        ext_shared: bool = False,
    ) -> Channel:
        names = members or ("ann", "ben", "chloe")
        people = {self._workspace.find_user(name).id for name in names}
        everyone = people | {self._workspace.bot.id} if with_bot else people
        return self._workspace.new_channel(name, kind, everyone, is_ext_shared=ext_shared)

    async def join(self, user: str, channel: str) -> None:
        room = self._workspace.find_channel(channel)
        self._workspace.join(room, self._workspace.find_user(user))

    async def leave(self, user: str, channel: str) -> None:
        room = self._workspace.find_channel(channel)
        self._workspace.leave(room, self._workspace.find_user(user))

    async def archive(self, channel: str, *, archived: bool = True) -> Channel:
        room = self._workspace.find_channel(channel)
        return self._workspace.change_channel(room, is_archived=archived)

    async def share(self, channel: str, *, shared: bool = True) -> Channel:
        room = self._workspace.find_channel(channel)
        return self._workspace.change_channel(room, is_ext_shared=shared)

    async def set_channel_type(self, channel: str, channel_type: str | None) -> None:
        room = self._workspace.find_channel(channel)
        self._workspace.channel_types[room.id] = channel_type
