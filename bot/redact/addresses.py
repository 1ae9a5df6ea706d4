"""Secrets in addresses and cookies: the address alone lets its holder post or sign in."""

from bot.redact.random import is_token
from bot.redact.rules import rule

RULES = (
    rule(
        "webhook",
        "/hook /webhook /integration /inputs/ /receiver/ hc-ping.com /subscriptions/",
        r"https?://[^\s/\"'<>]{3,200}(?:/[\w.-]{1,40}){0,6}?"
        r"(?:/(?:hooks?|webhooks?|integrations?|inputs|receiver)(?:/[\w.-]{1,40}){0,4}?"
        r"|(?<=hc-ping\.com))"
        r"/(?P<secret>[\w+=-]{20,}+)",
        holds=is_token,
    ),
    rule(
        "secret in an address",
        "code= token= key= auth= ticket= session= sid= state= assertion=",
        r"[?&;](?:amp;)?(?:[\w-]{0,20}[_-])?(?i:code|key|token|auth|ticket|session|sid|assertion)"
        r"=(?P<secret>(?!\[redacted)[\w%+/=.~-]{20,}+)",
        holds=lambda value: is_token(value.replace("/", "").rstrip("=")),
    ),
    rule(
        "cookie",
        "sessid= sessionid session= connect.sid= .aspnetcore. _session= sid= csrftoken=",
        r"(?<![\w-])(?i:phpsessid|jsessionid|asp\.net_sessionid|sessionid|connect\.sid|csrftoken"
        r"|\.aspnetcore\.[\w.]{1,40}|[\w-]{0,40}session(?:_id)?|sid)=(?P<secret>(?!\[redacted)[\w%+/.~-]{16,}+=*)",
        holds=lambda value: any(it.isdigit() for it in value),
    ),
    rule(
        "cookie",
        "curl",
        r"(?<![\w-])curl(?![\w.])[^\n|]{0,200}?\s(?:-b|--cookie)[\s=]{1,3}[\"']?"
        r"[\w.-]{1,80}=(?P<secret>(?!\[redacted)[^\s\"']{4,}+)",
    ),
)
