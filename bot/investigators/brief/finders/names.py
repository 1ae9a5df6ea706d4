"""Finds domain names, next to any script and any emphasis."""

import re
from collections.abc import Iterator

from bot.investigators.brief.finders.canvas import Canvas
from bot.investigators.brief.finders.domains import class_of_domain, is_suffix
from bot.investigators.brief.finders.lookalikes import REVERSED, looks_like_code
from bot.investigators.brief.indicators import OWN, Hit, Indicator, Kind

# Letters of alphabets that put spaces between words; others end a name like white space.
_L = r"A-Za-z0-9_\u00c0-\u024f\u0370-\u052f"
_NAME = re.compile(
    rf"(?<![{_L}/\\$-])(?<![^\s(<,;:%\"'`]@)(?<![{_L}]\.)(?<!\.\.)[{_L}-]{{1,63}}(?:\.[{_L}-]{{1,63}}){{1,10}}+"
    rf"(?![{_L}@]|\[(?! {{7}})|\((?!\d)|\.[{_L}])"
)
_UNSPACED = re.compile(
    r"(?<![\w@/.-])[\u30a0-\u30ff\u3400-\u9fff\uac00-\ud7af]{1,15}"
    r"\.(?:jp|com|net|org|cn|tw|hk|kr|中国|中國|公司|网络|한국)(?![\w.-])"
)
_SERVICE_LABELS = frozenset(
    {"_dmarc", "_domainkey", "_acme-challenge", "_spf", "_sip", "_ldap", "_tcp", "_udp", "_tls"}
)
_OF_MAIL = frozenset({"com", "net", "org", "info", "biz", "edu", "gov", "io"})


def find_names(canvas: Canvas) -> Iterator[Hit]:
    """Find the names that are hosts; a name that somebody defanged always is."""
    for pattern in (_NAME, _UNSPACED):
        for match in pattern.finditer(canvas.text) if "." in canvas.text else ():
            start, end = _bounds(canvas, match)
            name = canvas.text[start:end]
            note = _verdict(canvas, name, start, end)
            if note:
                yield Hit(start, end, Indicator(Kind.DOMAIN, name.lower(), note))


def _verdict(canvas: Canvas, name: str, start: int, end: int) -> str | None:
    is_share = canvas.written.text[max(0, start - 2) : start] == "\\\\"
    is_account = canvas.text[end : end + 1] == "\\" and not is_share
    if is_account and not canvas.written.is_defanged(start, end):
        return None
    note = class_of_domain(name)
    if note is None or "." not in name:
        return None
    if canvas.text[start - 1 : start] == "@" and name.rpartition(".")[2].lower() not in _OF_MAIL:
        # A person's name, as Slack shows it: `@max.de`.
        return None
    if canvas.names.is_own(name):
        return OWN
    if canvas.before(start, 3) == "://":
        return note
    is_certain = canvas.written.is_defanged(start, end) or name.lower() in canvas.names.known
    if not is_certain and looks_like_code(name, canvas.before(start, 60), canvas.after(end, 30)):
        return None
    return note


def _bounds(canvas: Canvas, match: re.Match[str]) -> tuple[int, int]:
    """Take emphasis, the next sentence and the rest of a compound off a name."""
    start, end = match.span()
    text = canvas.text
    while text[end - 1] in "_-":
        end -= 1
    labels = text[start:end].split(".")
    if text[start] == "_" and (end < match.end() or labels[0] not in _SERVICE_LABELS):
        start += len(labels[0]) - len(labels[0].lstrip("_"))
    last = labels[-1]
    is_reversed = labels[0].lower() in REVERSED
    if (
        len(labels) > 2
        and not is_reversed
        and last[:1].isupper()
        and not last.isupper()
        and is_suffix(labels[-2])
    ):
        return start, end - len(last) - 1
    if not is_suffix(last):
        end -= len(last) - _length_of_suffix(last)
    return start, end


def _length_of_suffix(last: str) -> int:
    """Return how much of `com-Domäne` or `comбыл` ends a name, all of it if nothing does."""
    cut = re.match(r"[A-Za-z]{2,24}(?=-[^\W\d]|[^\x00-\x7f])", last)
    return cut.end() if cut and is_suffix(cut[0]) else len(last)
