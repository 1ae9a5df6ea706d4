"""Tells a file, an attribute, a package or a sentence without its space from a host name."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Ends of file names that are top-level domains too; a host has such an end once in a blue moon.
_FILE_ENDINGS = _words("""
ac am bz cab cat inc java la map md mk mobi mov movie pm properties ps pub py rs sc sh so st
target tf vi zip
""")
# Those that people rent as well: files unless the name or the words around say host.
_SHARED_ENDINGS = frozenset({"app", "cc", "ml", "pl"})
# Ends that are methods, attributes or units in code, logs and settings.
_MEMBERS = _words("""
abc book box build call case center channel chat click codes company contact data date day digital
direct domains download eat email events exchange express fail family fast feedback final fire fit
fly foo free frontier fun game group guide help here host hot how id inc info ink is jobs like
link live locker management map market media menu mobile money movie name network new news next
now off one open page parts party pay phone photo pid pin ping place play plus post prime prod
protection read red rent repair report rest review run safe sale save search secure security
select services show site space spot star storage store stream style support systems tab target
team tel tickets to today tools top total trust watch work works zero zone
""")
# What stands before the dot there.
_OWNERS = _words("""
account address alert alerts api app args auth backup batch buffer build cache cart case channel
checkout class client cls cluster conf config connection connections console consumer container
context controller cpu ctx customer data database datasource date db deploy disk doc document e el
elem element entry env err error event events ex exc exports field file form fs handler header
headers host http index input instance invoice io item items job json jvm kafka key latency lib
line list lock log logger logging main map math memory message metadata metrics model module msg
name net network node obj object options opts order orders os output page params path payload
payment payments pod pool process producer product prometheus props query queue record redis ref
repo repository req request requests res resource response resp result results root route router
row rule schema self server service services session settings signal socket source span spec
spring state stats status store stream string sys system table target task template test this
thread time timer token trace transaction tx user users util utils value values var view volume
window worker
""")
# What stands beside them in keys of settings and of events: `offset.flush.timeout.ms`.
_OF_KEYS = _words("""
ack acks active age agent allocation answer backlog bind bytes client cluster code command commit
compression count cpu default delay destination dns duration enable enabled error exit fetch field
file first flush group hash heartbeat idle in init initial interval kind last level limit linger
log max memory message method min mode num offset ops original outcome parent partition password
poll port process protocol query question queued rate reason rebalance recovery replica replicas
replication request response retention retries retry roll segment server session shutdown size
source start status sync thread threads threshold timeout timestamp topic total type user version
wait write
""")
_KEY_ENDINGS = frozenset({"ms", "name", "id", "host", "email", "domain", "hosts", "pub"})
# `restarted.it works`: ends that are words of a sentence.
_WORDS = _words("""
am as at be by do et here how id in is it la me my no now one so to us you
""")
_OF_HOSTS = _words("api app auth db host index kafka map metrics node order orders payments pay")
"""Owners that hosts are called by as well: `api.fjordbank.no`."""
_PATH_AFTER = re.compile(r"/(?:[\w~%-]{1,40}/|\?|[\w-]*\d[\w-]*(?![\w.]))")
"""A host has a path: `zoom.us/j/933`."""
_GOES_ON = re.compile(r"\s[a-z]")
_PRODUCTS = _words("""
ado.net asp.net crates.io microsoft.network socket.io vb.net e.g i.e disk.io foo.bar
user.home java.home env.local config.local settings.local
""")
"""Products, metrics, settings and what stands for anything."""
_HOSTS = _words("t.me wa.me m.me is.gd v.gd tr.ee g.co fb.me youtu.be discord.gg aka.ms")
"""Hosts that look like words, and that everybody knows."""
_BRANDS = _words("""
Amazon.com Bill.com Booking.com Cal.com Character.ai Draw.io Fly.io Hotels.com Make.com Monday.com
Salesforce.com
""")
"""Companies, if written so; in lower case they are hosts."""
_LOOKED_UP_IN = _words("""
crt.sh shodan.io virustotal.com urlscan.io censys.io abuseipdb.com hybrid-analysis.com any.run
bgp.he.net mxtoolbox.com ssllabs.com downdetector.com haveibeenpwned.com talosintelligence.com
""")
"""Services in which people look things up: that somebody used one tells nothing of the case."""
REVERSED = frozenset({"com", "org", "net", "io", "java", "javax", "gov", "edu", "dev"})

_HOST_CUE = re.compile(
    r"domain|\bdns\b|resolv|look(?:ed)?[ -]?up|lookalike"
    r"|\bhost(?:name|s|ed)?\b|\bsites?\b|website|phish"
    r"|\bc2\b|c&c|beacon|sinkhol|registra|registered|whois|\bcert|\bmx\b|\btxt\b|nxdomain|redirect"
    r"|callback|quer(?:y|ies|ied)|\burls?\b|visit|brows|typosquat|traffic|connect|exfil|nameserver|landing"
    r"|clicked|\bdomäne|ドメイン",
    re.IGNORECASE,
)
_LEVEL_BEFORE = re.compile(
    r"\b(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE)\b[\]\s|:-]{1,6}[\[(]?\Z"
)
"""A logger stands behind it: `ERROR checkout.web`."""
_MODULES = _words("web core dev cloud software io ai")
_DOTTED = re.compile(r"\S{0,60}\w\.\w\S{0,60}")
"""Other names: `user.email` says nothing of a mail."""
_FILE_CUE = re.compile(
    r"\bfiles?\b|script|attach|opened|edit|download|unzip|archive|\brun(?:s|ning)?\b|import|modul|commit"
    r"|changed|deleted|dropped|executed|\bpath|\blint|\bdatei|ファイル",
    re.IGNORECASE,
)


def looks_like_code(name: str, before: str, after: str) -> bool:
    """Judge a name that ends like a domain by itself and by the words around it."""
    is_logger = bool(_LEVEL_BEFORE.search(before))
    before, after = _DOTTED.sub(" ", before), _DOTTED.sub(" ", after)
    labels = name.split(".")
    first, last, owner = labels[0].lower(), labels[-1].lower(), labels[-2].lower()
    if labels[-1][:1].isupper() and not labels[-1].isupper() and labels[-1] != "Com":
        return True
    if name.lower() in _PRODUCTS or name in _BRANDS or (owner.isdigit() and len(owner) < 3):
        return True
    if name.lower() in _LOOKED_UP_IN:
        return True
    if first == "www" or name.lower() in _HOSTS:
        return False
    if _is_a_key([label.lower() for label in labels]):
        return True
    is_reversed = first in REVERSED and (len(labels) > 2 or first in {"com", "org"})
    if is_reversed and last not in {"com", "org", "net"}:
        return True
    if last in _FILE_ENDINGS | _SHARED_ENDINGS:
        return _is_a_file(labels, before, after)
    if is_logger and last in _MEMBERS | _WORDS | _MODULES and "-" not in name:
        return True
    if _PATH_AFTER.match(after):
        return False
    if last in _WORDS and _is_of_a_country(labels, after):
        return False
    if last in _MEMBERS | _WORDS and not _is_named(labels):
        return not _HOST_CUE.search(f"{before} {after}")
    return False


def _is_of_a_country(labels: list[str], after: str) -> bool:
    """Tell `fjordbank.no` from `restarted.it works`: a sentence goes on, a name ends there."""
    owner = labels[-2].lower()
    if len(labels) > 2:
        return owner not in _OWNERS and labels[0].lower() not in _OWNERS - _OF_HOSTS
    is_verb = owner.endswith(("ed", "ing", "ly", "s", "tion"))
    return len(owner) > 4 and not (is_verb or owner in _OWNERS or _GOES_ON.match(after))


def _is_a_key(labels: list[str]) -> bool:
    """Tell `host.name` and `offset.flush.timeout.ms` by their words alone."""
    *owners, last = labels
    if len(owners) == 1:
        is_owner = owners[0] in _OWNERS or (last == "ms" and owners[0] in _OF_KEYS)
        return last in _KEY_ENDINGS and is_owner
    if last not in _KEY_ENDINGS | _MEMBERS:
        return False
    known = sum(owner in _OF_KEYS or owner in _OWNERS for owner in owners)
    return known == len(owners) or (last == "ms" and known > 0)


def _is_a_file(labels: list[str], before: str, after: str) -> bool:
    """Tell `deploy.sh` from `get.helm.sh`."""
    if _FILE_CUE.search(before[-20:]):
        return True
    is_shared = labels[-1].lower() in _SHARED_ENDINGS
    if _HOST_CUE.search(before[-20:]):
        return not (is_shared or len(labels) > 2 or "-" in labels[-2])
    if not is_shared:
        return True
    has_host_form = len(labels) > 2 or "-" in labels[-2] or any(map(str.isdigit, labels[-2]))
    return not (has_host_form or _HOST_CUE.search(f"{before} {after}"))


def _is_named(labels: list[str]) -> bool:
    """Whether the name has the form of a host: `pay-now.site`, `a.shop.live`, `brand.store`."""
    owner, last = labels[-2].lower(), labels[-1].lower()
    if "-" in owner or any(map(str.isdigit, owner)):
        return True
    if last in _WORDS or labels[0].lower() in _OWNERS or owner in _OWNERS:
        return False
    return len(owner) > 3
