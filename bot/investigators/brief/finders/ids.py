"""Finds ids with a form of their own: vulnerabilities, techniques, cloud resources, tickets."""

import re
from collections.abc import Iterator

from bot.investigators.brief.finders.canvas import END, START, Canvas
from bot.investigators.brief.indicators import Hit, Indicator, Kind
from bot.redact import MARKER

_NO_MORE = rf"{END}(?!-\d|\.\d)"
_CVE = re.compile(
    rf"{START}(?:CVE[- ](?:199\d|20[0-3]\d)-\d{{4,7}}|GHSA(?:-[0-9a-z]{{4}}){{3}}){_NO_MORE}", re.I
)
_ATTACK = re.compile(
    rf"{START}(?<![.-])(?:T1(?!000)[0-6]\d\d(?:\.\d{{3}})?|TA00[0-4]\d){_NO_MORE}(?!-[A-Z0-9])"
)
_ARN = re.compile(
    rf"{START}arn:aws[a-z-]{{0,10}}:[a-z0-9-]{{1,40}}:[a-z0-9-]{{0,20}}:\d{{0,12}}:"
    r"(?:\[redacted: [^\]\n]{1,40}\]|[A-Za-z0-9_+=.@:/*-]){1,400}"
)
_AWS = re.compile(
    rf"{START}(?<!-)(?:i|vol|snap|ami|eni|sg|vpc|subnet|rtb|igw|nat|vpce|acl|eipalloc|lt)"
    rf"-(?:[0-9a-f]{{17}}|[0-9a-f]{{8}}){END}(?!-)"
)
_ACCOUNT = re.compile(
    rf"{START}(?i:aws\b.{{0,12}}account|account(?:[ _-]?id)?)\W{{0,4}}(\d{{12}}){END}"
)
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
_ACCESS_KEY = re.compile(
    rf"{START}(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA)"
    rf"(?:[A-Z0-9]{{16,17}}{END}|[A-Z0-9]{{4}}(?:…|\.{{3}}|[*•x]{{3,}}))"
)
_TICKET = re.compile(
    rf"{START}(?:(?<=\d/)|(?<![./-]))(?:[A-Z][A-Z0-9]{{1,9}}-(?:20[0-4]\d-)?\d{{1,6}}|(?:INC|CHG|PRB|RITM|CS)\d{{6,10}}"
    r"|(?:INC|CHG|PRB|RITM|REQ|CASE|SIR|SR|TKT)-\d{7,10})"
    rf"{END}(?!-[a-z0-9]|-[A-Z]{{2}}|\.\d|\.(?:COM|NET|ORG|INFO|IO)(?![A-Z]))"
)
# Encodings, norms, bulletins, zones, levels, products: what is written like a ticket.
_NO_TICKET = re.compile(
    r"(?:UTF|UCS|SHA|SHA3|MD|AES|RSA|DES|TLS|SSL|SSLV|HTTP|IP|IPV|TCP|UDP|ICMP|PORT|BASE|ASCII|LATIN"
    r"|CP|KOI8|WINDOWS|CRC|HMAC|ECDSA|BLAKE2|ED|WPA|CAT|USB|DDR|RAM|LTE|GEN|CPU|GPU|RAID"
    r"|ISO|IEC|IEEE|EN|DIN|RFC|BCP|STD|FIPS|NIST|SP|PCI|CIS|EAL|BSI|SOC(?=-2\Z)"
    r"|CVE|CWE|CAPEC|CVSS|VMSA|RHSA|RHBA|RHEA|DSA|DLA|USN|ELSA|ALAS|GLSA|SUSE|APSB|ICSA|ICSMA|ZDI"
    r"|JVN|JVNDB|MFSA|XSA|TALOS|VU|KB|AA\d\d|TA\d\d|MS\d\d|MS"
    r"|UTC|GMT|CET|CEST|EST|EDT|PST|PDT|MST|CST|BST|IST|JST|Z"
    r"|SEV|SEV\d|PRIO|TIER|LEVEL|PHASE|STEP|PART|ZONE|DAY|WEEK|KW|CW|FY|ETA|ROUND|OPTION|PLAN"
    r"|COVID|RC|REV|VER|FIG|MAX|MIN|APT|UNC|GPT|LLAMA|CLAUDE|BOEING|AIRBUS|AS|ASN|VLAN|ORA|ERR|ERROR|CODE|EVENT|EC2|S3"
    r"|LAPTOP|DESKTOP|SRV|WKS|PC|HOST|NODE|RACK|SW|RTR|[A-Z]\d{1,2})-"
)
_MACHINE = re.compile(
    r"(?:WS|LT|NB|FW|AP|VM|DC|WIN|MAC|DB|WEB|APP|API|PROD|STG|DEV|QA|US|EU|AZ)-(?:\d{1,2}|0\d*)\Z"
)


def find_secrets(canvas: Canvas) -> Iterator[Hit]:
    """Find the places from which a secret was taken out."""
    for match in (
        MARKER.finditer(canvas.written.text) if "[redacted" in canvas.written.text else ()
    ):
        is_inside = canvas.text[match.start()] == " "
        yield _hit(match, Kind.SECRET, match[1], is_inside=is_inside)


def find_arns(canvas: Canvas) -> Iterator[Hit]:
    """Find ARNs, and the resources named inside them."""
    for match in _ARN.finditer(canvas.text) if "arn:" in canvas.text else ():
        value = match[0].rstrip(".:")
        end = match.start() + len(value)
        yield Hit(match.start(), end, Indicator(Kind.ARN, value))
        for inner in _AWS.finditer(value):
            yield Hit(match.start(), end, Indicator(Kind.AWS, inner[0]), is_inside=True)


def find_ids(canvas: Canvas) -> Iterator[Hit]:
    """Find vulnerabilities, techniques, resources and key ids of AWS."""
    for match in _CVE.finditer(canvas.text):
        yield _hit(match, Kind.CVE, vulnerability(match[0]))
    for kind, pattern in (
        (Kind.ATTACK, _ATTACK),
        (Kind.AWS, _AWS),
        (Kind.ACCESS_KEY, _ACCESS_KEY),
    ):
        for match in pattern.finditer(canvas.text):
            yield _hit(
                match, kind, match[0].rstrip(".*•x…") if kind is Kind.ACCESS_KEY else match[0]
            )
    for match in _ACCOUNT.finditer(canvas.text):
        yield Hit(*match.span(1), Indicator(Kind.AWS, match[1], "account"))


def vulnerability(written: str) -> str:
    """Return the canonical form of a CVE or GHSA id."""
    if written[0] in "cC":
        return written.upper().replace(" ", "-")
    return "GHSA" + written[4:].lower()


def find_tickets(canvas: Canvas) -> Iterator[Hit]:
    """Find ticket ids, also those with a year: `IR-2025-031`."""
    for match in _TICKET.finditer(canvas.text):
        if is_ticket(match[0]):
            yield _hit(match, Kind.TICKET, match[0])


def is_ticket_id(name: str) -> bool:
    """Tell whether a whole name is the id of a ticket: `INC-4711`, not `WKS-9`."""
    return bool(_TICKET.fullmatch(name)) and is_ticket(name)


def is_ticket(value: str) -> bool:
    """Tell a ticket from a norm, an encoding, a bulletin or the name of a machine."""
    return not (_NO_TICKET.match(value) or _MACHINE.match(value))


def _hit(match: re.Match[str], kind: Kind, value: str, *, is_inside: bool = False) -> Hit:
    return Hit(match.start(), match.end(), Indicator(kind, value), is_inside)
