"""Finds ids of tickets; norms, machines, invoices and flights are written like them."""

import re
from collections.abc import Iterator

from bot.investigators.brief.finders.called import WIDE_FORM, things_in, tickets_in
from bot.investigators.brief.finders.canvas import END, START, Canvas
from bot.investigators.brief.finders.machines import machines_in
from bot.investigators.brief.indicators import Hit, Indicator, Kind

_TICKET = re.compile(
    rf"{START}(?:(?<=\d/)|(?<![./-]))(?:[A-Z][A-Z0-9]{{1,9}}-(?:20[0-4]\d-)?\d{{1,6}}"
    r"|(?:INC|CHG|PRB|RITM|CS|REQ|S?C?TASK|SIR|STRY)\d{6,10}"
    r"|(?:INC|CHG|PRB|RITM|REQ|CASE|SIR|SR|TKT)-\d{7,10}"
    r"|(?:(?<=[Tt]icket )|(?<=[Cc]ase ))[A-Z]{2,10}-\d{7,10})"
    rf"{END}(?!-[a-z0-9]|-[A-Z]{{2}}|\.\d|\.(?:COM|NET|ORG|INFO|IO)(?![A-Z]))"
)
# Encodings, norms, bulletins, ports, groups, machines: what is written like a ticket.
_NO_TICKET = re.compile(
    r"(?:UTF|UCS|SHA|SHA3|MD|AES|RSA|DES|TLS|SSL|SSLV|HTTP|IP|IPV|TCP|UDP|ICMP|PORT|BASE|ASCII|LATIN"
    r"|CP|KOI8|WINDOWS|CRC|HMAC|ECDSA|BLAKE2|ED|ISO|IEC|IEEE|DIN|RFC|BCP|FIPS|NIST|SP|BSI"
    r"|CVE|CWE|CAPEC|CVSS|VMSA|RHSA|RHBA|RHEA|DSA|DLA|USN|ELSA|ALAS|GLSA|SUSE|APSB|ICSA|ICSMA|ZDI"
    r"|JVN|JVNDB|MFSA|XSA|TALOS|VU|KB|AA\d\d|TA\d\d|MS\d\d|MS|RTX|GTX"
    r"|APT|UNC|BOEING|AIRBUS|AS|ASN|VLAN|ORA|ERR|ERROR|CODE|EVENT|EC2|S3"
    r"|LAPTOP|DESKTOP|MBP|MBA|SRV|WKS|PC|RACK|[A-Z]\d{1,2})-"
)
_INVOICE = re.compile(
    r"(?:INV|RE(?=-20)|RG|ORD|PED|SKU|AWB|IBAN|F[AVCT](?=-20)|NF|LS(?=-20)|PO|AB(?=-20))-"
)
"""Invoices, deliveries, orders; called a ticket it is one."""
# With one or two digits these are levels, zones, generations and places, else tickets.
_SMALL = re.compile(
    r"(?:UTC|GMT|CET|CEST|EST|EDT|PST|PDT|MST|CST|BST|IST|JST|Z|WPA|CAT|USB|DDR|RAM|LTE|GEN|CPU|GPU"
    r"|RAID|EN|STD|PCI|CIS|EAL|SOC(?=-2\Z)|SEV|SEV\d|PRIO|TIER|LEVEL|PHASE|STEP|PART|ZONE|DAY|WEEK"
    r"|KW|CW|FY|ETA|ROUND|OPTION|PLAN|COVID|RC|REV|VER|FIG|MAX|MIN|GPT|LLAMA|CLAUDE|HOST|NODE|SW|RTR"
    r"|URL|VPN|HDR|SDR|IPX|HDMI|WIFI|LTO|PCIE|NVME|EMEA|APAC|AMER|LATAM"
    r"|LHR|FRA|AMS|CDG|JFK|IAD|SFO|LAX|SIN|NRT|HND|SYD|DUB|ARN|MAD|GRU|DFW|ATL|HKG|BOM"
    r"|(?:DNS|HTTP|ALPN)(?=-0\d\Z))-\d{1,2}\Z"
)
_MACHINE = re.compile(
    r"(?:WS|LT|NB|FW|AP|VM|DC|WIN|MAC|DB|WEB|APP|API|PROD|STG|DEV|QA|US|EU|AZ)-(?:\d{1,2}|0\d*)\Z"
    r"|[A-Z][A-Z0-9]{1,9}-0\d\Z"
)
_DIGITS_OF_A_DESK = 5
_OTHER_BEFORE = re.compile(
    r"\b(?:invoices?|rechnung(?:en)?|factures?|facturas?|fattur[ae]|faturas?|faktur[ay]"
    r"|notas? fiscal|(?:purchase |sales )?orders?|bestellung|auftrag|pedidos?|(?:bon de )?commande"
    r"|ordine|encomenda|delivery(?: note)?|lieferschein|booking|buchung|flights?"
    r"|flug|vuelo|vol|skus?"
    r"|article|artikel|customers?|kunden?|client|contract|vertrag|contrato?|tracking number|part"
    r"|model|rooms?|gates?|seats?|platform|building|floor|bay|dock|desk|shelf|locker|raum|zimmer|halle"
    r"|gleis|salle|sala|printer|scanner|switch|router|camera|sensor|terminal|drucker|請求書|注文|发票|订单)"
    r"(?: (?:no|nr|n°|number|nummer|id|ref))?[\s.:#()°]{0,3}"
    # The second of two: `flights LH-400 and LH-402`.
    r"(?:(?=[A-Z-]{0,19}\d)[A-Z0-9-]{4,20}(?:,|/| and| or| und| et| y| e)? ?){0,2}\Z",
    re.IGNORECASE,
)


def find_tickets(canvas: Canvas) -> Iterator[Hit]:
    """Find ticket ids, also those with a year, and what somebody calls one: `case P4-9928817`."""
    text = canvas.written.text
    called = canvas.names.tickets | tickets_in(text)
    others = (canvas.names.machines | machines_in(text) | things_in(text)) - called
    for match in _TICKET.finditer(canvas.text):
        value = match[0]
        is_called_so = value in called and _may_be_called_one(value)
        looks_so = value not in others and is_ticket(value) and not _is_other(canvas, match)
        if is_called_so or looks_so:
            yield Hit(*match.span(), Indicator(Kind.TICKET, value))
    for match in WIDE_FORM.finditer(canvas.text) if called else ():
        is_new = match[0] in called and not _TICKET.fullmatch(match[0])
        if is_new and _may_be_called_one(match[0]):
            yield Hit(*match.span(), Indicator(Kind.TICKET, match[0]))


def _may_be_called_one(value: str) -> bool:
    """Tell `ticket A1-7741002` from `incident SEV-1`."""
    return is_ticket(value) or sum(map(str.isdigit, value.rpartition("-")[2])) >= _DIGITS_OF_A_DESK


def _is_other(canvas: Canvas, match: re.Match[str]) -> bool:
    """Whether the form, or the words before, say that it is the id of something else."""
    return bool(_INVOICE.match(match[0]) or _OTHER_BEFORE.search(canvas.before(match.start())))


def is_ticket_id(name: str) -> bool:
    """Tell whether a whole name is the id of a ticket: `INC-4711`, not `WKS-9`."""
    return bool(_TICKET.fullmatch(name)) and is_ticket(name)


def is_ticket(value: str) -> bool:
    """Tell a ticket from a norm, an encoding, a bulletin or the name of a machine."""
    return not (_NO_TICKET.match(value) or _SMALL.match(value) or _MACHINE.match(value))
