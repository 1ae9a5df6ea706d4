"""Text that is shown exactly as it is. If that is not possible it is not shown."""

from bot.document.characters import spelled
from bot.document.nodes import Code
from bot.document.plain import plain_text
from bot.document.values import Document


def exact(text: str) -> str:
    """Return text with everything unseen spelled out; only a line end stays one."""
    return "\n".join(map(spelled, text.split("\n")))


def is_kept(text: str) -> bool:
    """Tell whether a document shows all of `text`: nothing in it looks like a secret."""
    return exact(text) in plain_text(Document((Code(exact(text)),)))
