"""Checks single settings. Each `ValueError` says in a few words what is wrong."""

import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

_KINDS = {
    "xapp-": "that is an app-level token",
    "xoxb-": "that is a bot token",
    "xoxp-": "that is a user's token",
    "xoxe": "that is a token that expires: turn token rotation off in the app's settings",
    "xox": "that is another kind of token",
    "https://": "that is a URL",
}
_HEX_SECRET = re.compile(r"[0-9a-f]{32}")
_MOST_SECRETS = 2
"""The app's secret and the one that takes its place, while it is renewed."""
_CHANNEL = re.compile(r"[CDG][A-Z0-9]+")
_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")


def check_token(value: str, prefix: str) -> None:
    """Raise for a value that is not a token of this kind."""
    if value.startswith(prefix):
        if value == prefix:
            raise ValueError(f"nothing follows {prefix}")
        if not re.fullmatch(r"[A-Za-z0-9-]+", value.removeprefix(prefix)):
            raise ValueError("it holds a character that no token has")
        return
    if _HEX_SECRET.fullmatch(value):
        raise ValueError("that looks like the signing secret or the client secret")
    raise ValueError(
        next((kind for start, kind in _KINDS.items() if value.startswith(start)), "no token")
    )


def check_api_url(url: str) -> str:
    """Return the URL with its slash at the end; raise for what is no base of the Web API."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("not a URL") from None
    if parts.scheme not in ("https", "http") or not host:
        raise ValueError("not a URL")
    if parts.username or parts.query or parts.fragment:
        raise ValueError("it takes no user, query or fragment")
    if not parts.path.rstrip("/").endswith("/api"):
        raise ValueError("it does not end in /api/")
    if parts.scheme == "http" and is_slacks_own(url):
        raise ValueError("Slack is reached by https only")
    return url if url.endswith("/") else url + "/"


def is_slacks_own(url: str) -> bool:
    """Tell whether an address of the Web API is Slack's or GovSlack's, and no stand-in's.

    https://docs.slack.dev/govslack
    """
    host = urlsplit(url).hostname or ""
    return any(host == own or host.endswith(f".{own}") for own in ("slack.com", "slack-gov.com"))


def read_hosts(value: str) -> frozenset[str]:
    """Return the host names in a list with commas; raise for an entry that is none."""
    hosts = [part.strip().lower() for part in value.split(",")]
    for host in hosts:
        if not host:
            raise ValueError("an entry is empty")
        if not _HOST.fullmatch(host):
            raise ValueError("an entry is not a host name")
    return frozenset(hosts)


def read_channels(value: str) -> frozenset[str]:
    """Return the channel ids in a list with commas; raise for an entry that is none."""
    entries = [entry.strip() for entry in value.split(",")]
    if "" in entries:
        raise ValueError("an entry is empty")
    for entry in entries:
        if entry.startswith("#"):
            raise ValueError("names begin with #, ids with C, D or G")
        if not _CHANNEL.fullmatch(entry):
            raise ValueError("an entry is not a channel id")
    return frozenset(entries)


def read_signing_secrets(value: str) -> tuple[str, ...]:
    """Return the one or two secrets in a list with commas; raise for an entry that is none."""
    secrets = tuple(entry.strip() for entry in value.split(","))
    for secret in secrets:
        _check_signing_secret(secret)
    if len(secrets) > _MOST_SECRETS:
        raise ValueError("there are more than two")
    return secrets


def _check_signing_secret(secret: str) -> None:
    if not secret:
        raise ValueError("an entry is empty")
    for start, kind in _KINDS.items():
        if secret.startswith(start):
            raise ValueError(kind)
    if not re.fullmatch(r"[!-~]+", secret) or "'" in secret or '"' in secret:
        raise ValueError("an entry is not a signing secret")


def is_slacks_secret(secret: str) -> bool:
    """Tell whether Slack can have issued a signing secret: somebody could guess a shorter word."""
    return _HEX_SECRET.fullmatch(secret) is not None


def check_address(address: str) -> str:
    """Return an IP address or `localhost`; raise for anything else."""
    if address != "localhost":
        try:
            ip_address(address)
        except ValueError:
            # The library's words would repeat the value, whatever it is.
            raise ValueError("not an IP address") from None
    return address


def lower_if_known(value: Any, words: Sequence[str]) -> Any:
    """Return a known word in lower case, and anything else as it was given."""
    return value.lower() if isinstance(value, str) and value.lower() in words else value


def suggestion(value: Any, words: Sequence[str]) -> str:
    """Return `did you mean …?` if a word comes close, else an empty text."""
    from difflib import get_close_matches

    given = str(value).lower()
    begun = [word for word in words if given and word.startswith(given)]
    found = begun or get_close_matches(given, words, n=1)
    return f"did you mean {found[0]}?" if found else ""
