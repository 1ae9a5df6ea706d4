"""Finds URLs and mail addresses; the label of a link is not what it leads to."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from bot.investigators.brief.finders.addresses import LOOPBACK, address_of, class_of_ip
from bot.investigators.brief.finders.canvas import END, START, Canvas
from bot.investigators.brief.finders.domains import class_of_domain
from bot.investigators.brief.finders.tickets import is_ticket
from bot.investigators.brief.indicators import OWN, Hit, Indicator, Kind

_URL = re.compile(
    rf"{START}(?P<scheme>https?|ftps?|sftp|wss?)://"
    r"(?P<host>(?:\[redacted: [^\]\n]{1,40}\]|[^\s<>\"'`|\\^/?#]){1,300})"
    # What may stand in a path, and letters of alphabets that put spaces between words.
    r"(?P<path>(?:[/?#](?:\[redacted: [^\]\n]{1,40}\]"
    r"|[A-Za-z0-9\u00c0-\u024f\u0370-\u052f\-._~:/?#\[\]@!$&()*+,;=%{}]){0,2048})?)",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    rf"{START}(?<![.+@-])((?:prvs|SRS[01]|[A-Za-z0-9_.-]{{1,30}}\+[A-Za-z0-9_.-]{{1,30}})"
    r"(?:[=+][A-Za-z0-9_.-]{1,60}){1,5}"
    rf"|[A-Za-z0-9](?:[A-Za-z0-9_.+-]|(?<=[A-Za-z])['’](?=[A-Za-z])){{0,63}}|_[A-Za-z0-9.+-]{{1,63}})"
    rf"@((?:[A-Za-z0-9\u00c0-\u024f-]{{1,63}}\.){{1,8}}[A-Za-z0-9-]{{2,63}}){END}(?!@)"
)
_MARKED_LABELS = re.compile(
    r"<(?P<slack>(?:https?|ftp)://[^<>|\s]{1,2000})\|(?P<slack_label>[^<>]{1,300})>"
    r"|\[(?P<md_label>[^\[\]\n]{1,300})\]\((?=(?P<md>(?:https?|ftp)://[^\s()]{1,2000}))"
    r"|<a\s[^<>]{0,200}?href=[\"']?(?P<html>(?:https?|ftp)://[^\s<>\"']{1,2000})[^<>]{0,200}>"
    r"(?P<html_label>[^<>]{1,300})</a>",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,63}")
_NOT_ASCII_HOST = re.compile(r"[^A-Za-z0-9._~:@%\[\]!$&()*+,;={}-]")
_INSIDE = (
    (Kind.COMMIT, re.compile(r"/(?:commits?|tree|blob|compare)/([0-9a-f]{7,40})(?![0-9a-f])")),
    (Kind.COMMIT, re.compile(r"/compare/[\w.-]{1,80}?\.\.\.?([0-9a-f]{7,40})(?![0-9a-f])")),
    (
        Kind.TICKET,
        re.compile(r"/(?:browse|issues?)/([A-Z][A-Z0-9]{1,9}-(?:20\d\d-)?\d{1,6})(?![\w-])"),
    ),
    (
        Kind.HASH,
        re.compile(
            r"/(?:file|files|sample|gui/file|hash)/([0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?!\w)"
        ),
    ),
    (Kind.CVE, re.compile(r"(?<![\w-])(CVE-\d{4}-\d{4,7}|GHSA(?:-[0-9a-z]{4}){3})(?![\w-])")),
)
_HASH_NOTES = {32: "MD5", 40: "SHA-1", 64: "SHA-256"}


def hide_labels(canvas: Canvas, labels: tuple[tuple[str, str], ...] = ()) -> dict[int, str]:
    """Hide the labels of links; return by the place of a target the other host its label names.

    `labels` are (label, target) of links that stand in the text as `label (target)`.
    """
    hidden: list[tuple[int, int]] = []
    named: dict[int, str] = {}
    for label, target, start, place in _labels(canvas.text, labels):
        if label.rstrip("/") == target.partition("://")[2].rstrip("/"):
            # Slack makes a link of what looks like a host; the text is what was written.
            hidden.append((place, place + len(target)))
            continue
        if len(label.split()) < 2:
            hidden.append((start, start + len(label)))
        for other in _HOST.finditer(label):
            hidden.append((start + other.start(), start + other.end()))
            if class_of_domain(other[0]) and not _is_part_of(other[0], target):
                named[place] = other[0].lower()
    canvas.hide(iter(hidden))
    return named


def _labels(text: str, labels: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str, int, int]]:
    """Yield label, target, and where each of them stands."""
    for match in _MARKED_LABELS.finditer(text) if "://" in text else ():
        kind = "slack" if match["slack"] else "md" if match["md"] else "html"
        label, target = match[f"{kind}_label"], match[kind]
        yield label, target, match.start(f"{kind}_label"), match.start(kind)
    for label, target in labels:
        start = text.find(f"{label} ({target})")
        while start >= 0:
            yield label, target, start, start + len(label) + 2
            start = text.find(f"{label} ({target})", start + 1)


def _is_part_of(name: str, target: str) -> bool:
    host = (_parts(target)[0] or "").lower()
    return host == name.lower() or host.endswith(f".{name.lower()}")


def find_urls(canvas: Canvas) -> Iterator[Hit]:
    """Find URLs, and in each its host and the ids of commits, tickets and files."""
    for match in _URL.finditer(canvas.text) if "://" in canvas.text else ():
        url = _without_the_sentence(canvas, match)
        host, shown = _parts(url)
        note = class_of_host(host) if host else None
        if note is None or note == LOOPBACK or host == "localhost":
            continue
        if canvas.names.is_own(host):
            note = OWN
        within = match.start(), match.start() + len(url)
        yield Hit(*within, Indicator(Kind.URL, shown, note))
        address = address_of(host)
        kind, value = (Kind.IP, str(address)) if address else (Kind.DOMAIN, host)
        yield Hit(*within, Indicator(kind, value, note), is_inside=True)
        for inner in _named_inside(url):
            yield Hit(*within, inner, is_inside=True)


def _named_inside(url: str) -> Iterator[Indicator]:
    for kind, pattern in _INSIDE:
        for inner in pattern.finditer(url):
            if kind is not Kind.TICKET or is_ticket(inner[1]):
                note = _HASH_NOTES[len(inner[1])] if kind is Kind.HASH else ""
                yield Indicator(kind, inner[1], note)


def find_emails(canvas: Canvas) -> Iterator[Hit]:
    """Find mail addresses, in lower case."""
    for match in _EMAIL.finditer(canvas.text) if "@" in canvas.text else ():
        local, start = match[1], match.start()
        if local.startswith("_") and canvas.text[match.end() : match.end() + 1] == "_":
            local, start = local.lstrip("_"), start + 1
        note = class_of_domain(match[2])
        if note and "." in match[2]:
            value = f"{local}@{match[2]}".lower()
            yield Hit(start, match.end(), Indicator(Kind.EMAIL, value, note))


def class_of_host(host: str) -> str | None:
    """Class the host of a URL: an address in any notation, or a name."""
    address = address_of(host)
    return class_of_ip(address) if address else class_of_domain(host)


def with_labels(hits: list[Hit], named: dict[int, str]) -> list[Hit]:
    """Note at each URL the other host that its label names."""
    return [
        replace(hit, label=named[hit.start])
        if hit.start in named and hit.indicator.kind is Kind.URL
        else hit
        for hit in hits
    ]


def _parts(url: str) -> tuple[str, str]:
    """Return the host of a URL, and the URL with scheme and host in lower case."""
    scheme, _, rest = url.partition("://")
    cut = re.search(r"[/?#]", rest)
    authority = rest[: cut.start()] if cut else rest
    path = rest[cut.start() :] if cut else ""
    bare = re.sub(r"\[redacted: [^\]]*\]", "-", authority)
    try:
        host = (urlsplit(f"//{bare}").hostname or "").rstrip(".")
    except ValueError:
        host = ""
    return host, f"{scheme.lower()}://{authority.lower()}{'' if path == '/' else path}"


def _without_the_sentence(canvas: Canvas, match: re.Match[str]) -> str:
    """Take off what belongs to the sentence, the row or the markup around a URL."""
    host, path = match["host"], match["path"]
    other = _NOT_ASCII_HOST.search(host)
    if other and class_of_host(host.rpartition("@")[2].partition(":")[0]) is None:
        host, path = host[: other.start()], ""
    if not path:
        host = re.split(r"[,;]", host, maxsplit=1)[0]
    url = f"{match['scheme']}://{host}{_without_fields(canvas, match, path)}"
    url = url.rstrip(".,;:!?*_~")
    for opening, closing in ("()", "[]", "{}"):
        while url.endswith(closing) and url.count(closing) > url.count(opening):
            url = url[:-1].rstrip(".,;:!?*_~")
    return url


def _without_fields(canvas: Canvas, match: re.Match[str], path: str) -> str:
    """Cut a path before the next field of a row: `/abc,false,false`."""
    before = canvas.before(match.start(), 200)
    rest = canvas.after(match.start("path") + len(path), 200)
    query = path.find("?")
    for mark in re.finditer(r"[,;]", path):
        place = mark.start()
        after = path[place + 1 :]
        if mark[0] == ";" and re.match(r"[A-Za-z]+=", after):
            continue
        if after.startswith(("http://", "https://", "hxxp", "[")):
            return path[:place]
        is_a_row = before.endswith(mark[0]) or before.count(mark[0]) + rest.count(mark[0]) > 2
        if is_a_row or query < 0 or place < query:
            if re.match(r"-?\d+\.\d", after) and "@" in path[:place]:
                continue
            return path[:place]
        if re.match(r"(?:true|false|null|none|yes|no)\b", after, re.IGNORECASE):
            return path[:place]
    return path
