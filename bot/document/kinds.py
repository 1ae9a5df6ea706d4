"""Refuses a value of the wrong type where it is made: later nobody knows who made it."""

from collections.abc import Sequence


def check(value: object, kind: type, what: str) -> None:
    """Raise `TypeError` unless a value is of a kind; `what` names it."""
    if not isinstance(value, kind):
        raise TypeError(f"{what} is a {kind.__name__}, not {value!r:.100}")


def check_each(values: object, kind: type, what: str) -> None:
    """Raise `TypeError` unless values are a sequence of a kind; `what` names it."""
    if not isinstance(values, Sequence) or isinstance(values, str | bytes):
        raise TypeError(f"{what} is a sequence of {kind.__name__}, not {values!r:.100}")
    for value in values:
        check(value, kind, f"each of {what}")
