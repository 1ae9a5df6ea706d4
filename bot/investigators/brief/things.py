"""Finds the things that a message names: by a label, or by a form of their own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_LONGEST = 160


class Thing(StrEnum):
    """What sort of thing is affected."""

    HOST = "host"
    SERVICE = "service"
    DATABASE = "database"
    ACCOUNT = "account"
    PROCESS = "process"
    FILE = "file"
    REGISTRY = "registry key"
    SID = "SID"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Named:
    """A thing, and where in a text it is named."""

    thing: Thing
    start: int
    end: int
    is_labelled: bool
    """Whether it stands behind a label: `Host: web-1`."""


# By the end of a label without its spaces, in lower case; the first that fits counts.
_LABELS: tuple[tuple[Thing, str], ...] = (
    (Thing.SID, r"sid"),
    (Thing.REGISTRY, r"reg(?:istry)?(?:key|value|path)?"),
    (
        Thing.PROCESS,
        r"process(?:name|path|image)?|(?:parent)?image|command(?:line)?|cmd(?:line)?|parent",
    ),
    (Thing.FILE, r"file(?:name|path)?|folder(?:path)?|attachments?|path"),
    (
        Thing.ACCOUNT,
        r"(?:user|account|logon|login|member|actor|caller|owner|benutzer|konto|usuario|utilisateur)(?:name|principalname|upn)?"
        r"|principal|upn|identity|initiatedby",
    ),
    (
        Thing.HOST,
        r"host(?:name)?s?|device(?:name)?|computer(?:name)?|machine(?:name)?|server(?:name)?|node"
        r"|endpoint|workstation|instance|agent|rechner|equipo",
    ),
    (Thing.DATABASE, r"database|db(?:name|cluster|instance)?|topic|queue|bucket|table"),
    (
        Thing.SERVICE,
        r"service(?:name)?|app(?:lication)?|component|deployment|workload|pod|job|unit"
        r"|(?:consumer)?group|dienst|servicio",
    ),
    (
        Thing.ID,
        r"[a-z]*[gu]uid|(?:aad|tenant|object|device|user|alert|session|app)[a-z]*id",
    ),
)
_WITH_SPACES = (Thing.PROCESS, Thing.FILE, Thing.REGISTRY)
_KINDS = tuple((thing, re.compile(rf"[a-z]*?(?:{label})")) for thing, label in _LABELS)
_LABELLED = re.compile(
    r"(?:^|[\n|;•·\t({\[]|,\s|,(?=[\"'])|:\s|\s{2})[ *\"'_>-]{0,6}"
    r"(?P<label>[A-Za-z][A-Za-z_ ]{1,28}?)[*\"'_]{0,3}"
    r"\s?[:=]\s?[*\"'`_]{0,3}(?P<value>[^\s*\"'`_|;•·,][^\n|;•·\t]{0,300})"
)
_NEXT_LABEL = re.compile(
    r"[*\"'`]{0,3}[\s,]+[*\"'_]{0,3}[A-Za-z][A-Za-z_ ]{1,28}[*\"'_]{0,3}(?:[:=]\s|=\S)"
)
_PAIR = re.compile(
    r"(?<![\w=.?&/-])(?P<label>[A-Za-z][A-Za-z_]{1,28})=(?P<value>[^\s\"'=,;|]{2,80})(?=[\s,;]|\Z)"
)
"""`service=cart env=prod`, with one space between."""
_NO_VALUE = re.compile(
    r"(?:n/?a|none|null|unknown|true|false|high|medium|low|critical|-+|\d{1,4}|https?:.*)\W*", re.I
)

_ACCOUNT = re.compile(
    r"(?<![\w\\/:.])(?!HK)[A-Za-z][\w-]{1,30}\\(?!\\)[A-Za-z][\w.$-]{1,40}(?![\w\\])"
)
_NAMED_ACCOUNT = re.compile(
    r"(?i:\b(?:user|account|login|logged in as|konto|benutzer|usuario|utilisateur)\s[\"'`*]{0,3})"
    r"(?P<name>[A-Za-z][A-Za-z0-9]{1,30}(?:[._][A-Za-z0-9]{2,30}){1,3})(?![\w@/=-]|\.\w)"
    r"|(?<![\w.@/\\:=-])(?P<service>(?:svc[_-]|adm_|sa_)[a-z0-9][a-z0-9_]{1,30}"
    r"|[a-z0-9]{2,20}_(?:svc|adm))(?![\w@/=-]|[.:]\w)"
)
"""`user ann.lee`, `backup_svc`."""
_SID = re.compile(r"(?<![\w-])S-1-\d{1,2}(?:-\d{1,10}){1,15}(?![\w-])")
_REGISTRY = re.compile(r"(?<!\w)(?:HKLM|HKCU|HKCR|HKU|HKEY_[A-Z_]{4,30})\\[^\s\"'|;,<>]{1,200}")
_PATH = re.compile(
    r"(?<![\w\\/])[A-Za-z]:\\(?:[^\s\\/:*?\"<>|,;]{1,80}\\)*[^\s\\/:*?\"<>|,;]{1,80}"
    r"|(?<![\w/.:])/(?:etc|usr|var|tmp|opt|home|root|bin|srv|dev/shm)(?:/[\w.@+-]{1,80}){1,12}"
)
_MACHINE = re.compile(
    r"(?<![A-Za-z0-9_./\\@-])(?!(?:us|eu|ap|sa|ca|me|af|il|cn)-(?:gov-)?(?:north|south|east|west|central)[a-z]*-\d)"
    r"(?:(?:LAPTOP|DESKTOP|WIN|SRV|PC|NB|WKS)-(?=[A-Z]*\d)[A-Z0-9]{4,12}(?![A-Za-z0-9_-])"
    r"|(?:DC|SRV|WEB|APP|DB|FS|SQL|EX|MX)\d{2}(?![A-Za-z0-9_-])"
    r"|[A-Z]{2,10}(?:-[A-Z0-9]{2,12}){0,3}-\d{1,5}(?![A-Za-z0-9_-])"
    r"|(?!step-|phase-|part-|day-|tier-|level-)[a-z][a-z0-9]{1,20}(?:-[a-z0-9]{1,20}){0,4}-\d{1,3}"
    r"(?:\.[a-z0-9-]{1,40}){0,6}(?![A-Za-z0-9_-])"
    r"|[a-z][a-z0-9]{1,20}(?:-[a-z0-9]{1,20}){0,3}-(?:api|db|svc|service|server|worker|gateway|proxy"
    r"|cache|queue|web|app|frontend|backend|controller|broker|replica|primary|relay|router|writer"
    r"|reader|auth|store)(?![A-Za-z0-9_-]))"
)
_DATABASE = re.compile(
    r"(?:^|-)(?:db|pg|mysql|postgres|redis|mongo|kafka|queue)(?:-|$|\d)|-store$"
)


def named_in(text: str) -> Iterator[Named]:
    """Yield what a text names, each place once; what a label says goes before the form."""
    taken: list[Named] = []
    for it in (*_labelled(text), *_in_pairs(text), *_by_form(text)):
        if not any(it.start < other.end and other.start < it.end for other in taken):
            taken.append(it)
            yield it


def _labelled(text: str) -> Iterator[Named]:
    place = 0
    while match := _LABELLED.search(text, place):
        label = re.sub(r"[ _]", "", match["label"]).lower()
        thing = next((thing for thing, kind in _KINDS if kind.fullmatch(label)), None)
        if thing is None:
            place = match.end("label")
            continue
        start, value = match.start("value"), _value_of(match, thing)
        place = start + max(1, len(value))
        is_name = len(match["label"].split()) <= 3 and (
            len(value.split()) <= 4 or thing is Thing.PROCESS
        )
        if value and is_name and not _NO_VALUE.fullmatch(value):
            yield Named(thing, start, start + len(value), is_labelled=True)


def _value_of(match: re.Match[str], thing: Thing) -> str:
    """Return what belongs to a label: up to its closing quote, the next label or a comma."""
    value, before = match["value"], match.string[match.end("label") : match.start("value")]
    if before[-1] in "\"'`":
        value = value.partition(before[-1])[0]
    if thing is not Thing.PROCESS:
        following = _NEXT_LABEL.search(value)
        value = value[: following.start()] if following else value
        value = re.split(r",\s|\s\(", value, maxsplit=1)[0]
    if "=" in before and thing not in _WITH_SPACES:
        value = value.split()[0] if value.split() else value
    if thing is Thing.HOST:
        value = re.sub(r":\d{1,5}\Z", "", value)
    return value[:_LONGEST].rstrip(" ,.;:*\"'`_)}]")


def _in_pairs(text: str) -> Iterator[Named]:
    for match in _PAIR.finditer(text):
        label = match["label"].replace("_", "").lower()
        thing = next((thing for thing, kind in _KINDS if kind.fullmatch(label)), None)
        if thing is not None and not _NO_VALUE.fullmatch(match["value"]):
            yield Named(thing, *match.span("value"), is_labelled=True)


def _by_form(text: str) -> Iterator[Named]:
    for thing, pattern in (
        (Thing.REGISTRY, _REGISTRY),
        (Thing.FILE, _PATH),
        (Thing.ACCOUNT, _ACCOUNT),
        (Thing.ACCOUNT, _NAMED_ACCOUNT),
        (Thing.SID, _SID),
        (Thing.HOST, _MACHINE),
    ):
        for match in pattern.finditer(text):
            start = match.start(match.lastgroup or 0)
            named = text[start : match.end(match.lastgroup or 0)].rstrip(".")
            sort = _sort_of_machine(named) if thing is Thing.HOST else thing
            yield Named(sort, start, start + len(named), is_labelled=False)


def _sort_of_machine(name: str) -> Thing:
    """Tell `web-1` from `orders-db-1` and `orders-api`."""
    if _DATABASE.search(name.lower().partition(".")[0]):
        return Thing.DATABASE
    return Thing.HOST if re.search(r"\d", name) else Thing.SERVICE
