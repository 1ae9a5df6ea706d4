"""Secrets that are known by the name that stands before them."""

import base64
import binascii
import re

from bot.redact.rules import rule
from bot.redact.shapes import BARE, GAP, MIXED, NAME, NAME_HINTS, NOT, QUOTED

_ABOUT = r"(?:\s\([^()\n]{1,30}\)|\s(?:for|of|on)\s[\w.@-]{1,40})?"
"""`password (prod):`, `password for root:`"""
_ABROAD = (
    "contraseña|mot de passe|senha|kennwort|hasło|salasana|wachtwoord|пароль"
    "|パスワード|密码|密碼|비밀번호"
)
_RANDOM = re.compile(r"(?=.{0,200}\d)(?=.{0,200}[A-Za-z])[0-9a-fA-F-]{12,200}|[\w+/=.~-]{16,200}")


def _is_user_and_password(encoded: str) -> bool:
    value = encoded.rstrip("=")
    try:
        return b":" in base64.b64decode(value + "=" * (-len(value) % 4))
    except binascii.Error:
        return False


def _looks_random(value: str) -> bool:
    """Whether nobody would write it by hand: hex, or letters of both cases and digits."""
    value = value.rstrip(".,;:!?)")
    if not _RANDOM.fullmatch(value) or not any(letter.isdigit() for letter in value):
        return False
    is_hex = all(letter in "0123456789abcdefABCDEF-" for letter in value)
    return is_hex or (value.lower() != value and value.upper() != value)


RULES = (
    rule(
        "authorization",
        "authorization",
        rf"(?i:authorization){GAP}[:=]\s{{0,3}}\\{{0,3}}[\"'`]?"
        r"(?:(?i:basic|bearer|token|digest|apikey|negotiate|ssws|splunk|geniekey|sso-key|key|snowflake)"
        r"\s{1,3})?"
        r"(?:AWS4-HMAC-SHA256\s[^\n]{0,400}?Signature=)?"
        rf"{NOT}(?=\S{{0,80}}?[\d=])(?P<secret>{BARE}{{8,}}+)",
    ),
    rule(
        "bearer token",
        "bearer",
        r"(?i:\bbearer)\s{1,3}(?=[\w.~+/=-]{0,80}?\d)(?P<secret>[\w.~+/=-]{16,}+)",
    ),
    rule(
        "basic credentials",
        "basic",
        r"(?i:\bbasic)\s{1,3}(?P<secret>[A-Za-z0-9+/]{8,512}={0,2})",
        holds=_is_user_and_password,
    ),
    rule(
        "cookie",
        "cookie",
        r"(?i:\bcookie)\\{0,3}[\"']?:\s{0,3}(?P<secret>[\w.-]{1,80}=[^\r\n\"'`]++)",
    ),
    rule(
        "password",
        "://",
        r"://[^\s:/@\"'`<>]{0,128}:(?P<secret>(?!\[redacted)[^\s/\"'`<>]{1,256})@",
    ),
    rule("URL credentials", "://", r"://(?P<secret>[\w-]{20,256})@"),
    rule(
        "secret",
        NAME_HINTS,
        rf"(?<!\d:){NAME}{_ABOUT}{GAP}(?:"
        rf"[=:]>?[*_]{{0,3}}\s{{0,3}}\\{{0,3}}[\"'`]{NOT}(?={QUOTED})"
        rf"|=>?(?!=)\s{{0,3}}{NOT}(?={BARE}{{4}})"
        rf"|(?:::?[*_]{{0,3}}|->|→|(?<=\s)(?:is|was)\s)\s{{0,3}}[\"'`]?{NOT}"
        r"(?=\S{0,80}?[0-9!#$%^&*+/=~])"
        rf"(?={QUOTED}|{BARE}{{6}})"
        rf")(?P<secret>{QUOTED}|{BARE}++)",
    ),
    rule(
        "secret",
        "--",
        rf"--[\w-]{{0,30}}?{NAME}\s{{1,3}}[\"']?{NOT}(?P<secret>{QUOTED}|{BARE}{{4,}}+)",
    ),
    rule(
        "password",
        "pass pin",
        rf"(?<![A-Za-z0-9])(?:[Pp]ass|[Pp]in|PIN){GAP}(?::|=|\sis\s)\s{{0,3}}[\"'`]?{NOT}"
        rf"(?P<secret>{MIXED}{BARE}{{5,}}+|(?<=PIN: )\d{{4,8}}(?!\w))",
    ),
    rule(
        "password",
        _ABROAD.replace(" ", "+").replace("|", " "),
        rf"(?i:{_ABROAD}){GAP}[:=：]\s{{0,3}}[\"'`]?{NOT}(?P<secret>{BARE}{{4,}}+)",
    ),
    rule(
        "password",
        "password passwd passphrase",
        rf"(?i:\bpass(?:word|wd|phrase))\s[\"'`]?{NOT}(?![\w.-]{{0,40}}[/:@(])"
        rf"(?P<secret>{MIXED}{BARE}{{6,}}+)",
    ),
    rule(
        "secret",
        "token secret key",
        r"(?<![A-Za-z0-9])(?i:token|secret|(?:api|(?:secret[ _-]?)?access|secret)[ _-]?key)"
        r"\s[\"'`]?"
        r"(?P<secret>[\w+/=.~-]{12,200})",
        holds=_looks_random,
    ),
    rule(
        "secret",
        NAME_HINTS,
        rf"(?:^|\n)[ \t>*_#-]{{0,6}}(?:[\w-]{{1,20}} ){{0,3}}{NAME}[*_:]{{0,4}}[ \t]{{0,3}}\r?\n"
        rf"[ \t>*_`\"']{{0,6}}{NOT}(?P<secret>(?=\S{{0,80}}?[0-9!#$%^&*+/=~])"
        rf"(?![A-Z]{{1,10}}-\d{{1,6}}(?!\S))(?!\d{{4}}-\d\d-\d\d){BARE}{{6,200}})"
        r"(?=[`\"'*_]{0,3}[ \t]{0,3}(?:\n|\Z))",
    ),
    rule(
        "password",
        "cred login",
        r"(?i:\b(?:cred(?:ential)?s?|login))(?:\s{0,2}[:=]|\s(?:is|are|with))?\s{1,3}"
        rf"[\"'`]?[A-Za-z][\w.@\\-]{{1,40}}\s?[/:]\s?(?!/)(?P<secret>{MIXED}{BARE}{{6,}}+)",
    ),
    rule(
        "password",
        "pass= auth=",
        rf"(?<![a-z])[A-Z0-9_]{{0,40}}(?:PASS|AUTH)=[\"'`]?{NOT}"
        rf"(?P<secret>(?!\w{{1,5}}(?!\S)){BARE}{{4,}}+)",
    ),
    rule(
        "one-time code",
        "code otp",
        r"(?i:\b(?:passcode|otp|(?:one-time|verification|recovery|backup|2fa|mfa|security)\scode))"
        r"(?:\s?[:=]|\sis)?\s{1,3}[\"'`]?(?P<secret>\d{4,8}(?![\w:-])|[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){1,5})",
    ),
    rule(
        "password",
        "@",
        r"(?<![\w:.@-])(?!(?i:mailto|acct|sips?|xmpp|https?):)[A-Za-z][\w.-]{0,31}:"
        rf"(?P<secret>{MIXED}(?!\[redacted)[^\s:/@\"'<>]{{4,128}})@(?!sha256)[\w.-]{{1,100}}",
    ),
    rule(
        "password",
        "root: admin: administrator: postgres: sa:",
        r"(?<![\w/.:@-])(?i:root|admin|administrator|postgres|sa):"
        rf"(?P<secret>{MIXED}(?!\[redacted)[^\s:/@\"'<>,]{{6,128}})(?![\w:/])",
    ),
)
