"""Replaces secrets in text by markers, before the text reaches a store or a log."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

MARKER = re.compile(r"\[redacted: ([^\]\n]{1,40})\]")
"""What stands in a secret's place; group 1 says what it was."""

_DEEPEST = 20


def redact(text: str) -> str:
    """Return `text` with each secret replaced by a marker such as `[redacted: GitHub token]`.

    Works on Slack's raw text and on text a person sees, and a second pass changes nothing. The
    work grows linearly with the text's length, whatever the text is.
    """
    for number in _hinted_at(text):
        text = _RULES[number].apply(text)
    return text


def _hinted_at(text: str) -> list[int]:
    """Return which rules may find something in `text`, in their order."""
    lowered = text.lower()
    return sorted({number for hint, number in _HINTS if hint in lowered})


def redact_value(value: Any) -> Any:
    """Return a JSON-like value with `redact` applied to each string in it.

    A string or number under a key that names a secret (`token`, `db_password`) is replaced
    whole. Values that are not JSON-like (objects, bytes) come back as they are, so redact the
    rendered line too.
    """
    return _redacted(value, depth=0)


def _redacted(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return redact(value)
    if depth > _DEEPEST and isinstance(value, Mapping | list | tuple | set | frozenset):
        return "[redacted: nested too deep]"
    if isinstance(value, Mapping):
        # One look at all of its texts: most log lines hold no secret.
        texts = "\n".join(item for item in value.values() if isinstance(item, str))
        harmless = not _hinted_at(texts)
        return dict(_entry(key, item, depth + 1, harmless=harmless) for key, item in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        items = [_redacted(item, depth + 1) for item in value]
        return items if isinstance(value, list) else tuple(items)
    return value


# The keys of log lines are always the same few.
@lru_cache(maxsize=512, typed=True)
def _key(key: Any) -> tuple[Any, bool]:
    """Return the key as it may be shown, and whether it names a secret."""
    if not isinstance(key, str):
        return key, False
    return redact(key), _SENSITIVE_KEY.search(key) is not None


def _entry(key: Any, value: Any, depth: int, *, harmless: bool) -> tuple[Any, Any]:
    shown, names_a_secret = _key(key)
    holds_one = isinstance(value, str | bytes | int) and not isinstance(value, bool)
    if names_a_secret and holds_one and value:
        return shown, "[redacted: value]"
    return shown, value if harmless and isinstance(value, str) else _redacted(value, depth)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """One kind of secret.

    The pattern is tried only on texts that hold one of the `hints` (lower case). What it matches
    is replaced, or only its group `secret` if it has one. To be linear on hostile text too, a
    pattern is of bounded length, or ends in its only unbounded run, or its unbounded run starts
    behind a character that the run itself cannot hold.
    """

    label: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]

    def apply(self, text: str) -> str:
        return self.pattern.sub(self.replacement, text)

    def replacement(self, match: re.Match[str]) -> str:
        marker = f"[redacted: {self.label}]"
        if "secret" not in self.pattern.groupindex:
            return marker
        start, end = match.span("secret")
        return match.string[match.start() : start] + marker + match.string[end : match.end()]


class _BasicRule(_Rule):
    """`Basic <base64>` anywhere: a secret only if it decodes to `user:password`."""

    def replacement(self, match: re.Match[str]) -> str:
        value = match["secret"].rstrip("=")
        try:
            decoded = base64.b64decode(value + "=" * (-len(value) % 4))
        except binascii.Error:
            return match.group()
        return _Rule.replacement(self, match) if b":" in decoded else match.group()


def _rule(label: str, hints: str, pattern: str, kind: type[_Rule] = _Rule) -> _Rule:
    words = tuple(hint.replace("+", " ") for hint in hints.split())
    return kind(label=label, hints=words, pattern=re.compile(pattern))


def _token(label: str, prefix: str, rest: str, *, hints: str = "") -> _Rule:
    """Return the rule for a token with a prefix of its own, not in the middle of a word."""
    return _rule(label, hints or prefix.lower(), rf"(?<![A-Za-z0-9])(?:{prefix}){rest}")


_END = r"(?![A-Za-z0-9])"

# Spelt with its first letters in front: the regex engine can then skip to them.
_NAME = (
    r"[AaEeMmPpSsTtXx_-](?i:(?<=p)(?:assw(?:or)?d|assphrase|asswort)|(?<=[_-])pass"
    r"|(?<=p)(?<![a-z]p)wd?|(?<=s)ecret|(?<=t)oken"
    r"|(?:(?<=a)(?:pi|ccess|uth|ccount)|(?<=s)igning|(?<=p)rivate|(?<=e)ncryption|(?<=m)aster)"
    r"[_ -]?key|(?<=x)-amz-signature|(?<=s)haredaccesssignature)"
)
_NAME_HINTS = "passw passphrase _pass -pass pwd pw secret token key signature"
_SENSITIVE_KEY = re.compile(rf"(?:{_NAME}|(?i:authorization|cookie|credentials?))\Z")

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

_RULES = (
    _rule(
        "private key",
        "private+key",
        r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:"
        r"(?:(?!-----BEGIN )[\s\S]){0,20000}?-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
        r"|(?:(?:\\[nr]|\s){0,9}[A-Za-z0-9+/=]{16,}+)*+(?:(?:\\[nr]|\s){0,9}[A-Za-z0-9+/]{1,15}=)?)",
    ),
    _token("age key", "AGE-SECRET-KEY-1", r"[0-9A-Z]{58}"),
    _rule(
        "Slack webhook",
        "hooks.slack",
        r"(?:https?://)?hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[\w/+-]{16,}+",
    ),
    _rule(
        "Discord webhook", "api/webhooks/", r"discord(?:app)?\.com/api/webhooks/\d+/[\w-]{20,}+"
    ),
    _rule("Teams webhook", "webhook.office.com", r"webhook\.office\.com/webhookb2/[\w@/-]{30,}+"),
    _token("Slack token", r"xox[a-z]{1,2}[-.]", r"[A-Za-z0-9.-]{8,}+", hints="xox"),
    _token("Slack token", r"xapp-\d-|xwfp-", r"[A-Za-z0-9-]{8,}+", hints="xapp- xwfp-"),
    _rule(
        "AWS secret key",
        "akia asia",
        r"(?:AKIA|ASIA)[A-Z0-9]{16}[\s,;:/|\"'`]{1,10}(?P<secret>[A-Za-z0-9/+]{40})"
        r"(?![A-Za-z0-9/+=])",
    ),
    _token(
        "AWS access key",
        r"AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9]",
        rf"[A-Z0-9]{{16}}{_END}",
        hints="akia asia abia acca a3t",
    ),
    _token(
        "AWS session token",
        r"FwoGZXIvYXdz|IQoJb3JpZ2lu",
        r"[A-Za-z0-9/+=]{50,}+",
        hints="fwogzxivyxdz iqojb3jpz2lu",
    ),
    _token("GitHub token", r"gh[pousr]_", r"[A-Za-z0-9]{30,}+", hints="ghp_ gho_ ghu_ ghs_ ghr_"),
    _token("GitHub token", "github_pat_", r"[A-Za-z0-9_]{22,}+"),
    _token("GitLab token", r"gl(?:[a-z]{2,5})-", r"[\w-]{20,}+", hints="gl"),
    _token("GitLab token", "GR1348941", r"[\w-]{20,}+"),
    _token("Google API key", "AIza", r"[\w-]{35}(?![\w-])"),
    _token("Google client secret", "GOCSPX-", r"[\w-]{20,}+"),
    _token("Google access token", r"ya29\.", r"[\w.-]{20,}+", hints="ya29."),
    _token("Google refresh token", "1//0", r"[\w-]{30,}+"),
    _token("Stripe key", r"[rs]k_(?:live|test)_", r"[A-Za-z0-9]{10,}+", hints="k_live_ k_test_"),
    _token("webhook secret", "whsec_", r"[A-Za-z0-9+/=_-]{16,}+"),
    _token("Anthropic key", "sk-ant-", r"[\w-]{16,}+"),
    _token("OpenAI key", r"sk-(?:proj|svcacct|admin)-", r"[\w-]{16,}+", hints="sk-"),
    _token("API key", r"sk-(?=[A-Za-z-]{0,40}\d)", r"(?:or-v1-)?[A-Za-z0-9]{24,}+", hints="sk-"),
    _token("Hugging Face token", "hf_", r"[A-Za-z0-9]{30,}+"),
    _token("npm token", "npm_", rf"[A-Za-z0-9]{{36}}{_END}"),
    _token("PyPI token", "pypi-AgE", r"[\w-]{40,}+"),
    _token("Twilio key", "SK", rf"[0-9a-f]{{32}}{_END}"),
    _token("SendGrid key", r"SG\.", r"[\w-]{16,32}\.[\w-]{32,}+", hints="sg."),
    _rule("Mailchimp key", "-us", rf"(?<![0-9a-f])[0-9a-f]{{32}}-us\d{{1,2}}{_END}"),
    _token("Mailgun key", "key-", rf"[0-9a-f]{{32}}{_END}"),
    _token("DigitalOcean token", r"do[opr]_v1_", r"[0-9a-f]{64}", hints="_v1_"),
    _token("Vault token", r"hv[bsr]\.", r"[\w-]{24,}+", hints="hvb. hvs. hvr."),
    _token("Databricks token", "dapi", rf"[0-9a-f]{{32}}{_END}"),
    _token("New Relic key", "NRAK-", r"[A-Z0-9]{27}"),
    _token("Grafana token", r"glsa_|glc_", r"[\w=-]{32,}+", hints="glsa_ glc_"),
    _token("Linear key", "lin_api_", r"[A-Za-z0-9]{32,}+"),
    _token("Notion token", "ntn_", r"[A-Za-z0-9]{40,}+"),
    _token("Shopify token", r"shp(?:at|ca|pa|ss)_", r"[0-9a-fA-F]{32}", hints="shp"),
    _token("Square token", r"sq0[a-z]{3}-", r"[\w-]{22,}+", hints="sq0"),
    _token("Telegram token", r"\d{8,10}:AA", r"[\w-]{33}(?![\w-])", hints=":aa"),
    _token("Docker token", "dckr_pat_", r"[\w-]{20,}+"),
    _token("Atlassian token", "ATATT3|ATCTT3", r"[\w=-]{60,}+", hints="atatt3 atctt3"),
    _token("Sentry token", "sntrys_", r"[\w+/=-]{40,}+"),
    _token("1Password token", "ops_eyJ", r"[\w=-]{60,}+"),
    _token("Terraform token", r"[A-Za-z0-9]{14}\.atlasv1\.", r"[\w-]{50,}+", hints=".atlasv1."),
    _rule("Azure secret", "q~", r"(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])"),
    _rule(
        "JSON web token",
        "eyj",
        r"(?<![\w-])eyJ[\w-]{8,}+\.(?:[\w-]{8,}+\.[\w-]*+(?:\.[\w-]*+){0,2}"
        r"|\.[\w-]{8,}+\.[\w-]{8,}+\.[\w-]*+)",
    ),
    _rule(
        "authorization",
        "authorization",
        rf"(?i:authorization){_GAP}[:=]\s{{0,3}}\\{{0,3}}[\"'`]?"
        r"(?:(?i:basic|bearer|token|digest|apikey|negotiate)\s{1,3})?"
        rf"{_NOT}(?=\S{{0,80}}?[\d=])(?P<secret>{_BARE}{{8,}}+)",
    ),
    _rule(
        "bearer token",
        "bearer",
        r"(?i:\bbearer)\s{1,3}(?=[\w.~+/=-]{0,80}?\d)(?P<secret>[\w.~+/=-]{16,}+)",
    ),
    _rule(
        "basic credentials",
        "basic",
        r"(?i:\bbasic)\s{1,3}(?P<secret>[A-Za-z0-9+/]{8,512}={0,2})",
        _BasicRule,
    ),
    _rule(
        "cookie",
        "cookie",
        r"(?i:\bcookie)\\{0,3}[\"']?:\s{0,3}(?P<secret>[\w.-]{1,80}=[^\r\n\"'`]++)",
    ),
    _rule(
        "password",
        "://",
        r"://[^\s:/@\"'`<>]{0,128}:(?P<secret>(?!\[redacted)[^\s/\"'`<>]{1,256})@",
    ),
    _rule("URL credentials", "://", r"://(?P<secret>[\w-]{20,256})@"),
    _rule(
        "password",
        "curl",
        r"\s(?:-u|--user)[\s=]{1,3}[\"']?[^\s:\"']{1,64}:"
        r"(?P<secret>(?!\[redacted|\d{1,6}(?!\S))[^\s\"']++)",
    ),
    _rule(
        "secret",
        _NAME_HINTS,
        rf"{_NAME}{_GAP}(?:"
        rf"[=:]>?\s{{0,3}}\\{{0,3}}[\"'`]{_NOT}(?={_QUOTED})"
        rf"|=>?(?!=)\s{{0,3}}{_NOT}(?={_BARE}{{4}})"
        rf"|(?::|\sis\s)\s{{0,3}}[\"'`]?{_NOT}(?=\S{{0,80}}?[0-9!#$%^&*+/=~])"
        rf"(?={_QUOTED}|{_BARE}{{6}})"
        rf")(?P<secret>{_QUOTED}|{_BARE}++)",
    ),
    _rule("secret", "--", rf"--[\w-]{{0,30}}?{_NAME}\s{{1,3}}{_NOT}(?P<secret>{_BARE}{{4,}}+)"),
)

# Flat, because most texts hold no hint at all and this is all the work they cost.
_HINTS = tuple((hint, number) for number, rule in enumerate(_RULES) for hint in rule.hints)
