"""Which proxy, if any, leads to an address."""

from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from bot.errors import ConfigurationError

_WEB_SCHEME = {"ws": "http", "wss": "https"}
_PORTS = {"http": 80, "https": 443}


def proxy_for(url: str) -> str | None:
    """Return the proxy's URL by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, or None.

    Where only one of the first two is set, it serves both schemes, as in Slack's SDK. No proxy
    leads to this machine itself. Raises `ConfigurationError` for a proxy that is not HTTP.
    """
    address = urlsplit(url)
    host = address.hostname or ""
    proxies = getproxies_environment()
    scheme = _WEB_SCHEME.get(address.scheme, address.scheme)
    found = next((proxies[key] for key in (scheme, "https", "http", "all") if key in proxies), "")
    with_port = f"{host}:{address.port or _PORTS.get(scheme)}"
    # NO_PROXY may name a host with its port or without.
    if not found.strip() or _is_this_machine(host) or proxy_bypass(with_port):
        return None
    return _checked(found.strip())


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _checked(proxy: str) -> str:
    """Complete `proxy.corp:3128`; the sentence about a bad one shows no password."""
    whole = proxy if "://" in proxy else f"http://{proxy}"
    try:
        parts = urlsplit(whole)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if is_good:
        return whole
    raise ConfigurationError(
        "The proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY cannot be used: it takes the form"
        " http://host:port or http://<user>:<password>@host:port."
    )
