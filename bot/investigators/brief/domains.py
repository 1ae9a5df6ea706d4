"""Tells a domain name from a file name, a version or a line of code."""

import ipaddress
import re
from functools import cache

from publicsuffixlist import PublicSuffixList

# RFC 2606, 6761, 6762, 7686, 8375 and the names that companies give their own networks.
RESERVED = frozenset({"example", "test", "invalid"})
INTERNAL = frozenset({"internal", "local", "localhost", "corp", "lan", "home", "intranet"})
_OTHER = frozenset({"onion"})

# Top-level domains that are far more often the end of a file's name.
_FILE_ENDINGS = frozenset({
    "app", "cab", "cc", "java", "md", "mk", "ml", "mov", "pl", "pm", "properties", "ps", "pub",
    "py", "rs", "sh", "so", "tf", "zip",
})  # fmt: skip
# `self.name`, `logger.info` and their like: a variable and its attribute, not a host.
_VARIABLES = frozenset({
    "app", "cls", "config", "console", "context", "ctx", "data", "document", "e", "err", "error",
    "event", "item", "log", "logger", "logging", "module", "obj", "object", "os", "process", "req",
    "request", "res", "resp", "response", "self", "sys", "this", "user", "window",
})  # fmt: skip
_PRODUCTS = frozenset({"ado.net", "asp.net", "socket.io", "vb.net"})
_REVERSED = frozenset({"com", "org", "net", "io", "java", "javax", "gov", "edu"})
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")


def class_of_domain(name: str) -> str | None:
    """Return `internal`, `reserved`, `onion` or `public`; None if it is no domain name.

    A single label counts as internal, so ask only where a name must stand. The top-level domain
    must exist: the Public Suffix List (https://publicsuffix.org) comes with its library, and
    nothing is fetched.
    """
    labels = name.lower().split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        return None
    if len(labels) == 1:
        return "internal"
    top = labels[-1]
    if top in RESERVED or ".".join(labels[-2:]) in {"example.com", "example.net", "example.org"}:
        return "reserved"
    if top in INTERNAL or name.lower().endswith("home.arpa"):
        return "internal"
    if top in _OTHER:
        return top
    return "public" if _suffixes().privatesuffix(name.lower()) else None


def looks_like_code(name: str) -> bool:
    """Tell a file, an attribute, a package or a sentence without its space from a host name."""
    labels = name.split(".")
    first, last = labels[0].lower(), labels[-1]
    if last.lower() in _FILE_ENDINGS and first != "www" and labels[-2].lower() not in _REVERSED:
        return True
    if len(labels) == 2 and (first in _VARIABLES or name.lower() in _PRODUCTS):
        return True
    if len(labels) > 2 and first in _REVERSED and last.lower() not in {"com", "org", "net"}:
        return True
    return last[:1].isupper() and not last.isupper()


def class_of_ip(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """Name the kind of an address, by the registries of RFC 6890."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return class_of_ip(mapped)
    for name, networks in _NETWORKS.items():
        if any(address.version == net.version and address in net for net in networks):
            return name
    if address.is_multicast:
        return "multicast"
    return "public" if address.is_global else "reserved"


_NETWORKS = {
    name: tuple(ipaddress.ip_network(net) for net in networks.split())
    for name, networks in {
        "loopback": "127.0.0.0/8 ::1/128",
        "cloud metadata": "169.254.169.254/32 fd00:ec2::254/128",
        "link-local": "169.254.0.0/16 fe80::/10",
        "private": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7",
        "CGNAT": "100.64.0.0/10",
        "documentation": "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20",
        "benchmarking": "198.18.0.0/15",
        "broadcast": "255.255.255.255/32",
        "unspecified": "0.0.0.0/8 ::/128",
    }.items()
}


@cache
def _suffixes() -> PublicSuffixList:
    """Load the list when the first name is checked: it takes a tenth of a second."""
    return PublicSuffixList(accept_unknown=False, only_icann=True)
