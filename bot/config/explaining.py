"""Turns pydantic's errors into sentences: the variable, the reason, the good forms."""

from collections.abc import Container, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from bot.config.checks import suggestion
from bot.config.forms import GOOD_FORMS
from bot.config.showing import given, may_hold_a_secret
from session import StoreUrlError


def explain(error: Any, fields: Mapping[str, FieldInfo], secrets: Container[str]) -> str:
    """Say which variable is bad, why and what it takes; a secret is never repeated."""
    field = str(error["loc"][0]) if error["loc"] else ""
    name, value = field.upper() or "a setting", error["input"]
    is_secret = field in secrets or may_hold_a_secret(value)
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, StoreUrlError) and not is_secret:
        return f"{name}: {cause}."
    words = words_of(fields[field]) if field in fields else ()
    reason = suggestion(value, words) if cause is None else str(cause)
    because = f" ({reason})" if reason and not isinstance(cause, StoreUrlError) else ""
    said = name if is_secret else name + given(value)
    return f"{said} is not valid{because}: it takes {GOOD_FORMS.get(name, error['msg'])}."


def words_of(field: FieldInfo) -> tuple[str, ...]:
    """Return the words that a setting takes, if it takes words."""
    if field.annotation is bool:
        return "true", "false"
    return get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
