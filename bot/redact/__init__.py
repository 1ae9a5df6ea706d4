"""Takes secrets out of text, before the text reaches a store, a log or a person."""

from bot.redact.finding import MARKER, Secret, find, redact
from bot.redact.replacing import names_a_secret, redact_value

__all__ = ["MARKER", "Secret", "find", "names_a_secret", "redact", "redact_value"]
