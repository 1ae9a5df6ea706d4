"""Phrases that people use, as one pattern."""

import re


def any_of(*phrases: str) -> re.Pattern[str]:
    """Compile phrases of which any may match, in any case."""
    return re.compile("|".join(phrases), re.IGNORECASE)
