"""Tells random characters from words, names and ids."""

import re

_HEX = frozenset("0123456789abcdefABCDEF-")
_CLASS = re.compile(r"[a-z]+|[A-Z]+|[0-9]+|[^A-Za-z0-9]+")
_CHANGES = 0.4
"""Of the steps from one character to the next, those from one class of characters to another.
Of random letters and digits it is 0.6; names of code, such as `handleRequest2`, have 0.2."""
_CHANGES_OF_ONE_CASE = 0.25


def looks_random(value: str) -> bool:
    """Tell whether a value mixes letters of both cases and digits as chance does."""
    has_both_cases = value.lower() != value and value.upper() != value
    return has_both_cases and any(it.isdigit() for it in value) and _is_mixed(value, _CHANGES)


def is_token(value: str) -> bool:
    """Tell whether a value is random, or a hex number with letters in it, as keys are."""
    if not any(it.isdigit() for it in value) or not any(it.isalpha() for it in value):
        return False
    is_of_one_case = value.isalnum() and value.lower() == value
    if _HEX.issuperset(value) or looks_random(value):
        return True
    return is_of_one_case and _is_mixed(value, _CHANGES_OF_ONE_CASE)


def _is_mixed(value: str, changes: float) -> bool:
    return len(_CLASS.findall(value)) - 1 >= changes * (len(value) - 1)
