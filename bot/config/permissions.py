"""Reads who may ask where, and who may approve: from variables, or from one file (PERMISSIONS)."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.config.checks import suggestion
from bot.config.showing import may_hold_a_secret
from bot.errors import ConfigurationError

INSTEAD_OF = ("ALLOW_EXTERNAL", "ALLOWED_CHANNELS", "APPROVERS")
"""The variables that the file takes the place of."""
MOST_BYTES = 256 * 1024
_USER = re.compile(r"[UW][A-Z0-9]{2,}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,}")
_BARE = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""A key as it may stand in TOML without quotes, with the tables around it."""
_USERS = "user ids, such as U0123ABC"
_CHANNELS = "channel ids, such as C0123ABC"
_TOP = ("external", "askers", "channels", "approvers", "channel")
_OF_A_CHANNEL = ("external", "askers")


@dataclass(frozen=True, slots=True, kw_only=True)
class InChannel:
    """The permissions of one channel; None means the same as everywhere."""

    external: bool | None = None
    askers: frozenset[str] | None = None


_AS_EVERYWHERE = InChannel()


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """Who may ask where, and who may approve."""

    external: bool = False
    """Whether guests and members of other organisations may ask."""
    askers: frozenset[str] | None = None
    """None for everybody who is let in."""
    channels: frozenset[str] = frozenset()
    """Empty for all. Direct messages are always let in."""
    approvers: frozenset[str] = frozenset()
    """Empty for all full members."""
    in_channel: Mapping[str, InChannel] = field(default_factory=dict)

    def as_settings(self) -> dict[str, object]:
        """Return what the variables would say that it takes the place of."""
        values = (self.external, self.channels, self.approvers)
        return dict(zip(map(str.lower, INSTEAD_OF), values, strict=True))

    def takes_from(self, channel_id: str) -> bool:
        """Whether anybody may ask there."""
        return not self.channels or channel_id in self.channels

    def lets_external(self, channel_id: str) -> bool:
        """Whether guests and members of other organisations may ask there."""
        here = self.in_channel.get(channel_id, _AS_EVERYWHERE).external
        return self.external if here is None else here

    def lets_ask(self, user_id: str, channel_id: str) -> bool:
        """Whether somebody who is let in is among those who may ask there."""
        here = self.in_channel.get(channel_id, _AS_EVERYWHERE).askers
        askers = self.askers if here is None else here
        return askers is None or user_id in askers

    def lets_approve(self, user_id: str) -> bool:
        """Whether a full member is among those who may approve."""
        return not self.approvers or user_id in self.approvers


def read_permissions(path: Path) -> Permissions:
    """Read the file; raises `ConfigurationError` with a sentence for each fault."""
    reading = _Reading(path)
    table = reading.table()
    in_channel = dict(reading.in_channels(table.get("channel", {})))
    reading.check_names(table, _TOP)
    permissions = Permissions(
        external=reading.flag(table, "external") or False,
        askers=reading.ids(table, "askers", _USER, _USERS),
        channels=reading.ids(table, "channels", _CHANNEL, _CHANNELS) or frozenset(),
        approvers=reading.ids(table, "approvers", _USER, _USERS) or frozenset(),
        in_channel=in_channel,
    )
    for channel_id in in_channel:
        if not permissions.takes_from(channel_id):
            reading.fault(f"channel.{channel_id}", "`channels` does not name that channel")
    if reading.faults:
        raise ConfigurationError("\n".join(reading.faults))
    return permissions


def read_people(value: str) -> frozenset[str]:
    """Return the user ids in a list with commas; raise for an entry that is none."""
    entries = [entry.strip() for entry in value.split(",")]
    for entry in entries:
        if not entry:
            raise ValueError("an entry is empty")
        if not _USER.fullmatch(entry):
            raise ValueError("an entry is not a user id")
    return frozenset(entries)


class _Reading:
    """One file, and what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._where = "PERMISSIONS" if may_hold_a_secret(path) else f"PERMISSIONS: {path}"
        self.faults: list[str] = []

    def fault(self, key: str, what: str) -> None:
        """Note what is wrong with a key."""
        self.faults.append(f"{self._where}: {_named(key)}: {what}.")

    def table(self) -> dict[str, Any]:
        """Return what the file says. Raises `ConfigurationError` where it says nothing."""
        where = self._where
        try:
            with self._path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise ConfigurationError(f"{where} cannot be read: {error.strerror}.") from None
        if len(content) > MOST_BYTES:
            raise ConfigurationError(f"{where} is larger than {MOST_BYTES // 1024} KiB.")
        try:
            return tomllib.loads(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise ConfigurationError(f"{where} is not UTF-8.") from None
        except (ValueError, RecursionError) as error:
            # Of a number with too many digits Python itself complains, not its reader of TOML.
            raise ConfigurationError(f"{where} is not valid TOML: {error}.") from None

    def in_channels(self, tables: Any) -> Iterator[tuple[str, InChannel]]:
        """Read the tables `[channel.C0123ABC]`."""
        if not isinstance(tables, dict):
            self.fault("channel", "it takes tables, such as [channel.C0123ABC]")
            return
        for channel_id, table in tables.items():
            key = f"channel.{channel_id}"
            if not _CHANNEL.fullmatch(channel_id):
                self.fault(key, f"that is not one of the {_CHANNELS}")
            elif not isinstance(table, dict):
                self.fault(key, f"it takes a table, [channel.{channel_id}]")
            else:
                self.check_names(table, _OF_A_CHANNEL, f"{key}.")
                yield (
                    channel_id,
                    InChannel(
                        external=self.flag(table, "external", f"{key}."),
                        askers=self.ids(table, "askers", _USER, _USERS, f"{key}."),
                    ),
                )

    def check_names(self, table: Mapping[str, Any], names: tuple[str, ...], at: str = "") -> None:
        """Note each key that nobody knows."""
        for name in table:
            if name not in names:
                meant = suggestion(name, names)
                self.fault(f"{at}{name}", f"no such key{f' ({meant})' if meant else ''}")

    def flag(self, table: Mapping[str, Any], name: str, at: str = "") -> bool | None:
        """Return true or false; None where it is not given."""
        value = table.get(name)
        if value is None or isinstance(value, bool):
            return value
        self.fault(f"{at}{name}", f"it takes true or false, not {_shown(value)}")
        return None

    def ids(
        self, table: Mapping[str, Any], name: str, form: re.Pattern[str], forms: str, at: str = ""
    ) -> frozenset[str] | None:
        """Return a list of ids; None where it is not given."""
        if name not in table:
            return None
        values = table[name]
        if not isinstance(values, list) or not values:
            fault = f"it takes a list of {forms}; leave it out for all"
            self.fault(f"{at}{name}", fault)
            return None
        for value in values:
            if not (isinstance(value, str) and form.fullmatch(value)):
                self.fault(f"{at}{name}", f"{_shown(value)} is not one of the {forms}")
        return frozenset(value for value in values if isinstance(value, str))


def _named(key: str) -> str:
    """Return a key for a sentence, in quotes where TOML needs them."""
    return key if _BARE.fullmatch(key) else json.dumps(key)[:100]


def _shown(value: Any) -> str:
    return "that" if may_hold_a_secret(value) else repr(value)[:100]
