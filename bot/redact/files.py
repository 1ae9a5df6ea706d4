"""Secrets in files of known formats: Kubernetes, .netrc, Docker, npm, XML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.redact.rules import Rule, rule
from bot.redact.shapes import BARE, NAME, NAME_HINTS, NOT

_KIND = re.compile(r"[\"']?\bkind[\"']?:\s{0,3}[\"']?Secret\b[\"']?(?![\w-])")
_DOCUMENTS = re.compile(r"(?:^|\n)---[^\n]*(?:\n|$)")
_DATA = re.compile(r"(?m)^([ \t]*)(?:data|stringData):[ \t]*$")
_OTHER_KEYS = frozenset(
    {"apiVersion", "data", "immutable", "items", "kind", "metadata", "stringData", "type"}
)
"""What may stand beside the data: where a text lost its indentation, these end it."""
_ENTRY = re.compile(r"[ \t]*[\"']?([\w.-]{1,253})[\"']?:[ \t]*(?:[|>][+-]?[ \t]*$)?")
_JSON_DATA = re.compile(r"\"(?:data|stringData)\"\s{0,3}:\s{0,3}\{([^{}]{1,100000})\}")
_JSON_VALUE = re.compile(r":\s{0,9}\"((?:[^\"\\\n]|\\.){1,100000})\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class _KubernetesSecret(Rule):
    """Every value under `data` and `stringData` of a `kind: Secret`.

    https://kubernetes.io/docs/concepts/configuration/secret/
    """

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        start = 0
        for end in [*(match.start() for match in _DOCUMENTS.finditer(text)), len(text)]:
            if end > start and _KIND.search(text, start, end):
                yield from _yaml_values(text, start, end)
                yield from _json_values(text, start, end)
            start = end


def _yaml_values(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for data in _DATA.finditer(text, start, end):
        place = data.end() + 1
        while place < end:
            stop = text.find("\n", place, end)
            stop = end if stop < 0 else stop
            line = text[place:stop]
            entry = _ENTRY.match(line)
            is_deeper = len(line) - len(line.lstrip()) > len(data[1])
            if line.strip() and not is_deeper and (entry is None or entry[1] in _OTHER_KEYS):
                break
            first = place + (entry.end() if entry else len(line) - len(line.lstrip()))
            if text[first:stop].strip() and not text.startswith("[redacted", first):
                yield first, place + len(line.rstrip())
            place = stop + 1


def _json_values(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for data in _JSON_DATA.finditer(text, start, end):
        for value in _JSON_VALUE.finditer(text, data.start(1), data.end(1)):
            if not value[1].startswith("[redacted"):
                yield value.span(1)


RULES = (
    _KubernetesSecret(label="Kubernetes secret", hints=("secret",), pattern=_KIND),
    rule(
        "private key",
        "client-key-data",
        rf"client-key-data[\"']?:\s{{0,3}}[\"']?(?P<secret>{BARE}{{8,}}+)",
    ),
    rule(
        "password",
        "machine default",
        r"\b(?:machine\s{1,9}\S{1,200}|default)\s{1,9}login\s{1,9}\S{1,200}\s{1,9}password\s{1,9}"
        r"(?P<secret>(?!\[redacted)\S{1,200})",
    ),
    rule(
        "registry credentials",
        "auth",
        r"(?<![\w-])[\"']?_?auth\\{0,3}[\"']?\s{0,3}[:=]\s{0,3}"
        r"\\{0,3}[\"']?(?P<secret>[A-Za-z0-9+/]{12,}+={0,2})",
    ),
    rule(
        "secret",
        NAME_HINTS,
        rf"(?:<|&lt;)[\w.:-]{{0,40}}{NAME}(?:\s[^<>]{{0,200}})?(?:>|&gt;)\s{{0,5}}"
        r"(?P<secret>(?!\[redacted)[^<>\s&][^<>&\n]{2,256})(?:</|&lt;/)",
    ),
    rule(
        "secret",
        NAME_HINTS,
        rf"(?i:\b(?:name|key))\\{{0,3}}[\"']?\s?[:=]\s?\\{{0,3}}[\"']?[\w.-]{{0,40}}?{NAME}"
        rf"(?:\\{{0,3}}[\"'][,;]?\s{{0,20}}|\s{{1,20}})\\{{0,3}}[\"']?(?i:value)\\{{0,3}}[\"']?\s?[:=]\s{{0,3}}\\{{0,3}}[\"']?{NOT}(?P<secret>{BARE}{{2,}}+)",
    ),
    rule(
        "secret", NAME_HINTS, rf"{NAME}\(\s?[\"'](?P<secret>(?!\[redacted)[^\"'\n]{{3,128}})[\"']"
    ),
)
