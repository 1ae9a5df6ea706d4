"""Phrases that people use, as one pattern."""

import re


def any_of(*phrases: str) -> re.Pattern[str]:
    """Compile phrases of which any may match, in any case."""
    return re.compile("|".join(phrases), re.IGNORECASE)


def whole(lines: str) -> str:
    """Write phrases, one or more a line, as an expression that ends where a word ends."""
    either = "|".join(line.strip() for line in lines.splitlines() if line.strip())
    return rf"(?:{either})(?!\w)"


def beginning(lines: str, *others: str) -> re.Pattern[str]:
    """Compile phrases with which a text begins, after signs; the others are whole expressions."""
    return any_of(rf"\A\W*{whole(lines)}", *others)


def anywhere(lines: str, *others: str) -> re.Pattern[str]:
    """Compile phrases that may stand anywhere in a text, as whole words."""
    return any_of(rf"(?<!\w){whole(lines)}", *others)
