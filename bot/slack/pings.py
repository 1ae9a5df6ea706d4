"""Turns whatever would ping somebody into plain words."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

_USER = re.compile(r"<@([A-Z0-9]+)(?:\|([^>]*))?>")
_BROADCAST = re.compile(r"<!(channel|here|everyone|group)(?:\|[^>]*)?>")
_GROUP = re.compile(r"<!subteam\^([A-Z0-9]+)(?:\|@?([^>]*))?>")
_ANGLES = str.maketrans("", "", "<>")


def mentioned(texts: Iterable[object]) -> set[str]:
    """Return the ids of all users that would be pinged by these texts or blocks."""
    found: set[str] = set()
    for one in texts:
        raw = one if isinstance(one, str) else json.dumps(one)
        found.update(match[0] for match in _USER.findall(raw))
        found.update(re.findall(r'"user_id": "([A-Z0-9]+)"', raw))
    return found


def defuse(text: str, names: Mapping[str, str]) -> str:
    """Turn mentions of users, groups and everybody into plain words.

    In this order no mention comes to light when another is gone, and no replacement holds one.
    """
    text = _USER.sub(lambda m: _at(names.get(m[1]) or m[2] or m[1]), text)
    text = _GROUP.sub(lambda m: _at(m[2] or m[1]), text)
    return _BROADCAST.sub(lambda m: _at(m[1]), text)


def defused(value: Any, names: Mapping[str, str]) -> Any:
    """Do the same to a block: in every text of it, and to the elements that mention somebody.

    https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
    """
    if isinstance(value, str):
        return defuse(value, names)
    if isinstance(value, Mapping):
        match value.get("type"):
            case "user" if "user_id" in value:
                user_id = str(value["user_id"])
                return {"type": "text", "text": _at(names.get(user_id, user_id))}
            case "broadcast":
                return {"type": "text", "text": _at(str(value.get("range", "channel")))}
            case "usergroup" if "usergroup_id" in value:
                return {"type": "text", "text": _at(str(value["usergroup_id"]))}
        return {key: defused(one, names) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [defused(one, names) for one in value]
    return value


def _at(name: str) -> str:
    return "@" + name.translate(_ANGLES)
