"""Finds the indicators in a text: addresses, names, hashes, ids, error signatures."""

import errno
import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.investigators.brief.domains import class_of_domain, class_of_ip, looks_like_code
from bot.investigators.brief.indicators import Hit, Indicator, Kind
from bot.redact import MARKER

# All repeats are bounded, and none can start again inside its own match: the work is linear.
_URL = re.compile(r"(?<![A-Za-z0-9])(?:https?|ftps?|sftp|wss?)://[^\s<>\"'`|\\]{1,2048}", re.I)
_EMAIL = re.compile(
    r"(?<![\w.+@-])[\w+-][\w.+-]{0,63}@((?:[\w-]{1,63}\.){1,8}[\w-]{2,63})(?![\w@])"
)
_DOMAIN = re.compile(r"(?<![\w@/\\.$-])[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}+(?![\w(@\[\\]|\.\w)")
_IPV4 = re.compile(
    r"(?<![\w.])(?<![A-Za-z]-)(\d{1,3}(?:\.\d{1,3}){3})(/\d{1,2})?(?!\w|\.\d|-[A-Za-z])"
)
_IPV6 = re.compile(r"(?<![\w:.])([0-9A-Fa-f:]{1,39}:[0-9A-Fa-f.:]{1,15})(/\d{1,3})?(?![\w:])")
_HEX = re.compile(r"(?<![\w.+/-])[0-9A-Fa-f]{7,128}(?![\w+/=]|-\w|\.\w)")
_CVE = re.compile(r"(?<![\w-])(?:CVE-\d{4}-\d{4,7}|GHSA(?:-[0-9a-z]{4}){3})(?![\w-])", re.I)
_ATTACK = re.compile(r"(?<![\w.-])(?:T1[0-6]\d\d(?:\.\d{3})?|TA00[0-4]\d)(?![\w-]|\.\d)")
_ARN = re.compile(
    r"\barn:aws[a-z-]{0,10}:[a-z0-9-]{1,40}:[a-z0-9-]{0,20}:\d{0,12}:[\w+=,.@:/*-]{1,400}"
)
_AWS = re.compile(
    r"(?<![\w-])(?:i|vol|snap|ami|eni|sg|vpc|subnet|rtb|igw|nat|vpce|acl|eipalloc|lt)"
    r"-(?:[0-9a-f]{17}|[0-9a-f]{8})(?![\w-])"
)
_TICKET = re.compile(
    r"(?<![\w./-])(?:[A-Z][A-Z0-9]{1,9}-\d{1,6}|(?:INC|CHG|PRB|RITM)\d{6,10})(?![\w-]|\.\d)"
)
_ERROR = re.compile(
    r"(?<![\w.$])[A-Za-z_][\w.$]{0,150}(?:Error|Exception)(?!\w)"
    r"|(?i:\bHTTP(?:/\d(?:\.\d)?)?[ :]{1,2}(?:status )?[45]\d\d(?![\w.])"
    r"|\bstatus(?: code)?[ =:]{1,2}[45]\d\d(?![\w.])"
    r"|\b(?:OOMKilled|NXDOMAIN|SERVFAIL|CrashLoopBackOff|ImagePullBackOff|ErrImagePull|SIGKILL|SIGSEGV"
    r"|segmentation fault|out of memory|connection refused|connection reset by peer"
    r"|deadlock detected|no space left on device|too many open files|too many connections"
    r"|certificate has expired)\b"
    r"|\bORA-\d{5}\b|\bSQLSTATE\[?\s?\w{5}\b\]?|\bexit (?:code|status) (?:1[2-9]\d|2[0-4]\d)\b)"
    rf"|\b(?:{'|'.join(name for name in errno.errorcode.values() if len(name) > 4)})\b"
)

_VERSION_BEFORE = re.compile(r"(?:version|release|ver\.|build|[=~<>!]=|\bv):?\s?$", re.I)
_COMMIT_BEFORE = re.compile(
    r"commit|deploy|revert|roll(?:ed|ing)?[ -]?back|\bgit\b|\bsha\b|\brev\b|revision|merge"
    r"|\bHEAD\b|branch|release|cherry|bisect|\bPR\b|checkout|@$",
    re.I,
)
_HASH_BEFORE = re.compile(
    r"md5|sha-?1|hash|malware|sample|binary|payload|dropper|\bfile|virustotal|\bEDR\b|\.exe|\.dll",
    re.I,
)
_TRACE_BEFORE = re.compile(
    r"trace|span|req(?:uest)?[_ -]?id|correlation|session|transaction", re.I
)
_NO_TICKET = re.compile(
    r"(?:UTF|SHA|MD|ISO|RFC|AES|RSA|TLS|SSL|HTTP|IPV|BASE|CVE|CWE|CAPEC|SEV|PRIO|GPT|USB|CAT|WPA"
    r"|COVID|ED|CP|KOI8|UCS|CRC|HMAC|ECDSA|ORA|ERR|EC2|S3|TIER|PHASE|STEP|PART|ZONE)-|SOC-2$"
)
_HASHES = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 96: "SHA-384", 128: "SHA-512"}
_COMMIT_IN_URL = re.compile(r"/(?:commits?|tree|blob)/([0-9a-f]{7,40})(?![0-9a-f])")
_TICKET_IN_URL = re.compile(r"/(?:browse|issues?)/([A-Z][A-Z0-9]{1,9}-\d{1,6})(?![\w-])")
_CODES = re.compile(r"[45]\d\d\Z")


def extract(text: str) -> list[Hit]:
    """Return the indicators of a refanged text, in the order in which they stand there.

    An indicator inside another one (the host of a URL) is a hit of its own, over the same span.
    """
    hits: list[Hit] = []
    for find in _FINDERS:
        found = list(find(text))
        hits += found
        for hit in found:
            text = f"{text[: hit.start]}{' ' * (hit.end - hit.start)}{text[hit.end :]}"
    return sorted(hits, key=lambda hit: hit.start)


def _secrets(text: str) -> Iterator[Hit]:
    for match in MARKER.finditer(text) if "[redacted" in text else ():
        yield _hit(match, Kind.SECRET, match[1])


def _arns(text: str) -> Iterator[Hit]:
    for match in _ARN.finditer(text) if "arn:" in text else ():
        value = match[0].rstrip(".,:")
        yield Hit(match.start(), match.start() + len(value), Indicator(Kind.ARN, value))
        for inner in _AWS.finditer(value):
            yield _hit(match, Kind.AWS, inner[0])


def _urls(text: str) -> Iterator[Hit]:
    for match in _URL.finditer(text) if "://" in text else ():
        url = _trimmed(match[0])
        try:
            host = (urlsplit(url).hostname or "").rstrip(".")
        except ValueError:
            continue
        within = match.start(), match.start() + len(url)
        note = _class_of_host(host)
        if note is None:
            continue
        scheme, _, rest = url.partition("://")
        authority, slash, path = rest.partition("/")
        value = f"{scheme.lower()}://{authority.lower()}{slash}{path}".rstrip("/")
        yield Hit(*within, Indicator(Kind.URL, value, note))
        yield Hit(*within, Indicator(_kind_of_host(host), host, note), is_inside=True)
        for kind, pattern in ((Kind.COMMIT, _COMMIT_IN_URL), (Kind.TICKET, _TICKET_IN_URL)):
            for inner in pattern.finditer(url):
                yield Hit(*within, Indicator(kind, inner[1]), is_inside=True)


def _emails(text: str) -> Iterator[Hit]:
    for match in _EMAIL.finditer(text) if "@" in text else ():
        if note := class_of_domain(match[1]):
            yield _hit(match, Kind.EMAIL, match[0].lower(), note)


def _ipv4(text: str) -> Iterator[Hit]:
    for match in _IPV4.finditer(text):
        before = text[max(0, match.start() - 10) : match.start()]
        is_version = _VERSION_BEFORE.search(before) or (
            re.search(r"[A-Za-z]/\Z", before) and match[1].endswith(".0")
        )
        if not is_version:
            yield from _ip(match)


def _ipv6(text: str) -> Iterator[Hit]:
    for match in _IPV6.finditer(text) if text.count(":") > 1 else ():
        if "::" in match[1] or match[1].count(":") == 7:
            yield from _ip(match)


def _ip(match: re.Match[str]) -> Iterator[Hit]:
    try:
        address = ipaddress.ip_address(match[1])
        network = ipaddress.ip_network(match[1] + (match[2] or ""), strict=False)
    except ValueError:
        return
    note = class_of_ip(address)
    if note == "unspecified" and network.prefixlen == network.max_prefixlen and int(address):
        return
    is_one = network.prefixlen == network.max_prefixlen
    yield _hit(match, Kind.IP, str(address) if is_one else f"{address}{match[2]}", note)


def _ids(text: str) -> Iterator[Hit]:
    for match in _CVE.finditer(text):
        value = match[0]
        yield _hit(
            match, Kind.CVE, value.upper() if value[0] in "cC" else "GHSA" + value[4:].lower()
        )
    for match in _ATTACK.finditer(text):
        yield _hit(match, Kind.ATTACK, match[0])
    for match in _AWS.finditer(text):
        yield _hit(match, Kind.AWS, match[0])


def _errors(text: str) -> Iterator[Hit]:
    for match in _ERROR.finditer(text):
        code = _CODES.search(match[0]) if match[0][:1] in "HhSs" else None
        yield _hit(match, Kind.ERROR, f"HTTP {code[0]}" if code else match[0])


def _tickets(text: str) -> Iterator[Hit]:
    for match in _TICKET.finditer(text):
        if not _NO_TICKET.match(match[0]):
            yield _hit(match, Kind.TICKET, match[0])


def _hashes(text: str) -> Iterator[Hit]:
    for match in _HEX.finditer(text):
        value, before = match[0], text[max(0, match.start() - 40) : match.start()]
        if len(value) == 40 and not _HASH_BEFORE.search(before):
            yield _hit(match, Kind.COMMIT, value.lower())
        elif len(value) in _HASHES:
            if not (len(value) == 32 and _TRACE_BEFORE.search(before)):
                yield _hit(match, Kind.HASH, value.lower(), _HASHES[len(value)])
        elif len(value) <= 12 and _is_short_sha(value) and _COMMIT_BEFORE.search(before):
            yield _hit(match, Kind.COMMIT, value)


def _domains(text: str) -> Iterator[Hit]:
    for match in _DOMAIN.finditer(text) if "." in text else ():
        note = None if looks_like_code(match[0]) else class_of_domain(match[0])
        if note:
            yield _hit(match, Kind.DOMAIN, match[0].lower(), note)


# The order matters: what one finder takes, the later ones do not see.
_FINDERS = (
    *(_secrets, _arns, _urls, _emails, _ipv4, _ipv6, _ids, _errors, _tickets, _hashes, _domains),
)


def _hit(match: re.Match[str], kind: Kind, value: str, note: str = "") -> Hit:
    return Hit(match.start(), match.end(), Indicator(kind, value, note))


def _trimmed(url: str) -> str:
    """Take off what belongs to the sentence around a URL."""
    url = url.rstrip(".,;:!?*_~")
    for opening, closing in ("()", "[]", "{}"):
        while url.endswith(closing) and url.count(closing) > url.count(opening):
            url = url[:-1].rstrip(".,;:!?*_~")
    return url


def _class_of_host(host: str) -> str | None:
    try:
        return class_of_ip(ipaddress.ip_address(host))
    except ValueError:
        return class_of_domain(host)


def _kind_of_host(host: str) -> Kind:
    is_ip = ":" in host or host.replace(".", "").isdigit()
    return Kind.IP if is_ip else Kind.DOMAIN


def _is_short_sha(value: str) -> bool:
    return value.islower() and any(one.isdigit() for one in value)
