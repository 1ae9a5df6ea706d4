"""Replaces secrets in values such as log lines: by their text, or by the key that names them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from bot.redact.finding import find, redact
from bot.redact.shapes import SENSITIVE_KEY

_DEEPEST = 20
_FLAT = frozenset({str, int, float, bool, type(None)})


def names_a_secret(key: str) -> bool:
    """Say whether a key such as `db_password` or `token` names a secret."""
    return SENSITIVE_KEY.search(key) is not None


def redact_value(value: Any) -> Any:
    """Return a JSON-like value with `redact` applied to each string in it.

    A string or number under a key that names a secret (`token`, `db_password`) is replaced
    whole. Values that are not JSON-like (objects, bytes) come back as they are, so redact the
    rendered line too.
    """
    return _redacted(value, depth=0)


def _redacted(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return redact(value)
    if depth > _DEEPEST and isinstance(value, Mapping | list | tuple | set | frozenset):
        return "[redacted: nested too deep]"
    if isinstance(value, Mapping):
        # One look at all of its texts: most log lines hold no secret.
        texts = "\n".join(item for item in value.values() if isinstance(item, str))
        harmless = not find(texts)
        if harmless and _FLAT.issuperset(map(type, value.values())) and _are_open(tuple(value)):
            return dict(value)
        return dict(_entry(key, item, depth + 1, harmless=harmless) for key, item in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        items = [_redacted(item, depth + 1) for item in value]
        return items if isinstance(value, list) else tuple(items)
    return value


# The keys of log lines are always the same few.
@lru_cache(maxsize=512, typed=True)
def _key(key: Any) -> tuple[Any, bool]:
    """Return the key as it may be shown, and whether it names a secret."""
    if not isinstance(key, str):
        return key, False
    return redact(key), names_a_secret(key)


@lru_cache(maxsize=512)
def _are_open(keys: tuple[Any, ...]) -> bool:
    """Say whether none of these keys holds a secret or names one."""
    return all(isinstance(key, str) and _key(key) == (key, False) for key in keys)


def _entry(key: Any, value: Any, depth: int, *, harmless: bool) -> tuple[Any, Any]:
    shown, is_named = _key(key)
    holds_one = isinstance(value, str | bytes | int) and not isinstance(value, bool)
    if is_named and holds_one and value:
        return shown, "[redacted: value]"
    return shown, value if harmless and isinstance(value, str) else _redacted(value, depth)
