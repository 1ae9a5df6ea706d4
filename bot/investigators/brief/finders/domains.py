"""Tells the kind of a domain name by its end."""

import re
from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

# RFC 2606, 6761, 6762, 7686, 8375 and the names that companies give their own networks.
RESERVED = frozenset({"example", "test", "invalid"})
INTERNAL = frozenset(
    {"internal", "local", "localhost", "localdomain", "corp", "lan", "home", "intranet"}
    | {"intern", "intra", "private", "consul"}
)
_OTHER = frozenset({"onion"})
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")


@lru_cache(maxsize=8192)
def class_of_domain(name: str) -> str | None:
    """Return `internal`, `reserved`, `onion` or `public`; None if it is no domain name.

    A single label counts as internal, so ask only where a name must stand. The top-level domain
    must exist: the Public Suffix List (https://publicsuffix.org) comes with its library, and
    nothing is fetched.
    """
    name = name.lower()
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    if len(labels) == 1:
        return "internal"
    top = labels[-1]
    if top in RESERVED or ".".join(labels[-2:]) in {"example.com", "example.net", "example.org"}:
        return "reserved"
    if top in INTERNAL or name.endswith("home.arpa"):
        return "internal"
    if top in _OTHER:
        return top
    own = _suffixes().privatesuffix(name)
    return "public" if own and "_" not in own else None


def is_suffix(end: str) -> bool:
    """Whether names may end so: `com`, `co.uk`, `internal`."""
    return class_of_domain(f"a.{end}") is not None


@cache
def _suffixes() -> PublicSuffixList:
    """Load the list when the first name is checked: it takes a tenth of a second."""
    return PublicSuffixList(accept_unknown=False, only_icann=True)
