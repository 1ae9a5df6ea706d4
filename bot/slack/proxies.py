"""Finds the proxy for an address, if there is one."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

from bot.errors import ConfigurationError

_WEB_SCHEME = {"ws": "http", "wss": "https"}
_PORTS = {"http": 80, "https": 443}


def proxy_for(url: str) -> str | None:
    """Return the proxy's URL by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, or None.

    Where only one of the first two is set, it serves both schemes, as in Slack's SDK. No proxy
    leads to this machine itself. Raises `ConfigurationError` for a proxy that is not HTTP.
    """
    address = urlsplit(url)
    host = (address.hostname or "").rstrip(".")
    proxies = getproxies_environment()
    scheme = _WEB_SCHEME.get(address.scheme, address.scheme)
    found = next((proxies[key] for key in (scheme, "https", "http", "all") if key in proxies), "")
    port = address.port or _PORTS.get(scheme)
    if (
        not found.strip()
        or _is_this_machine(host)
        or _is_listed(host, port, proxies.get("no", ""))
    ):
        return None
    return _checked(found.strip())


def _is_this_machine(host: str) -> bool:
    address = _address_in(host)
    if address is None:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _is_listed(host: str, port: int | None, no_proxy: str) -> bool:
    """Tell whether NO_PROXY names a host, which every program reads in its own way.

    Python knows names alone; here networks count too, as in Go and curl.
    """
    return any(_names(entry, host, port) for entry in re.split(r"[\s,]+", no_proxy.lower()))


def _names(entry: str, host: str, port: int | None) -> bool:
    """Tell whether an entry is `*`, or a name, address or network that holds the host.

    A name holds its subdomains. A name and an address may stand with a port.
    """
    if entry == "*":
        return True
    address = _address_in(host)
    try:
        network = ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        name, colon, its_port = entry.rpartition(":")
        if colon and its_port.isdecimal():
            return int(its_port) == port and _names(name, host, port)
        name = entry.removeprefix("*").strip(".")
        is_name = name and address is None
        return bool(is_name and (host == name or host.endswith(f".{name}")))
    return address is not None and address.version == network.version and address in network


def _address_in(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _checked(proxy: str) -> str:
    """Complete `proxy.corp:3128`; the sentence about a bad one shows no password."""
    whole = proxy if re.match(r"(\w+:)?/", proxy) else f"http://{proxy}"
    try:
        parts = urlsplit(whole)
        host = parts.hostname or ""
        is_good = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        host, is_good = "", False
    if is_good and host and not re.search(r"\s", host):
        return whole
    raise ConfigurationError(
        "The proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY cannot be used: it takes the form"
        " http://host:port or http://<user>:<password>@host:port."
    )
