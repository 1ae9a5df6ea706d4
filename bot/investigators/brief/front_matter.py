"""Takes a runbook's file apart: what stands in its front matter, and its text."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_BEGINS = re.compile(r"\A---[ \t]*\n\s*[\w-]+[ \t]*:(?:\s|\Z)")
_MOST_IN_A_LIST = 100
_LONGEST = 2_000
"""Characters of one value."""


def parted(content: str) -> tuple[Mapping[str, Any], str]:
    """Return the front matter, its keys in lower case, and the text below it.

    Raises `ValueError` or `yaml.YAMLError` where it is not what it should be.
    """
    match = _FRONT.match(content)
    if match is None:
        if _BEGINS.match(content):
            raise ValueError("its front matter has no end")
        return {}, content
    front = yaml.safe_load(match[1])
    if front is None:
        # Two rules around a heading, which YAML takes for a comment.
        return {}, content if match[1].strip() else content[match.end() :]
    if not isinstance(front, dict):
        raise ValueError("its front matter is not a mapping")
    return {str(key).lower(): value for key, value in front.items()}, content[match.end() :]


def text_of(front: Mapping[str, Any], key: str) -> str:
    """Return a value as text, a list of texts with commas; empty if there is none."""
    value = front.get(key)
    several = value if isinstance(value, list) else [value]
    if len(several) > _MOST_IN_A_LIST or not all(map(_is_text, several)):
        raise ValueError(f"its {key} is neither a text nor a list of texts")
    return ", ".join(str(it).strip() for it in several if it is not None)[:_LONGEST]


def can_be_followed(link: str) -> bool:
    """Whether a link leads anywhere from Slack."""
    return bool(re.fullmatch(r"https?://[^\s/]\S*", link, re.IGNORECASE))


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | date)
