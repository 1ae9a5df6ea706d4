"""Finds ids of tickets; norms, machines, invoices and flights are written like them."""

import re
from collections.abc import Iterator

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
_OTHER_BEFORE = re.compile(
    r"\b(?:invoices?|rechnung(?:en)?|factures?|facturas?|fattur[ae]|faturas?|faktur[ay]"
    r"|notas? fiscal|(?:purchase |sales )?orders?|bestellung|auftrag|pedidos?|(?:bon de )?commande"
    r"|ordine|encomenda|delivery note|lieferschein|booking|buchung|flights?|flug|vuelo|vol|skus?"
    r"|article|artikel|customers?|kunden?|client|contract|vertrag|contrato?|tracking number|part"
    r"|model|請求書|注文|发票|订单)(?: (?:no|nr|n°|number|nummer|id|ref))?[\s.:#()°]{0,3}"
    # The second of two: `flights LH-400 and LH-402`.
    r"(?:[A-Z0-9-]{4,20}(?:,|/| and| or| und| et| y| e)? ?){0,2}\Z",
    re.IGNORECASE,
)


_CALLED_SO = re.compile(
    r"\b(?:tickets?|case|jira|incident|vorgang|dossier|chamado|тикет|チケット|工单|티켓)"
    r"(?:[^\n:]{0,20}:)?[\s#(*`]{0,3}\Z",
    re.IGNORECASE,
)


def find_tickets(canvas: Canvas) -> Iterator[Hit]:
    """Find ticket ids, also those with a year: `IR-2025-031`."""
    machines = canvas.names.machines | machines_in(canvas.written.text)
    for match in _TICKET.finditer(canvas.text):
        value, before = match[0], canvas.before(match.start())
        is_other = _INVOICE.match(value) or _OTHER_BEFORE.search(before)
        if value in machines or not is_ticket(value):
            continue
        if not is_other or _CALLED_SO.search(before):
            yield Hit(*match.span(), Indicator(Kind.TICKET, value))


def is_ticket_id(name: str) -> bool:
    """Tell whether a whole name is the id of a ticket: `INC-4711`, not `WKS-9`."""
    return bool(_TICKET.fullmatch(name)) and is_ticket(name)


def is_ticket(value: str) -> bool:
    """Tell a ticket from a norm, an encoding, a bulletin or the name of a machine."""
    return not (_NO_TICKET.match(value) or _SMALL.match(value) or _MACHINE.match(value))
