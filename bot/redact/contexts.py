"""Secrets that are known by what stands before them."""

import base64
import binascii
import re

from bot.redact.rules import rule

# Spelt with its first letters in front: the regex engine can then skip to them.
_NAME = (
    r"[AaEeMmPpSsTtXx_-](?i:(?<=p)(?:assw(?:or)?d|assphrase|asswort)|(?<=[_-])pass"
    r"|(?<=p)(?<![a-z]p)wd?|(?<=s)ecret|(?<=t)oken"
    r"|(?:(?<=a)(?:pi|ccess|uth|ccount)|(?<=s)igning|(?<=p)rivate|(?<=e)ncryption|(?<=m)aster)"
    r"[_ -]?key|(?<=x)-amz-signature|(?<=s)haredaccesssignature)"
)
_NAME_HINTS = "passw passphrase _pass -pass pwd pw secret token key signature"
SENSITIVE_KEY = re.compile(rf"(?:{_NAME}|(?i:authorization|cookie|credentials?))\Z")

# Between a name and its value: the name's own quote (escaped in JSON), then = : or =>
_GAP = r"""\\{0,3}["'`]?\s{0,3}"""
# Not a secret: a variable, a template, a placeholder, a link, a path.
_NOT = (
    r"(?!\$[{(]|\$[A-Z_]{2}|%[s(]|\{\{|\*{3}|\.{3}|/|https?://"
    r"|(?i:null|none|nil|true|false|undefined|required|missing|expired|invalid)(?![A-Za-z0-9]))"
)
# A bare value ends at white space, a quote, `<`, `>`, a marker, `&next=` or an escaped line end.
_BARE = (
    r"""(?:(?!\[redacted|[&;,](?:amp;)?\s?[\w.-]{1,40}=)[^\s"'`<>\\]"""
    r"""|\\(?![nrt"'`\\]))"""
)
_QUOTED = "(?:{})".format(
    "|".join(
        rf"""(?<={quote})(?:(?!\[redacted)[^{quote}\\\n]|\\[^"'\n]){{1,512}}"""
        rf"""(?=\\{{0,3}}{quote}|\[redacted)"""
        for quote in "\"'`"
    )
)


def _is_user_and_password(encoded: str) -> bool:
    value = encoded.rstrip("=")
    try:
        return b":" in base64.b64decode(value + "=" * (-len(value) % 4))
    except binascii.Error:
        return False


RULES = (
    rule(
        "authorization",
        "authorization",
        rf"(?i:authorization){_GAP}[:=]\s{{0,3}}\\{{0,3}}[\"'`]?"
        r"(?:(?i:basic|bearer|token|digest|apikey|negotiate)\s{1,3})?"
        rf"{_NOT}(?=\S{{0,80}}?[\d=])(?P<secret>{_BARE}{{8,}}+)",
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
        "password",
        "curl",
        r"\s(?:-u|--user)[\s=]{1,3}[\"']?[^\s:\"']{1,64}:"
        r"(?P<secret>(?!\[redacted|\d{1,6}(?!\S))[^\s\"']++)",
    ),
    rule(
        "secret",
        _NAME_HINTS,
        rf"{_NAME}{_GAP}(?:"
        rf"[=:]>?\s{{0,3}}\\{{0,3}}[\"'`]{_NOT}(?={_QUOTED})"
        rf"|=>?(?!=)\s{{0,3}}{_NOT}(?={_BARE}{{4}})"
        rf"|(?::|\sis\s)\s{{0,3}}[\"'`]?{_NOT}(?=\S{{0,80}}?[0-9!#$%^&*+/=~])"
        rf"(?={_QUOTED}|{_BARE}{{6}})"
        rf")(?P<secret>{_QUOTED}|{_BARE}++)",
    ),
    rule("secret", "--", rf"--[\w-]{{0,30}}?{_NAME}\s{{1,3}}{_NOT}(?P<secret>{_BARE}{{4,}}+)"),
)
