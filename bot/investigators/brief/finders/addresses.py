"""Finds IP addresses and networks; versions, masks and section numbers look like them."""

import ipaddress
import re
import socket
from collections.abc import Iterator

from bot.investigators.brief.finders.canvas import END, START, Canvas
from bot.investigators.brief.finders.versions import is_a_version
from bot.investigators.brief.indicators import Hit, Indicator, Kind

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_IPV4 = re.compile(
    rf"{START}(?<!\.)(?<![A-Za-z]-)(\d{{1,3}}(?:\.\d{{1,3}}){{3}})"
    r"(?:(/\d{1,2})(?![\w.]\d|\d)|/255(?:\.\d{1,3}){3})?"
    rf"{END}(?!\.[\da-z]|-(?![A-ZÄÖÜ][a-zäöü])[A-Za-z])"
)
_IPV6 = re.compile(
    rf"{START}(?:(?i:ipv6:)|(?<=:)|(?<![:.]))"
    rf"([0-9A-Fa-f:]{{1,39}}:[0-9A-Fa-f.:]{{0,15}})(/\d{{1,3}})?(?:%[A-Za-z0-9]{{1,15}})?{END}"
)
_PORT_BEHIND_A_SLASH = re.compile(rf"{START}\d{{1,3}}(?:\.\d{{1,3}}){{3}}/\d{{3,5}}(?![\w.])")
"""Firewalls write ports so: beside `10.4.0.9/40122`, `10.4.7.11/22` is no network."""
_LABEL_BEFORE = re.compile(r"(?<![:\w])(?=[\w.-]*[g-zG-Z])[\w.-]{1,30}:\Z")
_MASK_BEFORE = re.compile(r"mask\w*[\s:=(]{0,3}\Z", re.IGNORECASE)
_RANGES = "2000::/3 fc00::/7 fe80::/10 ff00::/8 64:ff9b::/96 ::ffff:0:0/96 ::1/128"
_IN_USE = tuple(ipaddress.ip_network(network) for network in _RANGES.split())
LOOPBACK = "loopback"
"""The class of the addresses by which each machine calls itself: no indicators."""
_NOBODYS = ("unspecified", LOOPBACK)
_NUMBER = re.compile(
    r"0x[0-9a-f]{8}|\d{8,10}|(?=.*0[x\d])(?:0x[0-9a-f]{1,2}|0?\d{1,3})(?:\.(?:0x[0-9a-f]{1,2}|0?\d{1,3})){3}",
    re.I,
)


def find_ipv4(canvas: Canvas) -> Iterator[Hit]:
    """Find dotted quads that are addresses."""
    has_ports = bool(_PORT_BEHIND_A_SLASH.search(canvas.text))
    for match in _IPV4.finditer(canvas.text):
        start, end = match.span(1)
        is_doubtful = not (match[2] or canvas.written.is_defanged(start, end))
        if is_doubtful and (_is_mask(canvas, match) or is_a_version(canvas, match[1], start, end)):
            continue
        yield from _hit(match, match[1], None if has_ports else match[2])


def find_ipv6(canvas: Canvas) -> Iterator[Hit]:
    """Find addresses of the ranges that are in use; `::4` and `dead::beef` are none."""
    for match in _IPV6.finditer(canvas.text) if canvas.text.count(":") > 1 else ():
        start = match.start(1)
        if canvas.text[start - 1 : start] == ":" and not (
            canvas.text[start - 5 : start].lower() == "ipv6:"
            or _LABEL_BEFORE.search(canvas.before(start))
        ):
            continue
        value = match[1].rstrip(".")
        value = value[:-1] if value.endswith(":") and not value.endswith("::") else value
        if "::" in value or value.count(":") == 7:
            yield from _hit(match, value, match[2])


def address_of(host: str) -> Address | None:
    """Read an address in any notation a browser takes: `0xC0000201` and `3221225985` too."""
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        if not _NUMBER.fullmatch(host):
            return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def class_of_ip(address: Address) -> str:
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


def _is_mask(canvas: Canvas, match: re.Match[str]) -> bool:
    value = match[1]
    if value == "255.255.255.255":
        return bool(_MASK_BEFORE.search(canvas.before(match.start())))
    if not value.startswith("255."):
        return False
    try:
        ipaddress.ip_network(f"0.0.0.0/{value}")
    except ValueError:
        return False
    return True


def _hit(match: re.Match[str], value: str, mask: str | None) -> Iterator[Hit]:
    try:
        address = ipaddress.ip_address(value)
        network = ipaddress.ip_network(value + (mask or ""), strict=False)
    except ValueError:
        return
    is_one = network.prefixlen == network.max_prefixlen
    if network.prefixlen == 0 or (is_one and class_of_ip(address) in _NOBODYS):
        return
    if address.version == 6 and int(address) and not any(address in net for net in _IN_USE):
        return
    shown = str(address) if is_one else f"{address}{mask}"
    start = match.start(1)
    end = match.end(2) if mask else start + len(value)
    yield Hit(start, end, Indicator(Kind.IP, shown, class_of_ip(address)))


_NETWORKS = {
    name: tuple(ipaddress.ip_network(net) for net in networks.split())
    for name, networks in {
        LOOPBACK: "127.0.0.0/8 ::1/128",
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
