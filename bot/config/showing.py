"""Decides how much of a given value a sentence may repeat: little, and never a secret.

Somebody may have put a token into the wrong variable, or where the name of its file belongs.
"""

import re
from typing import Any

from bot.redact import redact

_LONGEST_SHOWN = 200
_SECRET_LIKE = re.compile(
    r"xox[a-z]|xapp-|sk-|:/+[^/]*@"
    # Signing secrets and client secrets; Amazon's keys.
    r"|(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])|A[KS]IA[0-9A-Z]{12}"
)
_KEY_LIKE = re.compile(r"[A-Za-z0-9+=]{24,}|(?<![\w+/])[A-Za-z0-9+/]{40}(?![\w+/])")
"""What names of channels, hosts and models do not look like; names of folders may."""
_PATH = re.compile(r"\.{0,2}[/~]|~|[A-Za-z]:[/\\]")


def given(value: Any) -> str:
    """Return `=value` for a sentence that names the variable; nothing for what may be secret."""
    text = str(value)
    if may_hold_a_secret(text):
        return ""
    return f"={text[:_LONGEST_SHOWN]!r}" + ("…" if len(text) > _LONGEST_SHOWN else "")


def may_hold_a_secret(value: Any) -> bool:
    """Tell whether a value, put into the wrong variable perhaps, must not be repeated."""
    text = str(value)
    if _SECRET_LIKE.search(text) or redact(text) != text:
        return True
    return not _PATH.match(text) and any(map(_is_mixed, _KEY_LIKE.findall(text)))


def _is_mixed(run: str) -> bool:
    return any(map(str.isdigit, run)) and any(map(str.isalpha, run))
