"""The people and channels of a workspace, by id and by name."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from simulator.errors import NoSuchThing
from simulator.values import Channel, ChannelKind, User

SLACKBOT = "USLACKBOT"


class Directory:
    """Users and channels; names are unique. The bot is a user like the others."""

    def __init__(self, bot: User) -> None:
        self.bot = bot
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self._names: dict[str, str] = {}
        self.add_user(bot)

    def add_user(self, user: User) -> User:
        self.users[user.id] = user
        self._names[user.name] = user.id
        return user

    def add_channel(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        self._names[f"#{channel.name}"] = channel.id
        return channel

    def find_user(self, name_or_id: str) -> User:
        """By id or by name, with or without an @; `NoSuchThing` for a stranger."""
        name = name_or_id.removeprefix("@")
        found = self.users.get(name) or self.users.get(self._names.get(name, ""))
        if found is None:
            raise NoSuchThing(f"Nobody here is called {name_or_id!r}.")
        return found

    def find_channel(self, name_or_id: str) -> Channel:
        """By id, by name with or without a #, or `@ann` for Ann's direct messages with the bot."""
        if name_or_id.startswith("@"):
            return self.direct_channel(self.find_user(name_or_id).id)
        known = self._names.get("#" + name_or_id.removeprefix("#"), "")
        found = self.channels.get(name_or_id) or self.channels.get(known)
        if found is None:
            raise NoSuchThing(f"There is no channel {name_or_id!r} here.")
        return found

    def direct_channel(self, user_id: str) -> Channel:
        """The direct messages between a user and the bot, opened when first needed."""
        channel_id = "D" + user_id[1:]
        return self.channels.get(channel_id) or self.add_channel(
            Channel(
                id=channel_id,
                name=f"@{self.users[user_id].name}",
                kind="im",
                members=frozenset({user_id, self.bot.id}),
            )
        )

    def new_channel(
        self, name: str, kind: ChannelKind, members: Iterable[str], *, is_ext_shared: bool = False
    ) -> Channel:
        known = self.channels.get(self._names.get(f"#{name}", ""))
        if known is not None:
            return known
        prefix = {"channel": "C", "group": "G", "mpim": "G", "im": "D"}[kind]
        letters = "".join(letter for letter in name.upper() if letter.isalnum())
        return self.add_channel(
            Channel(
                id=f"{prefix}0{letters}",
                name=name,
                kind=kind,
                members=frozenset(members),
                is_ext_shared=is_ext_shared,
            )
        )

    def meets(self, user: User) -> bool:
        """Whether the bot and that user are in one channel."""
        both = {user.id, self.bot.id}
        return any(both <= channel.members for channel in self.channels.values())

    def change_channel(self, channel: Channel, **changes: Any) -> Channel:
        """Put a changed channel in the place of the one with its id."""
        changed = self.channels[channel.id] = replace(channel, **changes)
        return changed
