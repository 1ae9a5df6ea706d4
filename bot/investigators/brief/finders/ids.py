"""Finds ids with a form of their own: vulnerabilities, techniques, cloud resources."""

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
    rf"{START}(?<![.-])(?:T1(?!000)[0-6]\d\d(?:\.\d{{3}})?|t1[0-6]\d\d\.\d{{3}}|TA00[0-4]\d){_NO_MORE}(?!-[A-Z0-9])"
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
    rf"(?:[A-Z0-9]{{15,17}}{END}|[A-Z0-9]{{4}}(?:…|\.{{3}}|[*•x]{{3,}}))"
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
            value = match[0].upper() if kind is Kind.ATTACK else match[0]
            yield _hit(match, kind, value.rstrip(".*•x…") if kind is Kind.ACCESS_KEY else value)
    for match in _ACCOUNT.finditer(canvas.text):
        yield Hit(*match.span(1), Indicator(Kind.AWS, match[1], "account"))


def vulnerability(written: str) -> str:
    """Return the canonical form of a CVE or GHSA id."""
    if written[0] in "cC":
        return written.upper().replace(" ", "-")
    return "GHSA" + written[4:].lower()


def _hit(match: re.Match[str], kind: Kind, value: str, *, is_inside: bool = False) -> Hit:
    return Hit(match.start(), match.end(), Indicator(kind, value), is_inside)
