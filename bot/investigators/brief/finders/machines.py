"""Finds machines that a command names by one word: `ssh build-07`, `ping db-2`."""

import re
from collections.abc import Iterator

from bot.investigators.brief.finders.canvas import Canvas
from bot.investigators.brief.indicators import Hit, Indicator, Kind

_COMMAND = re.compile(
    r"(?<![\w.-])(?:(?:ssh|scp|mosh|ping6?|mtr|traceroute|telnet|nslookup|dig)"
    r"(?:\s-[A-Za-z]{1,4}(?:\s[\d~/.][\w/.~-]{0,60})?){0,4}(?:\s(?:in)?to)?\s"
    r"|connect(?:ing)? to host\s)"
    r"(?:[\w.-]{1,40}@)?(?P<host>(?=[a-z0-9-]*\d)[a-z][a-z0-9]{0,30}(?:-[a-z0-9]{1,30}){0,6})"
    r"(?=[\s,;:'\"`?!)]|\.(?:\s|\Z)|\Z)"
)


_FIELD = re.compile(
    r"(?<![\w.-])(?:(?:host|device|computer|workstation)(?:[ _]?name)?|machine|endpoint|asset"
    r"|rechner|gerät)[\"']?\s?[:=]\s?[\"']?([A-Z][A-Z0-9]{1,14}-\d{1,6})(?![\w-])",
    re.IGNORECASE,
)


def machines_in(text: str) -> frozenset[str]:
    """Return what a field calls a host, and is written like a ticket: `Host: LT-4471`."""
    return frozenset(_FIELD.findall(text))


def find_machines(canvas: Canvas) -> Iterator[Hit]:
    """Find hosts without a dot; without a digit such a name may as well be a word."""
    for match in _COMMAND.finditer(canvas.written.text):
        start, end = match.span("host")
        if canvas.text[start:end] == match["host"]:
            yield Hit(start, end, Indicator(Kind.DOMAIN, match["host"], "internal"))
