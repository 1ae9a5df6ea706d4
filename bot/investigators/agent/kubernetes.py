"""Hides the values of a Kubernetes Secret, which need not look like secrets.

https://kubernetes.io/docs/concepts/configuration/secret/: they stand under `data` (base64) and
`stringData`.
"""

import json
import re
from typing import Any

_MARKED = "[redacted: Kubernetes secret]"
_FIELDS = ("data", "stringData")
_MENTIONS_ONE = re.compile(r"""\bkind\\?["']?\s{0,3}:\s{0,3}\\?["']?(?:Secret|SecretList)\b""")
_YAML_START = re.compile(r"""([ \t]*(?:-[ \t]+)?)["']?(?:data|stringData)["']?\s{0,3}:\s*""")
_YAML_VALUE = re.compile(r"""([ \t]+["']?[\w.-]{1,253}["']?\s{0,3}:\s{0,3})(?=\S).*""")
_JSON_FIELD = re.compile(r'\\?"(?:data|stringData)\\?"\s{0,3}:\s{0,3}\{([^{}]{0,200000})\}?')
_JSON_VALUE = re.compile(r'(\\?)"(\s{0,3}:\s{0,3})\\?"(?:[^"\\]|\\[^"]|(?!\1)\\"){0,200000}\\?"')
_DEEPEST = 30


def without_secrets(text: str) -> str:
    """Return the text with these values replaced, be it JSON, YAML, or a piece of either."""
    if not _MENTIONS_ONE.search(text):
        return text
    parsed = _parsed(text)
    if parsed is not None:
        return json.dumps(_hidden(parsed, 0), ensure_ascii=False, indent=1)
    text = _JSON_FIELD.sub(_hide_field, text)
    documents = re.split(r"(?m)^(---.*)$", text)
    return "".join(_hide_yaml(it) if _MENTIONS_ONE.search(it) else it for it in documents)


def _parsed(text: str) -> Any:
    if text.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _hidden(value: Any, depth: int) -> Any:
    """Walk JSON; a string in it may be JSON or YAML again."""
    if depth > _DEEPEST:
        return _MARKED
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, list):
        return [_hidden(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    fields = _FIELDS if value.get("kind") == "Secret" else ()
    return {
        key: dict.fromkeys(item, _MARKED)
        if key in fields and isinstance(item, dict)
        else _hidden(item, depth + 1)
        for key, item in value.items()
    }


def _hide_field(match: re.Match[str]) -> str:
    hidden = _JSON_VALUE.sub(lambda it: f'{it[1]}"{it[2]}{it[1]}"{_MARKED}{it[1]}"', match[1])
    start, end = (place - match.start() for place in match.span(1))
    return match[0][:start] + hidden + match[0][end:]


def _hide_yaml(text: str) -> str:
    """Hide each line that stands deeper than its `data:`, folded and literal values too."""
    lines: list[str] = []
    depth: int | None = None
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" \t"))
        if depth is not None and line.strip() and indent <= depth:
            depth = None
        if depth is not None and line.strip():
            value = _YAML_VALUE.fullmatch(line)
            lines.append(f"{value[1] if value else line[:indent]}{_MARKED}")
            continue
        if start := _YAML_START.fullmatch(line):
            depth = len(start[1])
        lines.append(line)
    return "\n".join(lines)
