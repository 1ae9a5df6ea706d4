"""Secrets in statements and in files of infrastructure: SQL, calls, Terraform, Redis, SMTP."""

import base64
import binascii

from bot.redact.rules import rule
from bot.redact.shapes import MIXED, NAME, NAME_HINTS, NOT

_STRING = r"[\"'](?P<secret>(?!\[redacted)[^\"'\\\n]{3,512})[\"']"
_NO_PASSWORD = (
    r"(?!(?i:strings?|text|required|optional|unknown|changed|rotated|expired|missing|redacted"
    r"|hidden|disabled|enabled|default|invalid|incorrect|correct|wrong|none|null|empty|same|reset"
    r"|secret|password|prompt|masked|yes|true|false|varchar|char|integer|nothing|removed|leaked"
    r"|placeholder|changeme|undefined|forgotten|encrypted|plaintext|authentication|accepted)\b)"
)


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4))
    except binascii.Error:
        return b""


def _holds_a_login(value: str) -> bool:
    return _decoded(value).count(b"\0") == 2


def _holds_a_private_key(value: str) -> bool:
    return b"PRIVATE KEY-----" in _decoded(value[:120])


RULES = (
    rule(
        "password",
        "create+user create+role create+login alter+user alter+role alter+login set+password",
        r"(?i:\b(?:(?:create|alter)\s+(?:user|role|login)\b[^;\n]{0,200}?\bpassword"
        rf"|set\s+password(?:\s+for\s+\S{{1,80}})?))\s{{0,3}}=?\s{{0,3}}N?{_STRING}",
    ),
    rule(
        "secret",
        NAME_HINTS,
        r"(?i:\b(?:define|setenv|putenv|set|put|add|setproperty|setattribute|insert|export))"
        rf"\(\s?[\"'][\w.-]{{0,60}}?{NAME}[\"']\s{{0,3}},\s{{0,3}}{_STRING}",
    ),
    rule(
        "secret",
        "auth_key auth_salt _salt",
        rf"(?i:\bdefine)\(\s?[\"'][A-Z_]{{1,40}}(?:KEY|SALT)[\"']\s{{0,3}},\s{{0,3}}{_STRING}",
    ),
    rule(
        "secret",
        NAME_HINTS,
        rf"{NAME}[\"'`]?\s{{0,3}}[:=]?\s{{0,3}}\{{[^{{}}]{{0,200}}?[\"']?(?:value|default)[\"']?"
        rf"\s{{0,3}}[:=]\s{{0,3}}\"(?P<secret>(?!\[redacted|\$\{{)[^\"\\\n]{{3,512}})\"",
    ),
    rule(
        "secret",
        "sensitive",
        r"[\"']sensitive[\"']\s{0,3}:\s{0,3}true[^{}]{0,200}?[\"']value[\"']\s{0,3}:\s{0,3}\""
        r"(?P<secret>(?!\[redacted)[^\"\\\n]{3,512})\"",
    ),
    rule(
        "secret",
        "sensitive",
        r"[\"']value[\"']\s{0,3}:\s{0,3}\"(?P<secret>(?!\[redacted)[^\"\\\n]{3,512})\""
        r"[^{}]{0,200}?[\"']sensitive[\"']\s{0,3}:\s{0,3}true",
    ),
    rule(
        "password",
        "passw pwd passphrase",
        r"(?:^|\n)[ \t]{0,40}(?:- )?[\"']?(?:[\w.-]{0,40}[._-])?(?i:password|passwd|passphrase)"
        rf"[\"']?:[ \t]{{1,3}}{NOT}{_NO_PASSWORD}"
        r"(?P<secret>(?!\[redacted|[>|&*!])[^\s\"'#,()]{6,128})"
        r"(?=[ \t]{0,9}(?:\r?\n|\Z|#))",
    ),
    rule(
        "shared key",
        "preshared pre-shared",
        r"(?i:\bpre-?shared[ _-]?key)[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?P<secret>[\w+/=.-]{8,}+)",
    ),
    rule(
        "secret",
        "_key=",
        r"(?<![A-Za-z0-9_])(?!PUBLIC|\w{0,40}PUBLIC)[A-Z][A-Z0-9_]{1,40}_KEY=[\"']?(?:base64:)?"
        rf"(?P<secret>{MIXED}(?!\[redacted)[\w+/=.~-]{{20,}}+)",
    ),
    rule(
        "password",
        "auth",
        r"(?:redis-cli[^\n|;]{0,80}?\s(?i:auth)\s|\d> ?(?i:auth)\s)[\"']?"
        r"(?P<secret>(?!\[redacted)\S{4,128})",
    ),
    rule(
        "basic credentials",
        "auth+plain",
        r"(?i:\bauth plain)\s(?P<secret>[A-Za-z0-9+/]{8,512}={0,2})",
        holds=_holds_a_login,
    ),
    rule(
        "password",
        "ugfzc3dvcmq6",
        r"334 UGFzc3dvcmQ6\s{1,3}(?:\S{1,9}\s)?(?P<secret>[A-Za-z0-9+/=]{4,256})",
    ),
    rule(
        "private key",
        "ls0tls1crudjti",
        r"(?<![A-Za-z0-9+/])LS0tLS1CRUdJTi[A-Za-z0-9+/]{20,}+=*",
        holds=_holds_a_private_key,
    ),
    rule(
        "private key",
        "private+key",
        r"(?i:\bprivate[ _-]key)\s(?:is\s)?[\"'`]?"
        r"(?P<secret>(?:0x)?[0-9a-fA-F]{64}(?![0-9a-fA-F]))",
    ),
    rule(
        "recovery phrase",
        "phrase mnemonic",
        r"(?i:\b(?:seed|recovery|secret|backup|mnemonic)\s?phrase|\bmnemonic)\W{1,5}(?:is\s)?[\"'`]?"
        r"(?P<secret>[a-z]{3,8}(?:\s{1,2}[a-z]{3,8}){11,23})(?!\s?[\w,])",
    ),
    rule(
        "encrypted secret",
        "$ansible_vault",
        r"\$ANSIBLE_VAULT;[\w.;-]{1,80}(?P<secret>(?:\s{1,40}[0-9a-f]{20,80}(?![0-9a-f])){1,400}+)",
    ),
)
